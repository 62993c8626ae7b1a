/**
 * Paying or asking, from the person to the result.
 *
 * | phase | meaning | after a stop here |
 * |---|---|---|
 * | choosing | person, amount and words are being chosen | nothing happened |
 * | confirming | the split is shown | nothing happened |
 * | sending | one call is under way, the button is locked | the book tells |
 * | checking | the answer was lost: the book is read again | the book tells |
 * | unwritten | it is not in the book; only now a retry is offered | nothing happened |
 * | done | it is in the book | it stays there |
 */
import type { AgentPubKey } from "../conductor/conductor";
import { same, textOf } from "../conductor/hash";
import { LIST_MAX, type Member, type Quote } from "../generated/api";
import { failure, type Failure } from "./failure";
import type { Village } from "./village.svelte";

export type Direction = "pay" | "request";
export type Phase = "choosing" | "confirming" | "sending" | "checking" | "unwritten" | "done";

/** Looks that must find nothing before a lost call counts as not written. */
const EMPTY_LOOKS = 4;
const LOOK_EVERY_MS = 1_500;

/** What was known before the call, to tell its trace from older ones. */
interface Before {
  number: number;
  requests: Set<string>;
}

export class Transfer {
  readonly village: Village;
  readonly direction: Direction;
  readonly person: Member;

  amount_s = $state(0);
  words = $state("");
  phase = $state<Phase>("choosing");
  quote = $state.raw<Quote | null>(null);
  trouble = $state.raw<Failure | null>(null);
  /** The number of the page that was written; absent for a request. */
  number = $state.raw<number | null>(null);

  /** What was known before the first call whose answer was lost. */
  #lost: Before | undefined;

  constructor(village: Village, direction: Direction, person: Member) {
    this.village = village;
    this.direction = direction;
    this.person = person;
  }

  /** Asks how the amount is shared out and shows it. */
  async confirm(): Promise<void> {
    if (this.phase !== "choosing") return;
    this.trouble = null;
    this.quote = null;
    this.phase = "confirming";
    try {
      this.quote = await this.village.api.quote({ amount_s: this.amount_s });
    } catch (error) {
      this.phase = "choosing";
      this.trouble = failure(error);
    }
  }

  back(): void {
    if (this.phase === "confirming" || this.phase === "unwritten") {
      this.phase = "choosing";
      this.trouble = null;
    }
  }

  /** Sends it, once. A second tap while it is under way does nothing. */
  async send(): Promise<void> {
    if (this.phase !== "confirming" && this.phase !== "unwritten") return;
    this.phase = "sending";
    this.trouble = null;
    let before: Before;
    try {
      // Read first: what is written from here on makes the book move, and then the node refuses.
      before = await this.#before();
      // A call whose answer was lost may have been written late, after the last look.
      if (this.#lost && (await this.#trace(this.#lost))) return this.#done();
    } catch (error) {
      // Nothing was sent yet, whatever the reason.
      this.phase = "confirming";
      this.trouble = { ...failure(error), outcome: "refused" };
      return;
    }
    try {
      await this.#call(before);
    } catch (error) {
      const trouble = failure(error);
      if (trouble.outcome === "refused") {
        this.phase = "confirming";
        this.trouble = trouble;
        void this.village.refresh();
        return;
      }
      if (!(await this.#written(before))) {
        this.#lost ??= before;
        this.phase = "unwritten";
        this.trouble = trouble;
        return;
      }
    }
    this.#done();
  }

  #done(): void {
    this.phase = "done";
    void this.village.refresh();
  }

  async #call({ number: seen }: Before): Promise<void> {
    const { api } = this.village;
    const words = this.words.trim();
    if (this.direction === "pay") {
      const written = await api.pay({ to: this.person.agent, amount_s: this.amount_s, words, seen });
      this.number = written.number;
    } else {
      await api.request({ giver: this.person.agent, amount_s: this.amount_s, words });
    }
  }

  async #before(): Promise<Before> {
    const standing = await this.village.api.standing();
    const inbox = await this.village.api.inbox({ cursor: null, limit: LIST_MAX });
    return {
      number: standing.book?.number ?? 0,
      requests: new Set(inbox.items.map((item) => textOf(item.action))),
    };
  }

  /** Reads the book until it shows the call's trace, or several looks found none. */
  async #written(before: Before): Promise<boolean> {
    this.phase = "checking";
    for (let empty = 0; empty < EMPTY_LOOKS; ) {
      try {
        if (await this.#trace(before)) return true;
        empty += 1;
      } catch {
        // The node cannot be asked just now; a failed look says nothing.
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
    return false;
  }

  async #trace(before: Before): Promise<boolean> {
    const { api } = this.village;
    const matches = (other: AgentPubKey | null, amount_s: number) =>
      other !== null && same(other, this.person.agent) && amount_s === this.amount_s;
    if (this.direction === "pay") {
      const { items } = await api.activity({ cursor: null, limit: LIST_MAX });
      const line = items.find(
        (item) => item.number > before.number && item.kind === "gave" && matches(item.counterpart, item.amount_s),
      );
      this.number = line?.number ?? null;
      return line !== undefined;
    }
    const { items } = await api.inbox({ cursor: null, limit: LIST_MAX });
    return items.some(
      (item) =>
        item.kind === "request_by_me" &&
        !before.requests.has(textOf(item.action)) &&
        matches(item.counterpart, item.amount_s),
    );
  }
}
