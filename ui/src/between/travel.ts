/**
 * Carrying hours: who has a book at both ends of a line pays oneself across, from the village that is owed to the
 * one that owes, and so the debt between the two falls.
 */
import type { VillageApi, VillageCell } from "../conductor/conductor";
import { textOf } from "../conductor/hash";
import type { Charter, TrustLine } from "../generated/api";
import { levied, termsOf } from "../state/neighbours";

const MINUTE_S = 60;
const WHOLE_BP = 10_000;
const LINES_MAX = 100;

export type Levies = Charter["levies"];

/** One of the reader's villages, as it was asked. */
export interface Known {
  cell: VillageCell;
  lines: readonly TrustLine[];
  levies: Levies;
  can_give_s: number;
}

export interface Chance {
  /** The village that is owed: there one gives. */
  from: VillageCell;
  /** The village that owes: there one receives. */
  to: VillageCell;
  /** What is owed, in hours of `from`, without what is on its way. */
  due_s: number;
  /** What one may give of one's own, so that no more goes over than is owed; 0 if nothing can be given. */
  amount_s: number;
  /** Nobody pays oneself as gateway: somebody else has to carry. */
  gateway: boolean;
}

/** Absent where the reader has no book. */
export async function known(cell: VillageCell, api: VillageApi): Promise<Known | undefined> {
  const { book, policy } = await api.standing();
  if (!book || book.closed) return undefined;
  const { items } = await api.lines({ cursor: null, limit: LINES_MAX });
  return { cell, lines: items, levies: policy.terms.levies, can_give_s: book.can_give_s };
}

/** What can be carried between these villages, the largest debts of each in the order of the villages. */
export function chances(villages: readonly Known[]): Chance[] {
  return villages.flatMap(({ cell: from, lines, levies, can_give_s }) =>
    lines
      .flatMap((line): Chance[] => {
        const there = villages.find(({ cell }) => cell.key === textOf(line.village));
        const due_s = dueOf(line);
        if (!there || due_s === 0) return [];
        const back = there.lines.find(({ village }) => textOf(village) === from.key);
        const gateway = line.mine || back?.mine === true;
        return [{ from, to: there.cell, due_s, amount_s: gateway ? 0 : clearing_s(due_s, levies, can_give_s), gateway }];
      })
      .sort((one, other) => other.due_s - one.due_s),
  );
}

/** What the neighbour owes on a line that is in use: its account is below zero, and what is pledged brings it up. */
export function dueOf(line: TrustLine): number {
  if (!line.taken_over || termsOf(line).state !== "open") return 0;
  return Math.max(0, -line.balance_s - line.pledged_s);
}

/**
 * What to give so that what goes over the line, after the village's levies, is what is owed or a little less: in whole
 * minutes where it is more than one, and never more than one can give.
 */
export function clearing_s(due_s: number, levies: Levies, can_give_s: number): number {
  const kept_bp = WHOLE_BP - levies.state_bp - levies.community_bp;
  if (kept_bp <= 0 || due_s <= 0) return 0;
  // Levies are rounded down, each by less than a second: a little above, then down to what fits.
  let amount_s = Math.min(can_give_s, Math.ceil((due_s * WHOLE_BP) / kept_bp) + 2);
  if (amount_s > MINUTE_S) amount_s -= amount_s % MINUTE_S;
  const step_s = amount_s > MINUTE_S ? MINUTE_S : 1;
  while (amount_s > 0 && levied(amount_s, levies).receiver_s > due_s) amount_s -= step_s;
  return Math.max(0, amount_s);
}
