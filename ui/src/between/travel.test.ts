/** Who carries hours gives where hours are owed, and never more than is owed or than they may. */
import { describe, expect, it } from "vitest";
import type { VillageApi, VillageCell } from "../conductor/conductor";
import { textOf } from "../conductor/hash";
import type { LineState, TrustLine } from "../generated/api";
import { levied } from "../state/neighbours";
import { chances, clearing_s, dueOf, known, type Known } from "./travel";

const dna = (n: number) => Uint8Array.from([132, 45, 36, ...Array<number>(36).fill(n)]);
const agent = Uint8Array.from([132, 32, 36, ...Array<number>(36).fill(1)]);
const cell = (n: number): VillageCell => ({ key: textOf(dna(n)), cell: [dna(n), agent], cloneId: `village.${n}`, name: `Village ${n}` });
const levies = { state_bp: 750, community_bp: 250 };

function line(to: number, balance_s: number, more: Partial<TrustLine> = {}, state: LineState = "open"): TrustLine {
  const terms = {
    line: { village: dna(to), gateway: agent, limit_s: 360_000, neighbour_gateway: agent, neighbour_limit_s: 360_000, state, sheet: { number: 1, window: 1, slope_bp: 0, kinds: [] }, issued: 0, taken: 0 },
  };
  return { village: dna(to), decision: dna(9), terms, gateway_name: null, mine: false, taken_over: true, balance_s, pledged_s: 0, issued: 0, taken: 0, ...more };
}

const village = (n: number, lines: TrustLine[], can_give_s = 360_000): Known => ({ cell: cell(n), lines, levies, can_give_s });

describe("what is owed on a line", () => {
  it.each([
    ["below zero it is owed", line(2, -3_600), 3_600],
    ["above zero this village owes, and nothing is carried from here", line(2, 3_600), 0],
    ["even", line(2, 0), 0],
    ["what is on its way counts already", line(2, -3_600, { pledged_s: 600 }), 3_000],
    ["more on its way than is owed", line(2, -3_600, { pledged_s: 4_000 }), 0],
    ["a paused line", line(2, -3_600, {}, "paused"), 0],
    ["a closed line", line(2, -3_600, {}, "closed"), 0],
    ["a line that no gateway has taken over", line(2, -3_600, { taken_over: false }), 0],
  ])("%s", (_what, one, due_s) => {
    expect(dueOf(one)).toBe(due_s);
  });
});

describe("what to give", () => {
  /** Every amount, from the largest on. */
  function slow(due_s: number, rates: typeof levies, can_give_s: number): number {
    for (let amount_s = Math.min(can_give_s, 2 * due_s + 10); amount_s > 0; amount_s -= 1) {
      const minutes = amount_s % 60 === 0 || amount_s < 60;
      if (minutes && levied(amount_s, rates).receiver_s <= due_s) return amount_s;
    }
    return 0;
  }

  it.each([
    { state_bp: 0, community_bp: 0 },
    levies,
    { state_bp: 500, community_bp: 500 },
    { state_bp: 1, community_bp: 4_999 },
    { state_bp: 333, community_bp: 1_234 },
  ])("is the most that fits, with %o", (rates) => {
    for (let due_s = 0; due_s < 900; due_s += 1) {
      for (const can_give_s of [0, 1, 59, 60, 61, 200, 10_000]) {
        expect(clearing_s(due_s, rates, can_give_s), `${due_s} of ${can_give_s}`).toBe(slow(due_s, rates, can_give_s));
      }
    }
  });

  it("is nothing where levies take all", () => {
    expect(clearing_s(3_600, { state_bp: 5_000, community_bp: 5_000 }, 3_600)).toBe(0);
  });
});

describe("chances to carry", () => {
  it("lead from the village that is owed to the one that owes", () => {
    const [here, there] = [village(1, [line(2, 5 * 3_600)]), village(2, [line(1, -6 * 3_600)])];
    expect(chances([here, there])).toEqual([
      { from: there.cell, to: here.cell, due_s: 6 * 3_600, amount_s: clearing_s(6 * 3_600, levies, 360_000), gateway: false },
    ]);
  });

  it("need a book at both ends", () => {
    expect(chances([village(2, [line(1, -3_600)])])).toEqual([]);
  });

  it.each([["here", true, false], ["there", false, true]])("leave it to others where one is gateway %s", (_where, mine, mineThere) => {
    const found = chances([village(1, [line(2, 3_600, { mine: mineThere })]), village(2, [line(1, -3_600, { mine })])]);
    expect(found).toMatchObject([{ gateway: true, amount_s: 0, due_s: 3_600 }]);
  });

  it("say so where nothing can be given", () => {
    expect(chances([village(1, []), village(2, [line(1, -3_600)], 0)])).toMatchObject([{ gateway: false, amount_s: 0 }]);
  });

  it("come with the largest debt first", () => {
    const found = chances([village(1, []), village(3, []), village(2, [line(1, -60), line(3, -600)])]);
    expect(found.map(({ due_s }) => due_s)).toEqual([600, 60]);
  });
});

describe("asking a village", () => {
  const api = (book: object | null) =>
    ({ standing: async () => ({ book, policy: { terms: { levies } } }), lines: async () => ({ items: [line(2, -60)], next: null }) }) as unknown as VillageApi;

  it("tells its lines and what can be given there", async () => {
    expect(await known(cell(1), api({ can_give_s: 60, closed: false }))).toEqual({ cell: cell(1), lines: [line(2, -60)], levies, can_give_s: 60 });
  });

  it.each([["no book", null], ["a closed book", { can_give_s: 60, closed: true }]])("is nothing with %s", async (_what, book) => {
    expect(await known(cell(1), api(book))).toBeUndefined();
  });
});
