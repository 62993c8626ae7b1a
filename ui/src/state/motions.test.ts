import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Motion, PolicyTerms } from "../generated/api";
import { missing, motionTitle, objects, policyTerms, termEnd_us, typedCount } from "./motions";

const hash = (n: number) => new Uint8Array(39).fill(n);
const nameOf = (agent: Uint8Array) => (agent[0] === 1 ? "Alice" : null);
const terms: PolicyTerms = {
  levies: { state_bp: 750, community_bp: 250 }, floor_s: -144_000, exposure_s: 36_000, probation: null, payments_levied: true, state: null, community: { holder: hash(1), until_us: 0 },
};
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

// Dates are written as the reader's browser writes them.
beforeAll(() => vi.stubGlobal("navigator", { languages: ["en-GB"] }));
afterAll(() => vi.unstubAllGlobals());

describe("what is asked", () => {
  it.each<[Motion, RegExp]>([
    [{ roll: { changes: [{ agent: hash(1), standing: "steward" }], voting: null, vouchers: null } }, /^Alice becomes a steward$/],
    [{ roll: { changes: [{ agent: hash(2), standing: "suspended" }], voting: null, vouchers: null } }, /name not here yet.* is suspended$/],
    [{ roll: { changes: [1, 2, 3].map((n) => ({ agent: hash(n), standing: "member" })), voting: null, vouchers: null } }, /^3 changes/],
    [{ roll: { changes: [], voting: { template: "majority" }, vouchers: null } }, /way to decide/],
    [{ roll: { changes: [], voting: null, vouchers: 3 } }, /invite/],
    [{ policy: { terms } }, /levies/],
    [{ floor: { agent: hash(1), floor_s: -7_200 } }, /^Alice may go down to −2 h$/],
    [{ project: { name: "Road {name}", purpose: "", fund: "state", budget_s: 1, confirmations: 0 } }, /^Project: Road \{name\}$/],
    [{ dispute: { transfer: hash(3), give_back_s: 3_600 } }, /1 h should be given back/],
    [{ dna: { dna: hash(3), note: "" } }, /rules/],
    [{ coordinator: { sha256: "", note: "" } }, /program/],
    [{ line: { village: hash(3), gateway: hash(1), limit_s: 1, neighbour_gateway: hash(1), neighbour_limit_s: 3_600, state: "open", sheet: { number: 1, window: 0, slope_bp: 0, kinds: [] }, issued: 0, taken: 0 } }, /trust-line/],
    [{ succession: { lost: hash(1), heir: hash(2) } }, /new key for Alice/],
  ])("is one line: %#", (motion, title) => {
    expect(plain(motionTitle(motion, nameOf))).toMatch(title);
  });

  it("shows of a policy what would change beside what is in force", () => {
    const changed = policyTerms({ ...terms, levies: { state_bp: 800, community_bp: 250 }, community: null }, terms, nameOf).filter(({ now }) => now !== undefined);
    expect(changed.map(({ value, now }) => [plain(value), plain(now ?? "").slice(0, 6)])).toEqual([["8 %", "7.5 %"], ["nobody", "Alice,"]]);
    expect(policyTerms(terms, terms, nameOf).some(({ now }) => now !== undefined)).toBe(false);
    expect(policyTerms(terms, null, nameOf)).toHaveLength(8);
  });
});

describe("votes", () => {
  it("are missing until enough have said yes", () => {
    expect([0, 3, 4, 5].map((yes) => missing({ needed: 4 }, yes))).toEqual([4, 1, 0, 0]);
  });
  it("against need a reason where an objection stops", () => {
    expect(objects({ template: "consent", objections: 1 })).toBe(true);
    expect(objects({ template: "council", needed: 2 })).toBe(false);
  });
});

describe("forms", () => {
  it.each([
    ["0", 0, 8, 0], ["8", 0, 8, 8], ["9", 0, 8, undefined], ["-1", 0, 8, undefined], ["1.5", 0, 8, undefined], ["", 0, 8, undefined], [" 3 ", 1, 32, 3], ["99999", 1, 99_999, undefined],
  ])("read the count %j from %i to %i as %s", (text, least, most, n) => {
    expect(typedCount(text, least, most)).toBe(n);
  });
  it("end a term after its last day", () => {
    expect(termEnd_us(new Date(2026, 10, 26, 17, 30).getTime(), 12)).toBe(new Date(2027, 10, 27).getTime() * 1_000);
    expect(Number.isSafeInteger(termEnd_us(Date.now(), 120))).toBe(true);
  });
});
