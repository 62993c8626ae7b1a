/** What is asked of each line of a way is what is shown and then confirmed. */
import { describe, expect, it, vi } from "vitest";
import type { QuoteAcross, TrustLine, Way } from "../generated/api";
import { textOf } from "../conductor/hash";
import { asked, briefNames, confirmed, countedAs, kindsAlong, legsOf, placesOf } from "./far";

const dna = (n: number) => Uint8Array.from([132, 45, 36, ...Array<number>(36).fill(n)]);
const line = (to: number, ...kinds: string[]) =>
  ({ village: dna(to), terms: { line: { state: "open", limit_s: 1, sheet: { kinds: kinds.map((kind) => ({ kind, rate: { num: 1, den: 1 } })) } } } }) as unknown as TrustLine;
const way: Way = { lines: [line(2, "milk", "grain", "carpentry"), line(3, "carpentry", "grain"), line(4, "sewing", "grain")] };
const split = (receiver_s: number) => ({ receiver_s, state_s: 1, community_s: 2 });
const quote: QuoteAcross = {
  split: split(100), gives_s: 120, sheet: 1, room_s: 999,
  onward: [
    { village: dna(3), split: split(117), gives_s: 130, sheet: 7, kind: 1, room_s: 999 },
    { village: dna(4), split: split(127), gives_s: 140, sheet: 8, kind: 1, room_s: 999 },
  ],
};

describe("a way", () => {
  it("offers first what every line counts", () => {
    expect(kindsAlong(way)).toEqual(["grain", "milk", "carpentry"]);
    expect(kindsAlong({ lines: [line(2, "milk"), line(3)] })).toEqual(["milk"]);
    expect(kindsAlong({ lines: [] })).toEqual([]);
  });

  it.each([
    ["grain", [1, 1, 1], ["grain", "grain", "grain"]],
    ["carpentry", [2, 0, 0], ["carpentry", "carpentry", "sewing"]],
    ["milk", [0, 0, 0], ["milk", "carpentry", "sewing"]],
  ])("counts %s as each line knows it", (kind, places, names) => {
    expect(placesOf(way, kind)).toEqual(places);
    expect(countedAs(way, places)).toEqual(names);
  });

  it("asks each line after the first, and confirms what was quoted", () => {
    expect(asked(way, [2, 0, 1])).toEqual([{ village: dna(3), kind: 0 }, { village: dna(4), kind: 1 }]);
    expect(asked({ lines: [line(2, "milk")] }, [0])).toEqual([]);
    expect(confirmed(quote)).toEqual([{ village: dna(3), sheet: 7, kind: 1, least_s: 130 }, { village: dna(4), sheet: 8, kind: 1, least_s: 140 }]);
  });

  it("shows line by line what arrives and what goes on", () => {
    expect(legsOf(quote)).toEqual([
      { gives_s: 120, split: split(117) },
      { gives_s: 130, split: split(127) },
      { gives_s: 140, split: undefined },
    ]);
    const { onward: _, ...direct } = quote;
    expect(legsOf(direct)).toEqual([{ gives_s: 120, split: undefined }]);
    expect(confirmed(direct)).toEqual([]);
  });
});

describe("names in rows", () => {
  it("are as a card said them, with the end of the number only where two are called the same", () => {
    const cards = new Map([[2, "Hill"], [3, "Hill"], [4, "Mill"], [5, "Home"], [7, "Other"]].map(([n, name]) => [`neighbour.${textOf(dna(Number(n)))}`, String(name)]));
    vi.stubGlobal("localStorage", { getItem: (key: string) => [...cards].find(([one]) => key.endsWith(one))?.[1] ?? null });
    const end = (n: number) => `\u2026\u2060${textOf(dna(n)).slice(-8)}`;
    // One has a book in the seventh: its own name counts, not what a card says.
    const cell = { key: textOf(dna(7)), cell: [dna(7), dna(7)] as [Uint8Array, Uint8Array], cloneId: "village.0", name: "Vale" };
    const names = briefNames([cell], [2, 3, 4, 5, 6, 7].map(dna), "Home");
    expect(names).toEqual([`Hill (${end(2)})`, `Hill (${end(3)})`, "Mill", `Home (${end(5)})`, `Village ${end(6)}`, "Vale"]);
    vi.unstubAllGlobals();
  });
});
