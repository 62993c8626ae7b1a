/** What the screens say of a trust-line. */
import { textOf } from "../conductor/hash";
import type { VillageCell } from "../conductor/conductor";
import type { LineState, Sheet, Split, TrustLine } from "../generated/api";
import type { Contact } from "../handover/contact";
import { recall, remember } from "./memory";
import { t } from "./words.svelte";

/** Every hash of a village begins alike; its end tells one from another. */
const HASH_END = 8;
const WHOLE_BP = 10_000;

export interface LineTerms {
  limit_s: number;
  state: LineState;
  sheet: Sheet;
}

/** The terms of a line; the zome gives them as the motion that was adopted. */
export function termsOf(line: TrustLine): LineTerms {
  if ("line" in line.terms) return line.terms.line;
  return { limit_s: 0, state: "closed", sheet: { number: 0, window: 0, slope_bp: 0, kinds: [] } };
}

/** A village's hash for the eye: `…4Gh7_aQx`, on one line. */
export function shortHash(key: string): string {
  return `\u2026\u2060${key.slice(-HASH_END)}`;
}

/**
 * The neighbour's name where this person has a cell there. Else the name on a contact card,
 * with the end of the hash, because anybody may write any name; else the end of the hash alone.
 */
export function neighbourName(villages: readonly VillageCell[] | null, village: Uint8Array): string {
  const key = textOf(village);
  const known = villages?.find((one) => one.key === key)?.name;
  if (known !== undefined) return known;
  const heard = heardName(village);
  return heard === null ? t("village.unknown", { hash: shortHash(key) }) : `${heard} (${shortHash(key)})`;
}

/** What a contact card has called a village, if one was read. */
export function heardName(village: Uint8Array): string | null {
  return recall(`neighbour.${textOf(village)}`);
}

/** Remembers what a village is called by who is there. */
export function noteName({ village, village_name }: Contact): void {
  remember(`neighbour.${textOf(village)}`, village_name);
}

/** What levies make of an amount, in whole seconds; the receiver's part is the rest. */
export function levied(amount_s: number, { state_bp, community_bp }: Contact["levies"]): Split {
  const share = (rate_bp: number) => (amount_s * rate_bp - ((amount_s * rate_bp) % WHOLE_BP)) / WHOLE_BP;
  const [state_s, community_s] = [share(state_bp), share(community_bp)];
  return { receiver_s: amount_s - state_s - community_s, state_s, community_s };
}
