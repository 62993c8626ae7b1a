/** The sheets of rates that a village has adopted for a line, for a small picture and its table. */
import { same, textOf } from "../conductor/hash";
import type { BallotItem, Rate } from "../generated/api";

export interface SheetAdopted {
  number: number;
  /** When its first ballot was closed, as who wrote the decision says. */
  adopted_us: number;
  /** That ballot, as text. */
  proposal: string;
  /** Hours here that are worth hours there, by kind of labour. */
  rates: Map<string, Rate>;
  /** By how much a rate falls when the whole limit is owed. */
  slope_bp: number;
}

/** What is drawn at most: more does not fit a small phone. */
export const DRAWN_MAX = 6;
const HOUR_S = 3_600;

/** Each sheet once, oldest first. A ballot that leaves the sheet as it was (another limit, a pause) brings none. */
export function sheetsAdopted(ballots: readonly BallotItem[], village: Uint8Array): SheetAdopted[] {
  const sheets = new Map<number, SheetAdopted>();
  const adopted = ballots.filter(({ state }) => state === "adopted").sort((one, other) => one.number - other.number);
  for (const { motion, proposal, time_us, decided_us } of adopted) {
    if (!("line" in motion) || !same(motion.line.village, village)) continue;
    const { number, kinds, slope_bp } = motion.line.sheet;
    if (sheets.has(number)) continue;
    sheets.set(number, {
      number,
      adopted_us: decided_us ?? time_us,
      proposal: textOf(proposal),
      rates: new Map(kinds.map(({ kind, rate }) => [kind, rate])),
      slope_bp,
    });
  }
  return [...sheets.values()].sort((one, other) => one.number - other.number);
}

/** All kinds of labour that ever had a rate, those of the newest sheet first. */
export function kindsOf(sheets: readonly SheetAdopted[]): string[] {
  return [...new Set([...sheets].reverse().flatMap(({ rates }) => [...rates.keys()]))];
}

/** What one hour here is worth there, in whole seconds. */
export function worth_s({ num, den }: Rate): number {
  return Number((BigInt(HOUR_S) * BigInt(num)) / BigInt(den));
}
