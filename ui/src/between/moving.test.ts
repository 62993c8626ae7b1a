/** Nobody leaves behind what they owe, what they have or what they hold without being told. */
import { describe, expect, it } from "vitest";
import { textOf } from "../conductor/hash";
import type { FundHeld, LineState, Treasury, TrustLine } from "../generated/api";
import { bondsOf, passes } from "./moving";

const dna = (n: number) => Uint8Array.from([132, 45, 36, ...Array<number>(36).fill(n)]);
const agent = (n: number) => Uint8Array.from([132, 32, 36, ...Array<number>(36).fill(n)]);
const [me, other] = [agent(1), agent(2)];
const held = (holder: Uint8Array, appointed: boolean, balance_s: number) => ({ holder, appointed, balance_s }) as FundHeld;
const NOTHING: Treasury = { state: [], community: [] };

function line(to: number, state: LineState, more: Partial<TrustLine> = {}): TrustLine {
  return { village: dna(to), mine: false, taken_over: true, terms: { line: { state, sheet: {} } }, ...more } as unknown as TrustLine;
}

describe("what binds to a village", () => {
  it.each([
    [-60, 60, 0],
    [0, 0, 0],
    [60, 0, 60],
  ])("a balance of %i", (balance_s, owes_s, left_s) => {
    expect(bondsOf({ balance_s }, NOTHING, [], me)).toEqual({ owes_s, left_s, funds: [], lines: [] });
  });

  it.each([
    ["appointed, not taken over yet", held(me, true, 0), ["state"]],
    ["appointed no more, but something is left in it", held(me, false, 1), ["state"]],
    ["appointed no more, and all was handed over", held(me, false, 0), []],
    ["somebody else's", held(other, true, 9), []],
  ])("a fund: %s", (_what, book, funds) => {
    expect(bondsOf({ balance_s: 0 }, { state: [book], community: [] }, [], me).funds).toEqual(funds);
  });

  it("lines that one holds, unless they are closed for ever", () => {
    const lines = [line(1, "open", { mine: true }), line(2, "paused", { mine: true }), line(3, "closed", { mine: true }), line(4, "open")];
    expect(bondsOf({ balance_s: 0 }, NOTHING, lines, me).lines).toEqual([textOf(dna(1)), textOf(dna(2))]);
  });
});

describe("hours", () => {
  it.each([
    ["pass over an open line", line(5, "open"), true],
    ["not over another village's", line(6, "open"), false],
    ["not over a paused one", line(5, "paused"), false],
    ["not before the gateway has taken it over", line(5, "open", { taken_over: false }), false],
    ["not over one's own", line(5, "open", { mine: true }), false],
  ])("%s", (_what, one, expected) => {
    expect(passes([one], textOf(dna(5)))).toBe(expected);
  });
});
