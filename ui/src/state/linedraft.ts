/** A trust-line as it is typed into a form, and the motion that comes of it. */
import { agentOf, dnaOf, same, textOf } from "../conductor/hash";
import type { LineState, Motion, Rate, Sheet, TrustLine } from "../generated/api";
import { nameFault } from "./names";
import { typedPercent } from "./percent";

/** The law's limits that a form must keep (rule 70). */
export const KINDS_MAX = 32;
export const SLOPE_MAX_BP = 5_000;
const RATE_MAX = 0xffff_ffff;
/** Older sheets that stay in force: what is on its way when rates change still passes. */
const WINDOW = 1;

export interface KindDraft {
  kind: string;
  here: string;
  there: string;
}

export interface LineDraft {
  neighbour: string;
  /** Keys as text. */
  gateway: string;
  their_gateway: string;
  limit_s: number | undefined;
  their_limit_s: number | undefined;
  state: LineState;
  kinds: KindDraft[];
  /** By how much the rate falls, in percent. */
  slope: string;
  /** The numbers under which the neighbour decided the same. */
  theirs?: Numbers;
}

/** What both sides must decide alike beside the terms that are typed, as this side counts. */
export type Numbers = Pick<LineMotion, "issued" | "taken"> & Pick<Sheet, "number" | "window">;

export type LineMotion = Extract<Motion, { line: unknown }>["line"];

export const newKind = (): KindDraft => ({ kind: "", here: "1", there: "1" });

export function newLine(): LineDraft {
  return {
    neighbour: "",
    gateway: "",
    their_gateway: "",
    limit_s: undefined,
    their_limit_s: undefined,
    state: "open",
    kinds: [newKind()],
    slope: "0",
  };
}

/** An adopted line, to be changed. */
export function draftOf(line: LineMotion): LineDraft {
  return {
    neighbour: textOf(line.village),
    gateway: textOf(line.gateway),
    their_gateway: textOf(line.neighbour_gateway),
    limit_s: line.limit_s,
    their_limit_s: line.neighbour_limit_s,
    state: line.state,
    kinds: line.sheet.kinds.map(({ kind, rate }) => ({ kind, here: String(rate.den), there: String(rate.num) })),
    slope: String(line.sheet.slope_bp / 100),
  };
}

/** What the neighbour decided about its line to this village, as this village must decide it. */
export function mirrored(theirs: LineMotion, neighbour: string): LineDraft {
  const { number, window } = theirs.sheet;
  return {
    neighbour,
    gateway: textOf(theirs.neighbour_gateway),
    their_gateway: textOf(theirs.gateway),
    limit_s: theirs.neighbour_limit_s,
    their_limit_s: theirs.limit_s,
    state: theirs.state,
    kinds: theirs.sheet.kinds.map(({ kind, rate }) => ({ kind, here: String(rate.num), there: String(rate.den) })),
    slope: String(theirs.sheet.slope_bp / 100),
    theirs: { number, window, issued: theirs.taken, taken: theirs.issued },
  };
}

/** `1` here for `1.2` there, or `5` for `6`, as the smallest whole numbers; absent if it is no rate. */
export function typedRate(here: string, there: string): Rate | undefined {
  const [den, num] = [thousandths(here), thousandths(there)];
  if (!den || !num) return undefined;
  const by = greatestDivisor(den, num);
  const rate = { num: num / by, den: den / by };
  return rate.num <= RATE_MAX && rate.den <= RATE_MAX ? rate : undefined;
}

function thousandths(text: string): number | undefined {
  const typed = /^(\d{1,10})(?:[.,](\d{1,3}))?$/.exec(text.trim());
  return typed ? Number(typed[1]) * 1_000 + Number((typed[2] ?? "").padEnd(3, "0")) : undefined;
}

function greatestDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestDivisor(other, one % other);
}

/** What is wrong with a row of the sheet. */
export function kindFault(draft: LineDraft, row: number): "name" | "twice" | "rate" | undefined {
  const one = draft.kinds[row];
  if (!one || nameFault(one.kind.trim())) return "name";
  const before = draft.kinds.slice(0, row).some(({ kind }) => kind.trim() === one.kind.trim());
  if (before) return "twice";
  return typedRate(one.here, one.there) ? undefined : "rate";
}

/** The line as it stands, if the neighbour that was typed has one. */
export function knownLine(lines: readonly TrustLine[], neighbour: string): TrustLine | undefined {
  const village = dnaOf(neighbour);
  return village && lines.find((line) => same(line.village, village));
}

/**
 * The motion, absent while something is missing. Another sheet or gateway takes the next
 * sheet number (rule 70), or the neighbour's if that is higher; for another gateway IOUs
 * count on from where they are now.
 */
export function lineMotion(draft: LineDraft, known: TrustLine | undefined): Motion | undefined {
  const village = dnaOf(draft.neighbour);
  const gateway = agentOf(draft.gateway);
  const neighbour_gateway = agentOf(draft.their_gateway);
  const slope_bp = typedPercent(draft.slope);
  const { limit_s, their_limit_s: neighbour_limit_s, state } = draft;
  if (!village || !gateway || !neighbour_gateway || limit_s === undefined || neighbour_limit_s === undefined) return undefined;
  if (slope_bp === undefined || slope_bp > SLOPE_MAX_BP) return undefined;
  const kinds: Sheet["kinds"] = [];
  for (const { kind, here, there } of draft.kinds) {
    const rate = typedRate(here, there);
    if (!rate) return undefined;
    kinds.push({ kind: kind.trim(), rate });
  }
  const before = known && "line" in known.terms ? known.terms.line : undefined;
  const gatewaysStay = !before || (same(gateway, before.gateway) && same(neighbour_gateway, before.neighbour_gateway));
  const { theirs } = draft;
  const window = theirs?.window ?? windowAfter(before?.sheet, gatewaysStay, { slope_bp, kinds });
  const number = before?.sheet.number ?? theirs?.number ?? 1;
  const sheet: Sheet = { number, window, slope_bp, kinds };
  if (before && !(gatewaysStay && sameSheet(sheet, before.sheet))) sheet.number = Math.max(number + 1, theirs?.number ?? 0);
  const last = { issued: known?.issued ?? theirs?.issued ?? 0, taken: known?.taken ?? theirs?.taken ?? 0 };
  return {
    line: {
      village,
      gateway,
      limit_s,
      neighbour_gateway,
      neighbour_limit_s,
      state,
      sheet,
      issued: before && gatewaysStay ? before.issued : last.issued,
      taken: before && gatewaysStay ? before.taken : last.taken,
    },
  };
}

/**
 * How many older sheets stay in force. None where a gateway changes: IOUs under those are the former gateway's, who may
 * sign more of them, and the law would have them paid.
 */
function windowAfter(before: Sheet | undefined, gatewaysStay: boolean, rates: Pick<Sheet, "slope_bp" | "kinds">): number {
  if (!before) return WINDOW;
  if (!gatewaysStay) return 0;
  const ratesStay = sameSheet({ ...before, ...rates }, before);
  return ratesStay ? before.window : Math.max(before.window, WINDOW);
}

function sameSheet(one: Sheet, other: Sheet): boolean {
  const flat = ({ slope_bp, window, kinds }: Sheet) => JSON.stringify([slope_bp, window, kinds.map(({ kind, rate }) => [kind, rate.num, rate.den])]);
  return flat(one) === flat(other);
}
