/** The page's words in each of its languages, to find by them what a reader would. */
import de from "../../messages/de.json" with { type: "json" };
import en from "../../messages/en.json" with { type: "json" };

export const LANGUAGES = { en, de } as const;
export type Language = keyof typeof LANGUAGES;
export type Say = (key: keyof typeof en, blanks?: Record<string, string>) => string;

export function sayer(language: Language): Say {
  return (key, blanks = {}) => LANGUAGES[language][key].replace(/\{(\w+)\}/g, (whole, name: string) => blanks[name] ?? whole);
}
