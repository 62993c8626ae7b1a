/** Moving house: what still binds somebody to the village that they leave for another one. */
import { same, textOf } from "../conductor/hash";
import type { AgentPubKey } from "../conductor/conductor";
import type { Book, Fund, Treasury, TrustLine } from "../generated/api";
import { termsOf } from "../state/neighbours";

const FUNDS: readonly Fund[] = ["state", "community"];

export interface Bonds {
  /** What is to be earned before: who owes cannot leave. */
  owes_s: number;
  /** What can be taken along. */
  left_s: number;
  /** Funds that the person holds, or is to hold. */
  funds: Fund[];
  /** The villages whose lines they hold here, as text. */
  lines: string[];
}

export function bondsOf(book: Pick<Book, "balance_s">, treasury: Treasury, lines: readonly TrustLine[], me: AgentPubKey): Bonds {
  return {
    owes_s: Math.max(0, -book.balance_s),
    left_s: Math.max(0, book.balance_s),
    funds: FUNDS.filter((fund) => treasury[fund].some(({ holder, appointed, balance_s }) => same(holder, me) && (appointed || balance_s > 0))),
    lines: lines.filter((line) => line.mine && termsOf(line).state !== "closed").map(({ village }) => textOf(village)),
  };
}

/** Whether hours can go over to that village now. */
export function passes(lines: readonly TrustLine[], village: string): boolean {
  return lines.some((line) => textOf(line.village) === village && line.taken_over && !line.mine && termsOf(line).state === "open");
}
