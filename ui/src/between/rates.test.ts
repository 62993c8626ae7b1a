/** Adopted sheets over time: each once, in their order, of this line only. */
import { describe, expect, it } from "vitest";
import type { BallotItem, BallotState, Motion } from "../generated/api";
import { kindsOf, sheetsAdopted, worth_s } from "./rates";

const dna = (n: number) => Uint8Array.from([132, 45, 36, ...Array<number>(36).fill(n)]);
const here = dna(1);

function ballot(number: number, sheet: number, kinds: [string, number, number][], more: { village?: Uint8Array; state?: BallotState } = {}): BallotItem {
  const motion = {
    line: { village: more.village ?? here, sheet: { number: sheet, window: 1, slope_bp: 100 * sheet, kinds: kinds.map(([kind, num, den]) => ({ kind, rate: { num, den } })) } },
  } as unknown as Motion;
  return { proposal: dna(100 + number), kind: "line", motion, number, state: more.state ?? "adopted", time_us: 900 * number, decided_us: 1_000 * number } as unknown as BallotItem;
}

describe("sheets of a line", () => {
  it("come oldest first, whatever order the node lists ballots in", () => {
    const found = sheetsAdopted([ballot(3, 5, [["grain", 2, 1]]), ballot(1, 1, [["grain", 1, 1]]), ballot(2, 2, [["grain", 6, 5]])], here);
    expect(found.map(({ number, adopted_us, slope_bp }) => [number, adopted_us, slope_bp])).toEqual([[1, 1_000, 100], [2, 2_000, 200], [5, 3_000, 500]]);
    expect(found.map(({ rates }) => rates.get("grain"))).toEqual([{ num: 1, den: 1 }, { num: 6, den: 5 }, { num: 2, den: 1 }]);
  });

  it("count from the first ballot that brought them: a new limit brings none", () => {
    expect(sheetsAdopted([ballot(2, 1, [["grain", 1, 1]]), ballot(1, 1, [["grain", 1, 1]])], here)).toMatchObject([{ number: 1, adopted_us: 1_000 }]);
  });

  it.each([
    ["of another line", ballot(1, 1, [], { village: dna(2) })],
    ["still asked", ballot(1, 1, [], { state: "open" })],
    ["not adopted", ballot(1, 1, [], { state: "failed" })],
    ["overtaken", ballot(1, 1, [], { state: "overtaken" })],
    ["about something else", { ...ballot(1, 1, []), motion: { floor: {} } as unknown as Motion }],
  ])("leave out what is %s", (_what, other) => {
    expect(sheetsAdopted([other], here)).toEqual([]);
  });

  it("name every kind that ever had a rate, the newest first", () => {
    const sheets = sheetsAdopted([ballot(1, 1, [["grain", 1, 1], ["milk", 1, 1]]), ballot(2, 2, [["carpentry", 1, 1], ["grain", 1, 1]])], here);
    expect(kindsOf(sheets)).toEqual(["carpentry", "grain", "milk"]);
    expect(kindsOf([])).toEqual([]);
  });
});

describe("what an hour is worth", () => {
  it.each([
    [1, 1, 3_600],
    [6, 5, 4_320],
    [1, 7, 514],
    [0xffff_ffff, 1, 15_461_882_262_000],
    [1, 0xffff_ffff, 0],
  ])("%i to %i", (num, den, s) => {
    expect(worth_s({ num, den })).toBe(s);
  });
});
