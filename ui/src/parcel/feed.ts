/**
 * Hands what the camera reads to the node: each frame once, one question at a time, the newest first. Nothing queues:
 * a frame that came while another was asked about and was overtaken by a newer one comes round again.
 */
import type { ParcelProgress } from "../conductor/conductor";
import { toRefusal, type Refusal } from "../conductor/refusal";

/** As `FRAME_MAX_LETTERS` in `crates/handover`. */
const FRAME_LETTERS_MAX = 2_096;
/** Twice what one parcel is shown as; whoever shows more begins anew. */
const SEEN_MAX = 4_096;

/** Whether a code belongs to a parcel of news. What is in it, the node judges. */
export function isFrame(text: string): boolean {
  return text.length <= FRAME_LETTERS_MAX && /^ur:cc-parcel\//i.test(text.trim());
}

/** Whether there is no use in reading on: the whole parcel was refused. */
export function endsReading(refusal: Refusal): boolean {
  return refusal.code.startsWith("E_PARCEL_");
}

/** Whether the node has judged this frame, so that there is no use in asking again. */
function judged(refusal: Refusal): boolean {
  return endsReading(refusal) || refusal.code.startsWith("E_HANDOVER_");
}

interface Hearing {
  progress(progress: ParcelProgress): void;
  refused(refusal: Refusal): void;
}

export class FrameFeed {
  readonly #ask: (frame: string) => Promise<ParcelProgress>;
  readonly #tell: Hearing;
  /** Asked about already. */
  #seen = new Set<string>();
  /** Read last, while another is asked about. */
  #newest: string | undefined;
  #asking = false;
  #known = 0;
  #ended = false;

  constructor(ask: (frame: string) => Promise<ParcelProgress>, tell: Hearing) {
    this.#ask = ask;
    this.#tell = tell;
  }

  /** Takes a frame as it was read. */
  offer(frame: string): void {
    if (this.#ended || this.#seen.has(frame)) return;
    this.#newest = frame;
    if (!this.#asking) void this.#run();
  }

  /** Asks no more, and tells nothing of what is still under way. */
  end(): void {
    this.#ended = true;
    this.#seen.clear();
  }

  async #run(): Promise<void> {
    this.#asking = true;
    for (let frame = this.#next(); frame !== undefined; frame = this.#next()) await this.#hand(frame);
    this.#asking = false;
  }

  #next(): string | undefined {
    const frame = this.#ended ? undefined : this.#newest;
    this.#newest = undefined;
    return frame;
  }

  async #hand(frame: string): Promise<void> {
    if (this.#seen.size >= SEEN_MAX) this.#seen.clear();
    this.#seen.add(frame);
    try {
      const progress = await this.#ask(frame);
      if (this.#ended) return;
      // The node has begun anew with another parcel, or was started anew: what it had is gone.
      if (progress.taken === null && (progress.known < this.#known || progress.known <= 1)) this.#seen = new Set([frame]);
      this.#known = progress.known;
      if (progress.taken) this.end();
      this.#tell.progress(progress);
    } catch (error) {
      if (this.#ended) return;
      const refusal = toRefusal(error);
      if (endsReading(refusal)) this.end();
      else if (!judged(refusal)) this.#seen.delete(frame);
      this.#tell.refused(refusal);
    }
  }
}
