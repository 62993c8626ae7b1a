/** What was asked about a page given twice, and what the fund's holder has left to do. */
import { describe, expect, it } from "vitest";
import type { BallotItem, BallotState, DoubleSpendItem, MadeGood, Motion } from "../generated/api";
import { adoptedGood, goodAbout, leftToMakeGood, madeGoodBy } from "./twice";

const hash = (n: number) => new Uint8Array(39).fill(n);
const good = (proof: number): Motion => ({ make_good: { proof: hash(proof), giver: hash(1), amount_s: 60 } });
const ballot = (state: BallotState, motion: Motion) => ({ state, motion }) as BallotItem;
const item = (good: Partial<MadeGood>) => ({ made_good: [good] }) as DoubleSpendItem;

describe("making good", () => {
  const ballots = [
    ballot("adopted", good(7)),
    ballot("open", good(7)),
    ballot("adopted", good(8)),
    ballot("adopted", { dispute: { transfer: hash(7), give_back_s: 60 } }),
    ballot("failed", good(7)),
  ];

  it("finds every ballot about a proof, whatever its state, and no other", () => {
    expect(goodAbout(hash(7), ballots)).toEqual([ballots[0], ballots[1], ballots[4]]);
    expect(goodAbout(hash(9), ballots)).toEqual([]);
  });

  it.each([
    ["what names them and has no page yet", hash(1), null, 1],
    ["nothing that was carried out", hash(1), hash(50), 0],
    ["nothing that names another", hash(2), null, 0],
  ])("leaves the holder %s", (_what, holder, page, left) => {
    const twice = [item({ proposal: hash(20), holder, page }), item({ proposal: hash(21), holder: hash(1), page: hash(51) })];
    const adopted = adoptedGood(ballots.map((ballot, i) => ({ ...ballot, proposal: hash(20 + Math.floor(i / 2)) })));
    expect(leftToMakeGood(adopted, twice, hash(1))).toBe(left);
  });

  it("says nothing of a decision that has not arrived here", () => {
    const here = { ...ballot("adopted", good(7)), proposal: hash(20) };
    expect(madeGoodBy(here, [])).toBeUndefined();
    expect(leftToMakeGood([here], [], hash(1))).toBe(0);
  });
});
