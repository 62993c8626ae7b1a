import { describe, expect, it } from "vitest";
import type { FundLine, FundLineKind } from "../generated/api";
import { barHeight, byMonth, MONTHS_MAX } from "./months";

const at = (year: number, month: number, day = 15) => new Date(year, month - 1, day).getTime() * 1_000;
const line = (kind: FundLineKind, amount_s: number, time_us: number): FundLine => ({
  page: new Uint8Array(39), kind, amount_s, counterpart: null, counterpart_name: null, members: 0, balance_s: 0, time_us,
});

describe("a fund by month", () => {
  it("adds up levies in, labour and gaps filled out, and nothing else", () => {
    const lines = [
      line("swept", 100, at(2026, 11)), line("swept", 20, at(2026, 11, 1)), line("paid", 70, at(2026, 11, 30)), line("made_good", 5, at(2026, 11)),
      line("handed_over", 999, at(2026, 11)), line("taken_over", 999, at(2026, 11)), line("returned", 999, at(2026, 11)), line("opened", 0, at(2026, 11)),
    ];
    expect(byMonth(lines, at(2026, 11, 20))).toEqual([{ key: "2026-11", year: 2026, month: 10, in_s: 120, out_s: 75 }]);
  });

  it("leaves no gap between the first line and now, over the turn of the year too", () => {
    const months = byMonth([line("swept", 5, at(2025, 12)), line("paid", 3, at(2026, 2))], at(2026, 3, 1));
    expect(months.map(({ key, in_s, out_s }) => [key, in_s, out_s])).toEqual([["2025-12", 5, 0], ["2026-01", 0, 0], ["2026-02", 0, 3], ["2026-03", 0, 0]]);
  });

  it("shows the newest months only, and now when there is nothing", () => {
    const months = byMonth([line("swept", 5, at(2020, 1)), line("swept", 7, at(2026, 3))], at(2026, 3, 31));
    expect(months).toHaveLength(MONTHS_MAX);
    expect(months.at(0)?.key).toBe("2025-10");
    expect(months.at(-1)?.in_s).toBe(7);
    expect(byMonth([], at(2026, 3)).map(({ key }) => key)).toEqual(["2026-03"]);
  });

  it("draws the most as the whole height, something as something, nothing as nothing", () => {
    expect(barHeight(100, 100, 68)).toBe(68);
    expect(barHeight(1, 1_000_000, 68)).toBe(1);
    expect(barHeight(0, 100, 68)).toBe(0);
    expect(barHeight(0, 0, 68)).toBe(0);
  });
});
