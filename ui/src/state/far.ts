/** Who is on the other side of a line of the book or an item of the inbox, in words. */
import { textOf } from "../conductor/hash";
import type { VillageCell } from "../conductor/conductor";
import type { ActivityItem, InboxItem } from "../generated/api";
import { recall, remember } from "./memory";
import { neighbourName } from "./neighbours";
import { nameOr, t } from "./words.svelte";

/**
 * The counterpart's name. Of what went over a trust-line the counterpart is a gateway, who
 * means nothing to the reader: so it is the member at the other end, if this browser
 * paid them before, and their village; else somebody there.
 */
export function otherName(
  { far, counterpart_name }: Pick<ActivityItem | InboxItem, "far" | "counterpart_name">,
  villages: readonly VillageCell[] | null,
): string {
  if (!far) return nameOr(counterpart_name);
  const village = neighbourName(villages, far.village);
  const name = far.member && recall(`member.${textOf(far.member)}`);
  return name ? t("far.named", { name, village }) : t("far.somebody", { village });
}

/** Remembers what somebody in a neighbour village is called. */
export function noteMember(agent: Uint8Array, name: string): void {
  remember(`member.${textOf(agent)}`, name);
}
