/**
 * Hours of labour as people read and type them. Whole seconds in, whole
 * seconds out; no fraction ever exists in between.
 */
import { HOUR_S } from "../generated/api";

export const MINUTE_S = 60;

export interface Parts {
  negative: boolean;
  hours: number;
  minutes: number;
  seconds: number;
}

/** Takes seconds apart. */
export function parts(total_s: number): Parts {
  if (!Number.isSafeInteger(total_s)) throw new RangeError(`${total_s} is not a whole number of seconds`);
  const all = Math.abs(total_s);
  const seconds = all % MINUTE_S;
  const minutes = ((all - seconds) / MINUTE_S) % 60;
  const hours = (all - seconds - minutes * MINUTE_S) / HOUR_S;
  return { negative: total_s < 0, hours, minutes, seconds };
}

export type Sign = "if-negative" | "always";

/** `−1 h 48 min`: what is nought is left out, `0 h` when nothing is left. */
export function duration(total_s: number, sign: Sign = "if-negative"): string {
  const { negative, hours, minutes, seconds } = parts(total_s);
  const words = [];
  if (hours > 0) words.push(`${grouped(hours)}\u00a0h`);
  if (minutes > 0) words.push(`${minutes}\u00a0min`);
  if (seconds > 0) words.push(`${seconds}\u00a0s`);
  const text = words.join(" ") || "0\u00a0h";
  if (negative) return `\u2212${text}`;
  return sign === "always" && total_s > 0 ? `+${text}` : text;
}

/** 12345 as `12 345`, with a thin blank that no line breaks at. */
function grouped(hours: number): string {
  const digits = String(hours);
  return digits.length < 5 ? digits : digits.replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/** What somebody typed: hours as `2`, `1:30`, `1 h 30`, `1.5` or `1,5`. Absent when it says no time. */
export function typedHours(text: string): number | undefined {
  const typed = text.trim().toLowerCase();
  const clock = /^(\d{1,7})\s*(?::|h)\s*(\d{1,2})\s*(?:m|min)?$/.exec(typed);
  if (clock) {
    const minutes = Number(clock[2]);
    return minutes < 60 ? Number(clock[1]) * HOUR_S + minutes * MINUTE_S : undefined;
  }
  const decimal = /^(\d{1,7})(?:[.,](\d{1,2}))?\s*h?$/.exec(typed);
  if (decimal) {
    // Hundredths of an hour are 36 seconds each.
    const hundredths = Number((decimal[2] ?? "").padEnd(2, "0"));
    return Number(decimal[1]) * HOUR_S + hundredths * 36;
  }
  return undefined;
}

/** Minutes as somebody typed them: `15`, also `90`. */
export function typedMinutes(text: string): number | undefined {
  const typed = /^(\d{1,6})\s*(?:m|min)?$/.exec(text.trim().toLowerCase());
  return typed ? Number(typed[1]) * MINUTE_S : undefined;
}
