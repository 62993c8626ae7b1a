/** What the screens say of a trust-line. */
import { textOf } from "../conductor/hash";
import type { VillageCell } from "../conductor/conductor";
import type { LineState, Sheet, TrustLine } from "../generated/api";

/** Characters that tell a village that is only known by its hash. */
const HASH_SHOWN = 12;

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

/** The neighbour's name where this person has a cell there, else the start of its hash. */
export function neighbourName(villages: readonly VillageCell[] | null, village: Uint8Array): string {
  const key = textOf(village);
  return villages?.find((one) => one.key === key)?.name ?? `${key.slice(0, HASH_SHOWN)}\u2026`;
}
