/**
 * What one has paid oneself across: noted in this browser, so that the page of the other village deposits it without
 * being asked, as it does with what answers one's own request. Nothing is lost without it: then it waits in the inbox.
 */
import { textOf } from "../conductor/hash";
import type { InboxItem } from "../generated/api";
import { recall, remember } from "./memory";

interface Carried {
  /** The village in which it was given, as text. */
  from: string;
  /** Who pays it out there, as text. */
  gateway: string;
  /** What the gateway gives, before levies. */
  amount_s: number;
  /** When it was noted, in milliseconds. */
  at: number;
}

const NOTES_MAX = 16;
/** A line that is open settles within days; later the same amount is something else. */
const KEPT_MS = 30 * 24 * 3_600_000;

function notes(village: string, now: number): Carried[] {
  try {
    const found: unknown = JSON.parse(recall(`selfpaid.${village}`) ?? "[]");
    if (!Array.isArray(found)) return [];
    return found.filter((one: Partial<Carried>): one is Carried => typeof one?.from === "string" && typeof one.gateway === "string" && typeof one.amount_s === "number" && typeof one.at === "number" && now - one.at < KEPT_MS);
  } catch {
    return [];
  }
}

function indexOf(all: Carried[], { kind, counterpart, far, amount_s }: InboxItem): number {
  if (kind !== "transfer_unasked" || far === null) return -1;
  return all.findIndex((one) => one.from === textOf(far.village) && one.gateway === textOf(counterpart) && one.amount_s === amount_s);
}

/** That village's gateway will give so much for what was given in another one. */
export function noteSelfPaid(village: string, from: Uint8Array, gateway: Uint8Array, amount_s: number, now = Date.now()): void {
  const all = [...notes(village, now), { from: textOf(from), gateway: textOf(gateway), amount_s, at: now }];
  remember(`selfpaid.${village}`, JSON.stringify(all.slice(-NOTES_MAX)));
}

export function isSelfPaid(village: string, item: InboxItem, now = Date.now()): boolean {
  return indexOf(notes(village, now), item) >= 0;
}

/** It is in the book: the same amount from the same gateway is another payment from now on. */
export function selfPaidHome(village: string, item: InboxItem, now = Date.now()): void {
  const all = notes(village, now);
  const at = indexOf(all, item);
  if (at < 0) return;
  all.splice(at, 1);
  remember(`selfpaid.${village}`, JSON.stringify(all));
}
