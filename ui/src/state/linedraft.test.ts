import { encodeHashToBase64 } from "@holochain/client";
import { describe, expect, it } from "vitest";
import type { TrustLine } from "../generated/api";
import { draftOf, kindFault, knownLine, lineMotion, mirrored, newLine, typedRate, type LineDraft, type LineMotion } from "./linedraft";

/** A hash that reads as what it is: 3 bytes of type, 32 of core, 4 of location. */
const hash = (type: number[], n: number) => Uint8Array.from([...type, ...Array<number>(36).fill(n)]);
const dna = (n: number) => hash([132, 45, 36], n);
const agent = (n: number) => hash([132, 32, 36], n);

const terms: LineMotion = {
  village: dna(8),
  gateway: agent(1),
  limit_s: 360_000,
  neighbour_gateway: agent(2),
  neighbour_limit_s: 432_000,
  state: "open",
  sheet: { number: 3, window: 2, slope_bp: 1_250, kinds: [{ kind: "carpentry", rate: { num: 6, den: 5 } }] },
  issued: 0,
  taken: 0,
};
const line: TrustLine = {
  village: terms.village,
  decision: new Uint8Array(39),
  terms: { line: terms },
  gateway_name: null,
  mine: false,
  taken_over: true,
  balance_s: 0,
  pledged_s: 0,
  issued: 9,
  taken: 4,
};
const changed = (change: Partial<LineDraft>): LineMotion | undefined => {
  const motion = lineMotion({ ...draftOf(terms), ...change }, line);
  return motion && "line" in motion ? motion.line : undefined;
};

describe("a rate as typed", () => {
  it.each([
    ["1", "1.2", { num: 6, den: 5 }],
    ["5", "6", { num: 6, den: 5 }],
    ["1", "1,2", { num: 6, den: 5 }],
    ["0.5", "1", { num: 2, den: 1 }],
    ["4294967295", "1", { num: 1, den: 4_294_967_295 }],
    ["4294967296", "1", undefined],
    ["0", "1", undefined],
    ["1", "0.000", undefined],
    ["1", "1.2345", undefined],
    ["-1", "1", undefined],
    ["", "1", undefined],
  ])("of %s here for %s there", (here, there, rate) => {
    expect(typedRate(here, there)).toEqual(rate);
  });
});

describe("a line as typed", () => {
  it("is whole, or no motion at all", () => {
    expect(lineMotion(newLine(), undefined)).toBeUndefined();
    const fresh = { ...draftOf(terms), kinds: [{ kind: " grain ", here: "1", there: "2" }] };
    expect(lineMotion(fresh, undefined)).toEqual({
      line: { ...terms, sheet: { number: 1, window: 1, slope_bp: 1_250, kinds: [{ kind: "grain", rate: { num: 2, den: 1 } }] } },
    });
    expect(changed({ slope: "50.01" })).toBeUndefined();
    expect(changed({ their_gateway: "uhCAk" })).toBeUndefined();
    expect(changed({ limit_s: undefined })).toBeUndefined();
  });

  it("keeps its sheet while rates and gateways stay", () => {
    expect(changed({})).toEqual(terms);
    expect(changed({ state: "paused", limit_s: 1 })).toEqual({ ...terms, state: "paused", limit_s: 1 });
  });

  it("takes the next sheet with other rates", () => {
    expect(changed({ slope: "0" })?.sheet).toMatchObject({ number: 4, window: 2, slope_bp: 0 });
    expect(changed({ kinds: [{ kind: "carpentry", here: "1", there: "1" }] })?.sheet.number).toBe(4);
    expect(changed({ slope: "0" })).toMatchObject({ issued: 0, taken: 0 });
  });

  it("counts IOUs on for another gateway, on either side", () => {
    for (const change of [{ gateway: encodeHashToBase64(agent(5)) }, { their_gateway: encodeHashToBase64(agent(5)) }]) {
      expect(changed(change)).toMatchObject({ issued: 9, taken: 4, sheet: { number: 4 } });
    }
  });

  it("leaves no older sheet in force for who is gateway no more", () => {
    const former = { their_gateway: encodeHashToBase64(agent(5)) };
    expect(changed(former)?.sheet).toMatchObject({ number: 4, window: 0 });
    // The sheet after that may let the one before it in again: it is the new gateway's.
    const after = (draft: Partial<LineDraft>) => {
      const since = { ...terms, sheet: { ...terms.sheet, window: 0 } };
      const motion = lineMotion({ ...draftOf(since), ...draft }, { ...line, terms: { line: since } });
      return motion && "line" in motion ? motion.line.sheet : undefined;
    };
    expect(after({})).toMatchObject({ number: 3, window: 0 });
    expect(after({ slope: "0" })).toMatchObject({ number: 4, window: 1 });
    // What the neighbour has decided is decided alike.
    const theirs = { number: 4, window: 1, issued: 9, taken: 4 };
    expect(changed({ ...former, theirs })?.sheet).toMatchObject({ number: 4, window: 1 });
  });

  it("is turned round for the other side, and back again", () => {
    const there = { ...terms, issued: 9, taken: 4 };
    const here = lineMotion(mirrored(there, encodeHashToBase64(dna(7))), undefined);
    expect(here).toEqual({
      line: {
        ...there,
        village: dna(7),
        gateway: terms.neighbour_gateway,
        neighbour_gateway: terms.gateway,
        limit_s: terms.neighbour_limit_s,
        neighbour_limit_s: terms.limit_s,
        sheet: { ...terms.sheet, kinds: [{ kind: "carpentry", rate: { num: 5, den: 6 } }] },
        issued: 4,
        taken: 9,
      },
    });
    if (!here || !("line" in here)) throw new Error("no line");
    expect(lineMotion(mirrored(here.line, encodeHashToBase64(dna(8))), undefined)).toEqual({ line: there });
  });

  it("takes the neighbour's sheet number where that is ahead, and none that is not", () => {
    const theirs = (number: number) => ({ slope: "0", theirs: { number, window: 5, issued: 9, taken: 4 } });
    expect(changed(theirs(7))?.sheet).toMatchObject({ number: 7, window: 5 });
    expect(changed(theirs(2))?.sheet).toMatchObject({ number: 4, window: 5 });
    expect(changed({ ...theirs(3), slope: "12.5" })?.sheet).toMatchObject({ number: 4, window: 5 });
  });

  it("is known by its neighbour", () => {
    expect(knownLine([line], encodeHashToBase64(dna(8)))).toBe(line);
    expect(knownLine([line], encodeHashToBase64(dna(7)))).toBeUndefined();
    expect(knownLine([line], "")).toBeUndefined();
  });

  it("names each kind once", () => {
    const draft = { ...newLine(), kinds: ["grain", "", "grain ", "milk"].map((kind, row) => ({ kind, here: "1", there: row === 3 ? "x" : "1" })) };
    expect([0, 1, 2, 3].map((row) => kindFault(draft, row))).toEqual([undefined, "name", "twice", "rate"]);
  });
});
