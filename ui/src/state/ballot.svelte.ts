/**
 * One ballot: what is asked, who voted, what is missing.
 *
 * A vote is a page of the voter's book, and the law takes one a ballot, so a
 * lost answer can be tried again. Whoever's vote was the last one that was
 * needed closes the ballot at once; if that fails, anybody can do it later.
 */
import type { ActionHash } from "../conductor/conductor";
import type { BallotCount, Choice, VoteItem } from "../generated/api";
import { LIST_MAX } from "../generated/api";
import { textOf } from "../conductor/hash";
import { toRefusal } from "../conductor/refusal";
import { Deed } from "./deed.svelte";
import { failure, type Failure } from "./failure";
import type { Village } from "./village.svelte";

export class Ballot {
  readonly #village: Village;
  readonly proposal: ActionHash;
  readonly deed: Deed;

  count = $state.raw<BallotCount | null>(null);
  votes = $state.raw<VoteItem[]>([]);
  next = $state.raw<number | null>(null);
  trouble = $state.raw<Failure | null>(null);

  constructor(village: Village, proposal: ActionHash, deed = new Deed()) {
    this.#village = village;
    this.proposal = proposal;
    this.deed = deed;
  }

  load = async (): Promise<void> => {
    try {
      await this.#read();
      this.trouble = null;
    } catch (error) {
      this.trouble = failure(error);
    }
  };

  async #read(): Promise<void> {
    const { api } = this.#village;
    this.count = await api.ballot({ proposal: this.proposal });
    const votes = await api.votes({ proposal: this.proposal, cursor: null, limit: LIST_MAX });
    // Whoever was read further keeps their place in the list.
    const first = new Set(votes.items.map(({ voter }) => textOf(voter)));
    const later = this.votes.slice(LIST_MAX).filter(({ voter }) => !first.has(textOf(voter)));
    this.votes = [...votes.items, ...later];
    if (later.length === 0) this.next = votes.next;
  }

  async more(): Promise<void> {
    if (this.next === null) return;
    try {
      const votes = await this.#village.api.votes({ proposal: this.proposal, cursor: this.next, limit: LIST_MAX });
      const known = new Set(this.votes.map(({ voter }) => textOf(voter)));
      this.votes = [...this.votes, ...votes.items.filter(({ voter }) => !known.has(textOf(voter)))];
      this.next = votes.next;
    } catch (error) {
      this.trouble = failure(error);
    }
  }

  /** Whether the vote is in the book. */
  async vote(choice: Choice): Promise<boolean> {
    const { api } = this.#village;
    const done = await this.deed.run(choice === "yes" ? "yes" : "no", async () => {
      try {
        await api.vote({ proposal: this.proposal, choice });
      } catch (error) {
        // A lost answer that was tried again: what is in the book is what counts.
        if (toRefusal(error).code !== "E_ALREADY_VOTED") throw error;
        await this.#read();
        if (!this.count?.ballot.mine) throw error;
      }
    }, async () => {
      await this.#read();
      return Boolean(this.count?.ballot.mine);
    });
    await this.load();
    if (done && this.count?.closable) await api.decide({ proposal: this.proposal }).then(this.load, () => {});
    return done;
  }

  /** Closes the ballot for everybody. Twice is the same decision. */
  async decide(): Promise<boolean> {
    const done = await this.deed.run("decide", () => this.#village.api.decide({ proposal: this.proposal }));
    await this.load();
    return done;
  }
}
