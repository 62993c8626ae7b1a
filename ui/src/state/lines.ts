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
    case "opened":
    case "declined":
      return 0;
  }
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
