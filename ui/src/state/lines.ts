/** What a line of the book, or an item of the inbox, means in words. */
import type { ActivityItem } from "../generated/api";
import { nameOr, t, type MessageKey } from "./words.svelte";

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

export function lineTitle(line: ActivityItem): string {
  return t(`line.${line.kind}`, { name: nameOr(line.counterpart_name) });
}

/** What the state of the line means, said about this very line. */
export function stateSentence(line: ActivityItem): string {
  const name = nameOr(line.counterpart_name);
  const gift = line.kind === "gave" ? "gift" : "own";
  const key = `meaning.${gift}.${line.state}` satisfies string as MessageKey;
  return t(key, { name });
}
