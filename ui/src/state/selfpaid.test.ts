/** Only what one has paid oneself is deposited unasked, and each once. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { InboxItem, InboxKind } from "../generated/api";
import { selfPaidHome, isSelfPaid, noteSelfPaid } from "./selfpaid";

const hash = (n: number) => new Uint8Array(39).fill(n);
const split = { receiver_s: 1, state_s: 0, community_s: 0 };
const item = (amount_s: number, from = 1, kind: InboxKind = "transfer_unasked"): InboxItem => ({ kind, action: hash(9), counterpart: hash(from), counterpart_name: null, far: { village: hash(7), member: null }, amount_s, split, words: null, time_us: 0 });

let kept: Map<string, string>;
beforeEach(() => {
  kept = new Map();
  vi.stubGlobal("localStorage", { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value) });
});

describe("what was carried", () => {
  it("is known by village, gateway and amount", () => {
    noteSelfPaid("there", hash(7), hash(1), 600);
    expect(isSelfPaid("there", item(600))).toBe(true);
    for (const [village, other] of [["here", item(600)], ["there", item(601)], ["there", item(600, 2)], ["there", { ...item(600), far: null }], ["there", { ...item(600), far: { village: hash(8), member: null } }], ["there", item(600, 1, "request_to_me")]] as const) {
      expect(isSelfPaid(village, other)).toBe(false);
    }
  });

  it("comes home once for each time", () => {
    noteSelfPaid("there", hash(7), hash(1), 600);
    noteSelfPaid("there", hash(7), hash(1), 600);
    selfPaidHome("there", item(600));
    expect(isSelfPaid("there", item(600))).toBe(true);
    selfPaidHome("there", item(600));
    selfPaidHome("there", item(600));
    expect(isSelfPaid("there", item(600))).toBe(false);
  });

  it("is forgotten after a month, and the oldest of too many", () => {
    noteSelfPaid("there", hash(7), hash(1), 600, 0);
    expect(isSelfPaid("there", item(600), 30 * 86_400_000 - 1)).toBe(true);
    expect(isSelfPaid("there", item(600), 30 * 86_400_000)).toBe(false);
    for (let n = 1; n <= 17; n += 1) noteSelfPaid("there", hash(7), hash(1), n, n);
    expect(isSelfPaid("there", item(1), 18)).toBe(false);
    expect(isSelfPaid("there", item(2), 18)).toBe(true);
  });

  it.each(["", "{", "{}", "[null, 1, {}]", '[{"gateway": 1, "amount_s": 600, "at": 0}]'])("is nothing where the note is damaged: %j", (text) => {
    kept.set("commons-credit.selfpaid.there", text);
    expect(isSelfPaid("there", item(600), 1)).toBe(false);
    noteSelfPaid("there", hash(7), hash(1), 600, 1);
    expect(isSelfPaid("there", item(600), 1)).toBe(true);
  });
});
