/** What a line of the book, or an item of the inbox, means in words. */
import type { ActivityItem } from "../generated/api";
import type { VillageCell } from "../conductor/conductor";
import { otherName } from "./far";
import { t, type MessageKey } from "./words.svelte";

type Villages = readonly VillageCell[] | null;

/** What the line moved in the member's own account. */
export function moved_s(line: ActivityItem): number {
  switch (line.kind) {
    case "gave":
      return -line.amount_s;
    case "received":
      return line.split?.receiver_s ?? 0;
    case "reclaimed":
      return line.amount_s;
    // What a fund in this book gives or gets moves nothing of the member's own.
    default:
      return 0;
  }
}

/** Whether the line is about hours of the member's own. */
export function movesOwn(line: ActivityItem): boolean {
  return line.kind === "gave" || line.kind === "received" || line.kind === "declined" || line.kind === "reclaimed";
}

/** Whether one may dispute what the line says: it was given from one member to another. */
export function disputable(line: ActivityItem): boolean {
  return (line.kind === "gave" || line.kind === "received") && line.transfer !== null && line.counterpart !== null;
}

/** Who is on the other side. What a gateway's book says of its line is about the members on this side. */
export function lineOther(line: ActivityItem, villages: Villages): string {
  return otherName(movesOwn(line) ? line : { ...line, far: null }, villages);
}

export function lineTitle(line: ActivityItem, villages: Villages): string {
  return t(`line.${line.kind}`, { name: lineOther(line, villages) });
}

/** What the state of the line means, said about this very line. */
export function stateSentence(line: ActivityItem, villages: Villages): string {
  const name = lineOther(line, villages);
  const gift = line.kind === "gave" ? "gift" : "own";
  const key = `meaning.${gift}.${line.state}` satisfies string as MessageKey;
  return t(key, { name });
}
