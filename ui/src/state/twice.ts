/** Pages given twice: what the village was asked, and what is still to be made good. */
import type { ActionHash } from "../conductor/conductor";
import { same } from "../conductor/hash";
import type { ActivityItem, BallotItem, Motion } from "../generated/api";

export type MakeGoodMotion = Extract<Motion, { make_good: unknown }>["make_good"];

/** What a ballot would make good; nothing if it asks for something else. */
export function goodOf(ballot: BallotItem): MakeGoodMotion | undefined {
  return "make_good" in ballot.motion ? ballot.motion.make_good : undefined;
}

/** Ballots about one proof. */
export function goodAbout(proof: ActionHash, ballots: readonly BallotItem[]): BallotItem[] {
  return ballots.filter((ballot) => {
    const good = goodOf(ballot);
    return good !== undefined && same(good.proof, proof);
  });
}

export function adoptedGood(ballots: readonly BallotItem[]): BallotItem[] {
  return ballots.filter((ballot) => ballot.state === "adopted" && goodOf(ballot) !== undefined);
}

/**
 * How many adopted decisions the holder has not carried out. A line does not
 * name its decision; but the law takes each decision once, so the lines are counted.
 */
export function leftToMakeGood(adopted: readonly BallotItem[], lines: readonly ActivityItem[]): number {
  return Math.max(0, adopted.length - lines.filter(({ kind }) => kind === "made_good").length);
}
