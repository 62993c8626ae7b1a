/** The law's limits on words, checked while typing so that nobody is refused after the fact. */
export const NAME_MAX_CHARS = 40;
export const WORDS_MAX_CHARS = 140;

// Control characters, and marks that turn the reading direction.
const ODD = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;

export type TextFault = "empty" | "long" | "odd";

export function nameFault(text: string): TextFault | undefined {
  const name = text.trim();
  if (!name) return "empty";
  return wordsFault(name, NAME_MAX_CHARS);
}

export function wordsFault(text: string, chars_max = WORDS_MAX_CHARS): TextFault | undefined {
  if (charCount(text) > chars_max) return "long";
  return ODD.test(text) ? "odd" : undefined;
}

export function charCount(text: string): number {
  return [...text].length;
}

/** Line breaks and tabs that came in by pasting become blanks. */
export function oneLine(text: string): string {
  return text.replace(/[\r\n\t]+/g, " ").trim();
}
