/** What was asked about a page given twice, and what the fund's holder has left to do. */
import { describe, expect, it } from "vitest";
import type { ActivityItem, ActivityKind, BallotItem, BallotState, Motion } from "../generated/api";
import { adoptedGood, goodAbout, leftToMakeGood } from "./twice";

const hash = (n: number) => new Uint8Array(39).fill(n);
const good = (proof: number): Motion => ({ make_good: { proof: hash(proof), giver: hash(1), amount_s: 60 } });
const ballot = (state: BallotState, motion: Motion) => ({ state, motion }) as BallotItem;
const line = (kind: ActivityKind) => ({ kind }) as ActivityItem;

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
    ["all of them", [], 2],
    ["one", ["made_good", "gave"], 1],
    ["nothing", ["made_good", "barred", "made_good"], 0],
    ["never less than nothing, if a decision is not here yet", ["made_good", "made_good", "made_good"], 0],
  ] as const)("leaves the holder %s of what was adopted", (_what, kinds, left) => {
    expect(leftToMakeGood(adoptedGood(ballots), kinds.map(line))).toBe(left);
  });
});
