/** Which frame of a parcel is on the screen, and when it comes again. */

/** Frames a second that can be chosen. */
export const RATES = [2, 3, 5, 7, 10] as const;
export type Rate = (typeof RATES)[number];
/** What a cheap phone still reads. */
export const RATE_USUAL: Rate = 5;

/**
 * Ticks until the first frame comes again: at least one for each frame, and no multiple of 2, 3 or 5. So a camera that
 * catches only every second, third … up to sixth frame catches others each time round, and in the end all.
 */
export function roundTicks(frames: number): number {
  let ticks = Math.max(1, frames);
  while (ticks % 2 === 0 || ticks % 3 === 0 || ticks % 5 === 0) ticks += 1;
  return ticks;
}

/** The place of the frame that is shown at a tick, from 0 on; the last one stays for what a round is longer. */
export function frameAt(tick: number, frames: number): number {
  return Math.min(tick % roundTicks(frames), frames - 1);
}

/** How long a round takes, in whole seconds, at least one. */
export function roundSeconds(frames: number, rate: Rate): number {
  return Math.max(1, Math.round(roundTicks(frames) / rate));
}

/** The next rate in a direction; the last one stays. */
export function stepRate(rate: Rate, step: -1 | 1): Rate {
  return RATES[RATES.indexOf(rate) + step] ?? rate;
}
