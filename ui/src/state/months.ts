/** What came into a fund and what went out of it, month by month, for a small picture and its table. */
import type { FundLine } from "../generated/api";

export interface Month {
  /** `2026-11`, in the reader's zone. */
  key: string;
  year: number;
  /** 0 is January. */
  month: number;
  in_s: number;
  out_s: number;
}

/** What is shown at most: more does not fit a small phone. */
export const MONTHS_MAX = 6;

/**
 * Levies swept in, labour paid and gaps filled, oldest month first, without a gap, up to
 * the month of `now_us` and back to the first line, `MONTHS_MAX` at most. What is
 * handed over between holders is neither: it stays in the fund.
 */
export function byMonth(lines: FundLine[], now_us: number): Month[] {
  const months = new Map<string, Month>();
  const first_us = lines.reduce((least, line) => Math.min(least, line.time_us), now_us);
  for (let i = MONTHS_MAX - 1; i >= 0; i -= 1) {
    const at = dateOf(now_us);
    const date = new Date(at.getFullYear(), at.getMonth() - i, 1);
    // Months before there was anything would say nothing.
    if (keyOf(date) < keyOf(dateOf(first_us))) continue;
    months.set(keyOf(date), { key: keyOf(date), year: date.getFullYear(), month: date.getMonth(), in_s: 0, out_s: 0 });
  }
  for (const line of lines) {
    const month = months.get(keyOf(dateOf(line.time_us)));
    if (!month) continue;
    if (line.kind === "swept") month.in_s += line.amount_s;
    else if (line.kind === "paid" || line.kind === "made_good") month.out_s += line.amount_s;
  }
  return [...months.values()];
}

function dateOf(time_us: number): Date {
  return new Date(Math.floor(time_us / 1_000));
}

function keyOf(date: Date): string {
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}`;
}

/** How high a bar stands, in whole parts of `height`; what is not nought is seen. */
export function barHeight(s: number, most_s: number, height: number): number {
  if (s <= 0 || most_s <= 0) return 0;
  return Math.max(1, Math.floor((s / most_s) * height));
}
