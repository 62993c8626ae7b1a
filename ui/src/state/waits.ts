/** What waits for one person in the village's common matters. */
import type { AgentPubKey } from "../conductor/conductor";
import type { DisputeItem, FundHeld, LabourItem, ProjectItem } from "../generated/api";
import { same } from "../conductor/hash";

export type LabourAct = "pay" | "confirm";

/** What I may do about somebody's labour now. `worked`: whether I logged labour on the project myself. */
export function labourAct(project: ProjectItem, labour: LabourItem, me: AgentPubKey, worked: boolean): LabourAct | null {
  if (labour.paid !== null) return null;
  const enough = labour.confirmed_by >= project.confirmations;
  if (same(project.holder, me)) {
    if (enough && project.left_s > 0) return "pay";
  }
  if (!enough && worked && !labour.mine && !labour.confirmed_by_me) return "confirm";
  return null;
}

export type FundAct = "hold" | "hand_over";

/** What the holder of a fund has to do before anything else. */
export function fundAct(books: FundHeld[], me: AgentPubKey): FundAct | null {
  const mine = books.find((book) => same(book.holder, me));
  if (!mine) return null;
  if (mine.appointed) return mine.held ? null : "hold";
  const other = books.some((book) => book.appointed);
  return mine.held && mine.balance_s > 0 && other ? "hand_over" : null;
}

/** The mediator whom both sides named. */
export function mediatorOf(item: DisputeItem): AgentPubKey | null {
  const byGiver = item.nominations.filter(({ by }) => same(by, item.giver));
  const byReceiver = item.nominations.filter(({ by }) => same(by, item.receiver));
  return byGiver.find(({ mediator }) => byReceiver.some((one) => same(one.mediator, mediator)))?.mediator ?? null;
}

export type DisputeAct = "answer" | "advise" | "name" | "give_back";

/** How much the village or a mediator last said to be given back. */
export function asked_s(item: DisputeItem): number | null {
  return item.decided_s ?? item.opinions.at(-1)?.give_back_s ?? null;
}

/** What is still to be given back of what was asked. */
export function due_s(item: DisputeItem): number {
  return Math.max(0, (asked_s(item) ?? 0) - item.given_back_s);
}

/** What a dispute waits for from me, if for anything. */
export function disputeAct(item: DisputeItem, me: AgentPubKey): DisputeAct | null {
  const mediator = mediatorOf(item);
  const side = same(item.giver, me) || same(item.receiver, me);
  if (!side) {
    const mine = mediator !== null && same(mediator, me);
    return mine && !item.opinions.some((one) => same(one.mediator, me)) && item.decided_s === null ? "advise" : null;
  }
  if (item.state === "settled") return null;
  // A disputed transfer went to its receiver, so the receiver gives back.
  if (same(item.receiver, me) && due_s(item) > 0) return "give_back";
  if (!item.statements.some(({ author }) => same(author, me))) return "answer";
  const named = item.nominations.some(({ by }) => same(by, me));
  const otherNamed = item.nominations.some(({ by }) => !same(by, me));
  return mediator === null && otherNamed && !named ? "name" : null;
}
