/**
 * One thing that a tap does, once.
 *
 * | then | what happens |
 * |---|---|
 * | it is answered | done |
 * | it is refused | nothing was written: the reason is shown |
 * | the answer is lost, and a trace is known | the node is read several times: found means done, else `lost` |
 * | the answer is lost, without a trace | `lost`; only for what the law takes once, so that trying again is safe |
 */
import { failure, type Failure } from "./failure";

/** Looks that must find nothing before a lost call counts as not written. */
const EMPTY_LOOKS = 4;
const LOOK_EVERY_MS = 1_500;

export class Deed {
  /** Which of the screen's deeds is under way. */
  working = $state<string | null>(null);
  trouble = $state.raw<Failure | null>(null);
  readonly #pause_ms: number;

  constructor(pause_ms = LOOK_EVERY_MS) {
    this.#pause_ms = pause_ms;
  }

  get busy(): boolean {
    return this.working !== null;
  }

  /** Whether it was done. A second tap meanwhile does nothing. */
  async run(what: string, call: () => Promise<unknown>, trace?: () => Promise<boolean>): Promise<boolean> {
    if (this.working !== null) return false;
    this.working = what;
    this.trouble = null;
    try {
      await call();
      return true;
    } catch (error) {
      const trouble = failure(error);
      if (trouble.outcome === "unknown" && trace && (await this.#found(trace))) return true;
      this.trouble = trouble;
      return false;
    } finally {
      this.working = null;
    }
  }

  async #found(trace: () => Promise<boolean>): Promise<boolean> {
    // Looks that fail say nothing; so many of them end it all the same.
    for (let look = 0, empty = 0; empty < EMPTY_LOOKS && look < 4 * EMPTY_LOOKS; look += 1) {
      await new Promise((resolve) => setTimeout(resolve, this.#pause_ms));
      try {
        if (await trace()) return true;
        empty += 1;
      } catch {
        // The node cannot be asked just now.
      }
    }
    return false;
  }
}
