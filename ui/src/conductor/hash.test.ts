import { describe, expect, it } from "vitest";
import { areTwins } from "./hash";

/** A hash with a type, 32 bytes and where it belongs. */
const hash = (change: (core: Uint8Array) => void = () => {}) => {
  const whole = new Uint8Array(39).fill(7);
  change(whole.subarray(3, 35));
  return whole;
};

describe("two villages", () => {
  it("are twins if cheques cannot tell them apart, and are not the same", () => {
    expect(areTwins(hash(), hash((core) => core.fill(9, 8)))).toBe(true);
    expect(areTwins(hash(), hash((core) => core.fill(9, 31)))).toBe(true);
  });

  it("are none if they are one, or the first bytes differ", () => {
    expect(areTwins(hash(), hash())).toBe(false);
    for (const at of [0, 7]) expect(areTwins(hash(), hash((core) => core.fill(9, at)))).toBe(false);
  });
});
