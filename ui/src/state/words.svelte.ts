/**
 * All words of the page, by key. English is the key list; every other
 * language has exactly the same keys (a test compares them). Only the language
 * that is read is loaded, before anything is shown.
 */
import type between from "../../messages/between.en.json";
import type en from "../../messages/en.json";
import type parcel from "../../messages/parcel.en.json";
import { parts } from "./duration";
import { recall, remember } from "./memory";
import { percent as percentOf, percentDigits } from "./percent";

type Table = Record<keyof typeof en, string>;
/** What only screens say that are loaded when somebody first goes there: loaded with them. */
interface TablesLater {
  between: Record<keyof typeof between, string>;
  parcel: Record<keyof typeof parcel, string>;
}
type Later = keyof TablesLater;
export type MessageKey = keyof Table | { [part in Later]: keyof TablesLater[part] }[Later];
export type Language = "en" | "de";
export type LanguageChoice = Language | "auto";
export const LANGUAGES: readonly Language[] = ["en", "de"];

const LOADERS: Record<Language, () => Promise<Table>> = {
  en: async () => (await import("../../messages/en.json")).default,
  de: async () => (await import("../../messages/de.json")).default,
};

const LOADERS_LATER: { [part in Later]: Record<Language, () => Promise<TablesLater[part]>> } = {
  between: {
    en: async () => (await import("../../messages/between.en.json")).default,
    de: async () => (await import("../../messages/between.de.json")).default,
  },
  parcel: {
    en: async () => (await import("../../messages/parcel.en.json")).default,
    de: async () => (await import("../../messages/parcel.de.json")).default,
  },
};

class Words {
  choice = $state<LanguageChoice>("auto");
  language = $state<Language>("en");
  table = $state.raw({} as Record<MessageKey, string>);
  readonly #later = new Set<Later>();

  async start(): Promise<void> {
    const remembered = recall("language");
    await this.choose(remembered === "en" || remembered === "de" ? remembered : "auto");
  }

  async choose(choice: LanguageChoice): Promise<void> {
    this.choice = choice;
    remember("language", choice);
    const language = choice === "auto" ? preferred() : choice;
    await this.#load(language);
    this.language = language;
    document.documentElement.lang = language;
  }

  /** Adds the words of such screens, from now on in every language. */
  async add(part: Later): Promise<void> {
    this.#later.add(part);
    await this.#load(this.language);
  }

  async #load(language: Language): Promise<void> {
    const tables = await Promise.all([LOADERS[language](), ...[...this.#later].map((part) => LOADERS_LATER[part][language]())]);
    this.table = Object.assign({}, ...tables) as Record<MessageKey, string>;
  }
}

function preferred(): Language {
  const wanted = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase());
  return wanted.find((tag): tag is Language => (LANGUAGES as readonly string[]).includes(tag)) ?? "en";
}

export const words = new Words();

export type Blanks = Record<string, string | number>;

/** The message with its `{blanks}` filled in. */
export function t(key: MessageKey, blanks: Blanks = {}): string {
  return fill(words.table[key], blanks);
}

export function fill(message: string, blanks: Blanks): string {
  return message.replace(/\{(\w+)\}/g, (whole, name: string) => String(blanks[name] ?? whole));
}

export function hasMessage(key: string): key is MessageKey {
  return Object.hasOwn(words.table, key);
}

/** `minus 1 hour 48 minutes`, for screen readers. */
export function spoken(total_s: number): string {
  const { negative, hours, minutes, seconds } = parts(total_s);
  const said = [];
  if (hours > 0 || (minutes === 0 && seconds === 0)) said.push(counted("spoken.hours", hours));
  if (minutes > 0) said.push(counted("spoken.minutes", minutes));
  if (seconds > 0) said.push(counted("spoken.seconds", seconds));
  const text = said.join(" ");
  return negative ? t("spoken.minus", { text }) : text;
}

type Counted = "ballot.missing" | "gateway.messages" | "gateway.taken" | "homes.waiting" | "project.confirmed" | "spoken.hours" | "spoken.minutes" | "spoken.seconds" | "state.witnesses" | "village.books" | "village.member_count" | "home.waiting";

/** A message in its form for one or for several. */
export function counted(key: Counted, n: number, blanks: Blanks = {}): string {
  return t(`${key}.${n === 1 ? "one" : "other"}`, { n, ...blanks });
}

export function decimalMark(): "." | "," {
  return words.language === "de" ? "," : ".";
}

export function percent(rate_bp: number): string {
  return percentOf(rate_bp, decimalMark());
}

export function percentText(rate_bp: number): string {
  return percentDigits(rate_bp, decimalMark());
}

/** A page's claimed time, in the reader's zone: a hint, never evidence. */
export function when(time_us: number): string {
  const date = dateOf(time_us);
  return inForm(date, { ...(date.toDateString() === new Date().toDateString() ? {} : dayForm(date)), hour: "2-digit", minute: "2-digit" });
}

/** The day of such a time, where the hour says nothing. */
export function day(time_us: number): string {
  const date = dateOf(time_us);
  return inForm(date, dayForm(date));
}

const dateOf = (time_us: number) => new Date(Math.floor(time_us / 1000));

function dayForm(date: Date): Intl.DateTimeFormatOptions {
  return { day: "numeric", month: "short", ...(date.getFullYear() === new Date().getFullYear() ? {} : { year: "numeric" }) };
}

function inForm(date: Date, form: Intl.DateTimeFormatOptions): string {
  // The reader's own form of the language, such as en-GB, says how dates are written.
  const tag = navigator.languages.find((one) => one.startsWith(words.language)) ?? (words.language === "en" ? "en-GB" : words.language);
  return new Intl.DateTimeFormat(tag, form).format(date);
}

/** `Nov`, or `November 2026`. */
export function monthName(year: number, month: number, width: "short" | "long"): string {
  const form = width === "short" ? ({ month: "short" } as const) : ({ month: "long", year: "numeric" } as const);
  return new Intl.DateTimeFormat(words.language === "en" ? "en-GB" : words.language, form).format(new Date(year, month, 1));
}

/** Names arrive after the pages that they belong to. */
export function nameOr(name: string | null | undefined): string {
  return name ?? t("person.unknown");
}
