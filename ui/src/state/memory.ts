/** What this browser remembers between visits: choices, never credit. */
const PREFIX = "commons-credit.";

export type Remembered = "theme" | "language" | "village";

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
