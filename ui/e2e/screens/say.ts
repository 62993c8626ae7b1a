/** The page's words in each of its languages, to find by them what a reader would. */
import betweenDe from "../../messages/between.de.json" with { type: "json" };
import betweenEn from "../../messages/between.en.json" with { type: "json" };
import de from "../../messages/de.json" with { type: "json" };
import en from "../../messages/en.json" with { type: "json" };
import parcelDe from "../../messages/parcel.de.json" with { type: "json" };
import parcelEn from "../../messages/parcel.en.json" with { type: "json" };

export const LANGUAGES = { en: { ...en, ...betweenEn, ...parcelEn }, de: { ...de, ...betweenDe, ...parcelDe } } as const;
export type Language = keyof typeof LANGUAGES;
export type Say = (key: keyof typeof LANGUAGES.en, blanks?: Record<string, string>) => string;

export function sayer(language: Language): Say {
  return (key, blanks = {}) => LANGUAGES[language][key].replace(/\{(\w+)\}/g, (whole, name: string) => blanks[name] ?? whole);
}
