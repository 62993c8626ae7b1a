/** The law's limits on words, checked while typing so that nobody is refused after the fact. */
import { NAME_MAX_CHARS, WORDS_MAX_CHARS } from "../generated/api";

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

/** A text as it is searched: without capitals and marks, `ß` as `ss`. */
export function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase().replaceAll("ß", "ss");
}

/** Those in whose names every typed part occurs, in any order. */
export function named<T extends { name: string }>(people: T[], typed: string): T[] {
  const wanted = plain(typed).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return people;
  return people.filter((person) => {
    const name = plain(person.name);
    return wanted.every((part) => name.includes(part));
  });
}

export function charCount(text: string): number {
  return [...text].length;
}

/** Line breaks and tabs that came in by pasting become blanks. */
export function oneLine(text: string): string {
  return text.replace(/[\r\n\t]+/g, " ").trim();
}
