import { describe, expect, it } from "vitest";
import { percentDigits, typedPercent } from "./percent";

describe("typed percentages", () => {
  it.each([
    ["7.5", 750],
    ["7,5", 750],
    ["2.5 %", 250],
    ["0", 0],
    ["0.01", 1],
    ["7,05", 705],
    ["12.34", 1_234],
    ["50", 5_000],
    ["100", 10_000],
  ])("reads %j", (text, rate_bp) => {
    expect(typedPercent(text)).toBe(rate_bp);
  });

  it.each(["", "seven", "-1", "7.555", "7.", ".5", "1e1", "1000", "7.5.5"])("refuses %j", (text) => {
    expect(typedPercent(text)).toBeUndefined();
  });

  it("reads every rate that it writes", () => {
    for (let rate_bp = 0; rate_bp <= 10_000; rate_bp += 1) {
      expect(typedPercent(percentDigits(rate_bp, "."))).toBe(rate_bp);
      expect(typedPercent(percentDigits(rate_bp, ","))).toBe(rate_bp);
    }
  });

  it("writes no needless digit", () => {
    expect(percentDigits(750, ".")).toBe("7.5");
    expect(percentDigits(705, ",")).toBe("7,05");
    expect(percentDigits(5_000, ".")).toBe("50");
  });
});
