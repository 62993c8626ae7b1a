/** A payment over more than one line: what was done as each line counts it, and what is asked and confirmed of each. */
import type { VillageCell } from "../conductor/conductor";
import type { HopAsked, HopPaid, QuoteAcross, Split, Way } from "../generated/api";
import { heardName, neighbourName, termsOf } from "../state/neighbours";

/** The kinds of labour on the first line; those that every line of the way knows come first. */
export function kindsAlong({ lines }: Way): string[] {
  const [first = [], ...after] = lines.map((line) => termsOf(line).sheet.kinds.map(({ kind }) => kind));
  const everywhere = first.filter((kind) => after.every((kinds) => kinds.includes(kind)));
  return [...everywhere, ...first.filter((kind) => !everywhere.includes(kind))];
}

/** Its place on each line's sheet: the kind of that name, else the first one that the line knows. */
export function placesOf({ lines }: Way, kind: string): number[] {
  return lines.map((line) => Math.max(0, termsOf(line).sheet.kinds.findIndex((one) => one.kind === kind)));
}

/** What each line counts it as. */
export function countedAs(way: Way, places: readonly number[]): string[] {
  return way.lines.map((line, i) => termsOf(line).sheet.kinds[places[i] ?? 0]?.kind ?? "");
}

export function asked({ lines }: Way, places: readonly number[]): HopAsked[] {
  return lines.slice(1).map(({ village }, i) => ({ village, kind: places[i + 1] ?? 0 }));
}

/** What the giver confirms of the lines after the first: no less than was shown. */
export function confirmed({ onward }: QuoteAcross): HopPaid[] {
  return (onward ?? []).map(({ village, sheet, kind, gives_s }) => ({ village, sheet, kind, least_s: gives_s }));
}

export interface Leg {
  /** What arrives at the other end of the line, in that village's seconds, before its levies. */
  gives_s: number;
  /** What that village keeps and lets go on; absent where the way ends. */
  split: Split | undefined;
}

/** Line by line, what comes of the payment. */
export function legsOf({ gives_s, onward }: QuoteAcross): Leg[] {
  const after = onward ?? [];
  return [gives_s, ...after.map((hop) => hop.gives_s)].map((s, i) => ({ gives_s: s, split: after[i]?.split }));
}

/**
 * The villages of a way for a narrow row, where their whole names stand above: what a card has called one goes without
 * the end of its hash, unless another village, or one's own, is called the same.
 */
export function briefNames(villages: readonly VillageCell[] | null, along: readonly Uint8Array[], own: string): string[] {
  const whole = along.map((one) => neighbourName(villages, one));
  const brief = along.map((one, i) => {
    const heard = heardName(one);
    return heard !== null && whole[i]?.startsWith(`${heard} (`) ? heard : (whole[i] ?? "");
  });
  const taken = [own, ...brief];
  return brief.map((name, i) => (taken.filter((one) => one === name).length > 1 ? (whole[i] ?? name) : name));
}
