/** Pages given twice: what the village was asked, and what is still to be made good. */
import type { ActionHash, AgentPubKey } from "../conductor/conductor";
import { same } from "../conductor/hash";
import type { BallotItem, DoubleSpendItem, MadeGood, Motion } from "../generated/api";

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

/** What became of an adopted decision; nothing while it has not arrived here. */
export function madeGoodBy(ballot: BallotItem, twice: readonly DoubleSpendItem[]): MadeGood | undefined {
  return twice.flatMap(({ made_good }) => made_good).find(({ proposal }) => same(proposal, ballot.proposal));
}

/** How many adopted decisions this holder has not carried out. */
export function leftToMakeGood(adopted: readonly BallotItem[], twice: readonly DoubleSpendItem[], holder: AgentPubKey): number {
  return adopted.filter((ballot) => {
    const good = madeGoodBy(ballot, twice);
    return good !== undefined && good.page === null && same(good.holder, holder);
  }).length;
}
