/**
 * Taking another's cheque, from what was read to what is kept.
 *
 * | phase | meaning | after a stop here |
 * |---|---|---|
 * | seeking | nothing was read yet, or it was refused | nothing happened |
 * | reading | the node judges it | nothing happened |
 * | offered | it holds; it is shown with what speaks against it | nothing happened |
 * | taking | one call is under way | the list of cheques tells; taking it again is refused |
 * | taken | it is kept | it stays there |
 */
import { same } from "../conductor/hash";
import type { ChequeItem, ChequeRead } from "../generated/api";
import { failure, type Failure } from "./failure";
import type { Village } from "./village.svelte";

export type TakingPhase = "seeking" | "reading" | "offered" | "taking" | "taken";

export class Taking {
  readonly village: Village;
  phase = $state<TakingPhase>("seeking");
  seen = $state.raw<ChequeRead | null>(null);
  taken = $state.raw<ChequeItem | null>(null);
  trouble = $state.raw<Failure | null>(null);
  #cheque = new Uint8Array();

  constructor(village: Village) {
    this.village = village;
  }

  /** Has the node judge a text, or the content of a file. */
  async read(what: string | Uint8Array): Promise<void> {
    if (this.phase !== "seeking") return;
    this.phase = "reading";
    this.trouble = null;
    this.#cheque = typeof what === "string" ? new TextEncoder().encode(what) : new Uint8Array(what);
    try {
      this.seen = await this.village.api.readCheque({ cheque: this.#cheque });
      this.phase = "offered";
    } catch (error) {
      this.trouble = failure(error);
      this.phase = "seeking";
    }
  }

  /** Keeps it. What speaks against it has been shown. */
  async take(): Promise<void> {
    if (this.phase !== "offered" || !this.seen) return;
    this.phase = "taking";
    this.trouble = null;
    const { giver, number } = this.seen;
    try {
      this.taken = await this.village.api.takeCheque({ cheque: this.#cheque, despite_advice: true });
      this.phase = "taken";
    } catch (error) {
      this.trouble = failure(error);
      this.phase = "offered";
    }
    // After a lost answer the list tells.
    await this.village.loadCheques().catch(() => {});
    const kept = this.village.cheques?.cheques.find((one) => one.number === number && same(one.giver, giver));
    if (this.phase === "offered" && this.trouble?.outcome === "unknown" && kept) {
      this.taken = kept;
      this.trouble = null;
      this.phase = "taken";
    }
    if (this.phase === "taken") void this.village.refresh();
  }

  back(): void {
    if (this.phase !== "offered") return;
    this.phase = "seeking";
    this.seen = null;
    this.trouble = null;
  }
}
