/** Rounds and statements come back from their text as they were; what is not whole is refused by its field. */
import { describe, expect, it } from "vitest";
import { Refusal } from "../conductor/refusal";
import type { LineStatement, Round } from "../generated/api";
import { qrParts } from "../handover/qr";
import { findRounds, findStatement, hexOf, keyOf, merged, missingIn, ownEnds, ROUNDS_MAX, roundText, statementText, TEXT_MAX_CHARS, villagesOf } from "./settle";

const id = (n: number) => new Uint8Array(32).fill(n);
const signature = (n: number) => new Uint8Array(64).fill(n);
const hex = (n: number) => hexOf(id(n));

/** 1 owes 2, 2 owes 3, 3 owes 1. */
function ring(amount_s = 100): Round {
  const line = (debtor: number, creditor: number) => ({
    debtor: id(debtor), creditor: id(creditor), debtor_gateway: id(10 + debtor), creditor_gateway: id(10 + creditor), freed_s: amount_s, given_up_s: amount_s,
  });
  return { lines: [line(1, 2), line(2, 3), line(3, 1)] };
}

const statement: LineStatement = {
  debtor: id(1), creditor: id(2), debtor_gateway: id(11), creditor_gateway: id(12), number: 5, amount_s: 7_200, debtor_signature: signature(7), creditor_signature: null,
};

/** What a refusal names: its code and the value. */
function refused(run: () => unknown): string {
  try {
    run();
    return "taken";
  } catch (error) {
    return error instanceof Refusal ? `${error.code} ${error.message}` : String(error);
  }
}

describe("a round as text", () => {
  const kept = { round: ring(), signatures: [{ village: id(2), signature: signature(9) }] };
  const alone = JSON.parse(roundText(kept)) as { round: object; signatures: object[] };

  it.each([
    ["with its signatures", roundText(kept), 1],
    ["among other words", `Dear Ann,\nplease sign: ${roundText(kept)}\nBob`, 1],
    ["alone", JSON.stringify(alone.round), 0],
    ["in a list", JSON.stringify([alone, alone.round]), 1],
    ["as the program prints it", JSON.stringify({ villages: 3, lines: [{ debtor: "a" }], signing: { plan: {}, rounds: [alone.round] }, text: "…" }), 0],
  ])("comes back %s", (_what, text, signatures) => {
    const [found, ...more] = findRounds(text);
    expect(more).toEqual([]);
    expect(found?.round).toEqual(ring());
    expect(found?.signatures).toHaveLength(signatures);
  });

  const changed = (change: (line: Record<string, unknown>) => void) => {
    const round = JSON.parse(JSON.stringify(alone.round)) as { lines: Record<string, unknown>[] };
    change(round.lines[1] ?? {});
    return JSON.stringify(round);
  };
  it.each([
    ["nothing", "", "E_ROUND_TEXT "],
    ["no JSON", "Dear Ann", "E_ROUND_TEXT Dear Ann"],
    ["cut off", roundText(kept).slice(0, -20), "E_ROUND_TEXT {"],
    ["something else", JSON.stringify({ hello: 1 }), "E_ROUND_TEXT {"],
    ["two lines", JSON.stringify({ lines: (alone.round as { lines: object[] }).lines.slice(0, 2) }), "E_ROUND_TEXT lines: 2"],
    ["65 lines", JSON.stringify({ lines: Array.from({ length: 65 }, () => ({})) }), "E_ROUND_TEXT lines: 65"],
    ["a village cut short", changed((line) => (line["debtor"] = hex(2).slice(2))), `E_ROUND_TEXT debtor: "0202`],
    ["capital letters", changed((line) => (line["creditor"] = "AB".repeat(32))), `E_ROUND_TEXT creditor: "ABAB`],
    ["no gateway", changed((line) => delete line["creditor_gateway"]), "E_ROUND_TEXT creditor_gateway: undefined"],
    ["a fraction", changed((line) => (line["freed_s"] = 1.5)), "E_ROUND_TEXT freed_s: 1.5"],
    ["nought", changed((line) => (line["given_up_s"] = 0)), "E_ROUND_TEXT given_up_s: 0"],
    ["less than nought", changed((line) => (line["given_up_s"] = -5)), "E_ROUND_TEXT given_up_s: -5"],
    ["more than an amount may be", changed((line) => (line["freed_s"] = 3_600_000_001)), "E_ROUND_TEXT freed_s: 3600000001"],
    ["a signature cut short", JSON.stringify({ ...alone, signatures: [{ village: hex(2), signature: "09" }] }), `E_ROUND_TEXT signature: "09"`],
    ["too deep", JSON.stringify([[[[[[alone]]]]]]), "E_ROUND_TEXT ["],
    ["too long", " ".repeat(TEXT_MAX_CHARS + 1), "E_ROUND_TEXT_LENGTH"],
    ["too many", JSON.stringify(Array.from({ length: ROUNDS_MAX + 1 }, (_, i) => JSON.parse(roundText({ round: ring(i + 1), signatures: [] })) as object)), "E_ROUND_TEXT_LENGTH"],
  ])("is refused: %s", (_what, text, why) => {
    expect(refused(() => findRounds(text)).startsWith(why), refused(() => findRounds(text))).toBe(true);
  });

  it("gathers signatures, one for each village, for the same round only", () => {
    const signed = (n: number, by: number) => ({ village: id(n), signature: signature(by) });
    const all = merged([{ round: ring(), signatures: [signed(1, 1), signed(2, 2)] }, { round: ring(5), signatures: [] }], [{ round: ring(), signatures: [signed(2, 3), signed(3, 4)] }]);
    expect(all.map(({ round }) => keyOf(round))).toEqual([keyOf(ring()), keyOf(ring(5))]);
    expect(all[0]?.signatures).toEqual([signed(1, 1), signed(2, 3), signed(3, 4)]);
    expect(all.map(missingIn)).toEqual([[], [hex(1), hex(2), hex(3)]]);
  });

  it("says what a village gives up and is freed of", () => {
    expect(villagesOf(ring())).toEqual([hex(1), hex(2), hex(3)]);
    expect(ownEnds(ring(), hex(2))).toEqual([
      { neighbour: hex(1), owes: false, here_s: 100 },
      { neighbour: hex(3), owes: true, here_s: 100 },
    ]);
    expect(ownEnds(ring(), hex(4))).toEqual([]);
  });
});

describe("a statement as text", () => {
  it.each([null, signature(8)])("comes back, signed once or twice", (creditor_signature) => {
    const one = { ...statement, creditor_signature };
    expect(findStatement(`It is: ${statementText(one)}.`)).toEqual(one);
  });

  it("fits into one code", () => {
    expect(qrParts(statementText({ ...statement, number: Number.MAX_SAFE_INTEGER, amount_s: 3_600_000_000_000, creditor_signature: signature(8) }))).toHaveLength(1);
  });

  it.each([
    ["nothing", "", "E_STATEMENT_TEXT "],
    ["a list", "[]", "E_STATEMENT_TEXT debtor: undefined"],
    ["no number", statementText(statement).replace('"number":5', '"number":"5"'), 'E_STATEMENT_TEXT number: "5"'],
    ["a signature of other bytes", statementText(statement).replace("0707", "07"), 'E_STATEMENT_TEXT debtor_signature: "07'],
    ["a damaged second signature", statementText(statement).replace("null", '"00"'), 'E_STATEMENT_TEXT creditor_signature: "00"'],
  ])("is refused: %s", (_what, text, why) => {
    expect(refused(() => findStatement(text)).startsWith(why), refused(() => findStatement(text))).toBe(true);
  });
});
