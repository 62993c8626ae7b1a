import { describe, expect, it } from "vitest";
import { frameAt, RATES, roundSeconds, roundTicks, stepRate } from "./round";

describe("a round of frames", () => {
  it.each([
    [1, 1],
    [2, 7],
    [7, 7],
    [8, 11],
    [24, 29],
    [30, 31],
    [2_048, 2_051],
  ])("of %i frames takes %i ticks", (frames, ticks) => {
    expect(roundTicks(frames)).toBe(ticks);
  });

  it("shows each frame in its turn, the last one until the round is over, then begins again", () => {
    expect(Array.from({ length: 9 }, (_, tick) => frameAt(tick, 4))).toEqual([0, 1, 2, 3, 3, 3, 3, 0, 1]);
    expect([0, 1, 2].map((tick) => frameAt(tick, 1))).toEqual([0, 0, 0]);
  });

  it("lets a camera that catches every nth frame see them all, up to n = 6, whatever their number", () => {
    for (let frames = 1; frames <= 130; frames += 1) {
      for (let n = 1; n <= 6; n += 1) {
        const seen = new Set(Array.from({ length: roundTicks(frames) }, (_, look) => frameAt(look * n + 3, frames)));
        expect(seen.size, `${frames} frames, every ${n}`).toBe(frames);
      }
    }
  });

  it("says how long it takes", () => {
    expect(roundSeconds(1, 10)).toBe(1);
    expect(roundSeconds(94, 5)).toBe(19);
    expect(roundSeconds(94, 2)).toBe(49);
  });

  it("steps through the rates and stays at the ends", () => {
    expect(stepRate(5, 1)).toBe(7);
    expect(stepRate(5, -1)).toBe(3);
    expect(stepRate(RATES[0], -1)).toBe(RATES[0]);
    expect(stepRate(10, 1)).toBe(10);
  });
});
