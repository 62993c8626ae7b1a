/** Languages that people may speak, named in the reader's. */

/** For choosing; any other well-formed tag that arrives is shown as well. */
const USUAL = [
  "am", "ar", "az", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "en", "eo", "es", "et", "eu", "fa", "fi", "fr", "ga", "gl", "gsw",
  "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja", "ka", "ko", "ku", "lb", "lt", "lv", "mk", "mt", "nds", "nl", "no", "pl", "pt", "pt-BR", "rm",
  "rmy", "ro", "ru", "si", "sk", "sl", "so", "sq", "sr", "sv", "sw", "ta", "th", "ti", "tl", "tr", "uk", "ur", "vi", "wen", "yi", "zh",
];

/** A language's name in the reader's language; its tag where there is none. */
export function languageName(tag: string, reader: string): string {
  try {
    return new Intl.DisplayNames([reader], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** What can be chosen, by name. */
export function languagesFor(reader: string): { tag: string; name: string }[] {
  return USUAL.map((tag) => ({ tag, name: languageName(tag, reader) })).sort((a, b) => a.name.localeCompare(b.name, reader));
}
