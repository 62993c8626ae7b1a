/** Takes messages that somebody carried here, one after the other. */
import type { VillageApi } from "../conductor/conductor";
import type { LineMessage } from "../generated/api";
import { failure, type Failure } from "../state/failure";

/** Pages that a look may write at once; the next look goes on. */
const STEPS_MAX = 16;

export interface Taken {
  taken: number;
  /** By their places, from 1 on. */
  refused: { number: number; why: Failure }[];
  /** What goes back with whoever carries. */
  answers: LineMessage[];
}

/**
 * Each may be taken any number of times, so that one whose answer was lost is simply brought again. One that is refused
 * does not keep the others: the law wants the payments in their order, and says so of each.
 */
export async function takeAll(api: Pick<VillageApi, "takeMessage" | "lineWork">, messages: readonly LineMessage[]): Promise<Taken> {
  const done: Taken = { taken: 0, refused: [], answers: [] };
  for (const [i, message] of messages.entries()) {
    try {
      done.answers.push(...(await api.takeMessage(message)).messages);
      done.taken += 1;
    } catch (error) {
      done.refused.push({ number: i + 1, why: failure(error) });
    }
  }
  await workOn(api);
  return done;
}

/** Does what waits on the lines. What cannot be done now is done at another look. */
export async function workOn(api: Pick<VillageApi, "lineWork">): Promise<void> {
  for (let step = 0; step < STEPS_MAX; step += 1) {
    try {
      if ((await api.lineWork()).pages === 0) return;
    } catch {
      return;
    }
  }
}
