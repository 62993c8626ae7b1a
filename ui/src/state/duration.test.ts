import { describe, expect, it } from "vitest";
import { duration, parts, typedHours, typedMinutes } from "./duration";

/** Blanks that no line breaks at, as plain ones. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

describe("duration", () => {
  it.each([
    [0, "0 h"],
    [1, "1 s"],
    [59, "59 s"],
    [60, "1 min"],
    [540, "9 min"],
    [3_600, "1 h"],
    [6_480, "1 h 48 min"],
    [3_601, "1 h 1 s"],
    [7_200, "2 h"],
    [86_400, "24 h"],
    [-7_200, "−2 h"],
    [-1, "−1 s"],
    [-144_000, "−40 h"],
    [36_000_000, "10 000 h"],
    [3_600_000_000_000, "1 000 000 000 h"],
  ])("shows %i seconds as %s", (seconds, text) => {
    expect(plain(duration(seconds))).toBe(text);
  });

  it("shows a plus only when asked, and never on zero", () => {
    expect(plain(duration(900, "always"))).toBe("+15 min");
    expect(duration(0, "always")).not.toContain("+");
    expect(plain(duration(-900, "always"))).toBe("−15 min");
  });

  it("takes no fraction and no number beyond exactness", () => {
    expect(() => duration(1.5)).toThrow(RangeError);
    expect(() => duration(2 ** 53)).toThrow(RangeError);
    expect(() => duration(Number.NaN)).toThrow(RangeError);
  });

  it("puts every number of seconds together again", () => {
    for (const s of [-3_600_000_000_000, -7_201, -60, -59, 0, 59, 60, 3_599, 3_600, 86_399, 3_600_000_000_000]) {
      const { negative, hours, minutes, seconds } = parts(s);
      expect((negative ? -1 : 1) * (hours * 3_600 + minutes * 60 + seconds) + 0).toBe(s);
      expect(minutes).toBeLessThan(60);
      expect(seconds).toBeLessThan(60);
    }
  });
});

describe("typed hours", () => {
  it.each([
    ["2", 7_200],
    [" 2 h ", 7_200],
    ["1:30", 5_400],
    ["1 h 30", 5_400],
    ["1h30min", 5_400],
    ["0:05", 300],
    ["1.5", 5_400],
    ["1,5", 5_400],
    ["1.25", 4_500],
    ["0,1", 360],
    ["40", 144_000],
    ["1000000", 3_600_000_000],
  ])("reads %j", (text, seconds) => {
    expect(typedHours(text)).toBe(seconds);
  });

  it.each(["", "h", "-1", "1:60", "1:5:5", "1.555", "1e3", "two", "1,", "12345678"])("refuses %j", (text) => {
    expect(typedHours(text)).toBeUndefined();
  });
});

describe("typed minutes", () => {
  it.each([
    ["0", 0],
    ["15", 900],
    ["90 min", 5_400],
  ])("reads %j", (text, seconds) => {
    expect(typedMinutes(text)).toBe(seconds);
  });

  it.each(["", "1.5", "-5", "x"])("refuses %j", (text) => {
    expect(typedMinutes(text)).toBeUndefined();
  });
});
