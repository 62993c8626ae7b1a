/** What this browser remembers between visits: choices, at which balance a reminder was put off, what a neighbour village and its members are called, what one paid oneself there; nothing that credit rests on. */
const PREFIX = "commons-credit.";

export type Remembered = "theme" | "language" | "village" | `guardians.${string}` | `neighbour.${string}` | `selfpaid.${string}` | `member.${string}`;

export function recall(what: Remembered): string | null {
  try {
    return localStorage.getItem(PREFIX + what);
  } catch {
    return null; // private windows may have no storage
  }
}

export function remember(what: Remembered, value: string): void {
  try {
    localStorage.setItem(PREFIX + what, value);
  } catch {
    // the choice then lasts until the page is closed
  }
}
