/** What waits for whom: one table for each matter. */
import { describe, expect, it } from "vitest";
import type { DisputeItem, FundHeld, LabourItem, ProjectItem } from "../generated/api";
import { asked_s, disputeAct, due_s, fundAct, labourAct, mediatorOf } from "./waits";

const hash = (n: number) => new Uint8Array(39).fill(n);
const [ALICE, BOB, CHANDRA, DORA] = [1, 2, 3, 4].map(hash) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];

describe("labour", () => {
  const project = (more: Partial<ProjectItem> = {}): ProjectItem => ({
    project: hash(9), decision: hash(8), name: "Road", purpose: "", fund: "state", holder: ALICE, holder_name: "Alice", budget_s: 100, spent_s: 0, left_s: 100, confirmations: 2, time_us: 0, ...more,
  });
  const labour = (more: Partial<LabourItem> = {}): LabourItem => ({
    labour: hash(7), worker: BOB, worker_name: "Bob", mine: false, seconds: 60, words: null, confirmed_by: 2, confirmed_by_me: false, paid: null, paid_s: 0, time_us: 0, ...more,
  });
  it.each([
    ["the holder pays what enough have confirmed", ALICE, {}, {}, false, "pay"],
    ["and their own labour, too", ALICE, {}, { mine: true, worker: ALICE }, true, "pay"],
    ["not before enough have confirmed", ALICE, {}, { confirmed_by: 1 }, false, null],
    ["a holder who worked confirms until then", ALICE, {}, { confirmed_by: 1 }, true, "confirm"],
    ["not twice", ALICE, {}, { paid: hash(5) }, true, null],
    ["not when nothing is left", ALICE, { left_s: 0 }, {}, false, null],
    ["at once where nobody need confirm", ALICE, { confirmations: 0 }, { confirmed_by: 0 }, false, "pay"],
    ["whoever worked confirms another's", CHANDRA, {}, { confirmed_by: 1 }, true, "confirm"],
    ["once", CHANDRA, {}, { confirmed_by: 1, confirmed_by_me: true }, true, null],
    ["never their own", BOB, {}, { confirmed_by: 1, mine: true }, true, null],
    ["not when it is enough", CHANDRA, {}, {}, true, null],
    ["nor whoever did not work", CHANDRA, {}, { confirmed_by: 1 }, false, null],
  ] as const)("%s", (_what, me, ofProject, ofLabour, worked, act) => {
    expect(labourAct(project(ofProject), labour(ofLabour), me, worked)).toBe(act);
  });
});

describe("a fund", () => {
  const held = (holder: Uint8Array, more: Partial<FundHeld> = {}): FundHeld => ({
    holder, holder_name: null, appointed: true, until_us: 1, held: true, balance_s: 5, page: null, ...more,
  });
  it.each([
    ["is opened by whom the policy names", [held(ALICE, { held: false })], "hold"],
    ["needs nothing while it is held", [held(ALICE)], null],
    ["is handed over by whom the policy names no more", [held(BOB), held(ALICE, { appointed: false })], "hand_over"],
    ["not when it is empty", [held(BOB), held(ALICE, { appointed: false, balance_s: 0 })], null],
    ["nor when nobody else is named", [held(ALICE, { appointed: false })], null],
    ["is no matter of others", [held(BOB, { held: false })], null],
  ] as const)("%s", (_what, books, act) => {
    expect(fundAct([...books], ALICE)).toBe(act);
  });
});

describe("a dispute", () => {
  const says = (author: Uint8Array) => ({ dispute: hash(20), author, words: null, time_us: 0 });
  const names = (by: Uint8Array, mediator: Uint8Array) => ({ nomination: hash(21), dispute: hash(20), by, mediator, mediator_name: null, words: null });
  const thinks = (give_back_s: number) => ({ opinion: hash(22), mediator: CHANDRA, give_back_s, words: null });
  const dispute = (more: Partial<DisputeItem> = {}): DisputeItem => ({
    transfer: hash(10), giver: ALICE, giver_name: null, receiver: BOB, receiver_name: null, amount_s: 100, state: "open",
    statements: [says(ALICE)], nominations: [], opinions: [], proposal: null, decided_s: null, corrections: [], given_back_s: 0, ...more,
  });
  const agreed = [names(ALICE, CHANDRA), names(BOB, DORA), names(BOB, CHANDRA)];
  it.each([
    ["the other side is to say something", dispute(), BOB, "answer"],
    ["whoever began it waits", dispute(), ALICE, null],
    ["others have nothing to do", dispute(), CHANDRA, null],
    ["a mediator named by one side is to be agreed on", dispute({ statements: [says(ALICE), says(BOB)], nominations: [names(ALICE, CHANDRA)] }), BOB, "name"],
    ["the one who is named by both advises", dispute({ nominations: agreed }), CHANDRA, "advise"],
    ["one named by a single side does not", dispute({ nominations: agreed }), DORA, null],
    ["and once only", dispute({ nominations: agreed, opinions: [thinks(5)] }), CHANDRA, null],
    ["the receiver gives back what was advised", dispute({ statements: [says(ALICE), says(BOB)], opinions: [thinks(50)] }), BOB, "give_back"],
    ["the giver does not", dispute({ opinions: [thinks(50)] }), ALICE, null],
    ["nothing when the advice is nothing", dispute({ statements: [says(ALICE), says(BOB)], opinions: [thinks(0)] }), BOB, null],
    ["what the village decided counts more", dispute({ statements: [says(ALICE), says(BOB)], opinions: [thinks(50)], decided_s: 0 }), BOB, null],
    ["nothing once it is settled", dispute({ state: "settled", decided_s: 90, given_back_s: 10 }), BOB, null],
  ] as const)("%s", (_what, item, me, act) => {
    expect(disputeAct(item as DisputeItem, me)).toBe(act);
  });

  it("finds the mediator whom both sides named, whatever else they named", () => {
    expect(mediatorOf(dispute())).toBeNull();
    expect(mediatorOf(dispute({ nominations: [names(ALICE, CHANDRA), names(ALICE, DORA)] }))).toBeNull();
    expect(mediatorOf(dispute({ nominations: agreed }))).toEqual(CHANDRA);
  });

  it("knows what was asked and what is still due, never below nothing", () => {
    expect(asked_s(dispute())).toBeNull();
    expect(due_s(dispute({ opinions: [thinks(50), thinks(40)], given_back_s: 10 }))).toBe(30);
    expect(due_s(dispute({ decided_s: 20, opinions: [thinks(50)], given_back_s: 30 }))).toBe(0);
  });
});
