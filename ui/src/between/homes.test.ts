/** Accounts side by side: what is settled, what is on its way, what waits; each by itself. */
import { describe, expect, it } from "vitest";
import type { VillageApi } from "../conductor/conductor";
import type { Book, ChequeItem, ChequeState, Cheques, Inbox, InboxItem, InboxKind, Standing } from "../generated/api";
import { accountOf, lookAt } from "./homes";

const hash = (n: number) => new Uint8Array(39).fill(n);
const split = { receiver_s: 6_480, state_s: 540, community_s: 180 };
const book = { name: "Ann", number: 3, page: hash(3), balance_s: -1_800, floor_s: -144_000, can_give_s: 142_200, closed: false } as Book;
const standing = { book } as Standing;

const item = (kind: InboxKind, from = 1, amount_s = 7_200): InboxItem => ({
  kind, action: hash(9), counterpart: hash(from), counterpart_name: null, far: null, amount_s, split, words: null, time_us: 0,
});
const inbox = (...items: InboxItem[]): Inbox => ({ items, next: null });
const cheque = (state: ChequeState, giver = 1): ChequeItem => ({
  taken: hash(8), giver: hash(giver), giver_name: null, number: 5, amount_s: 7_200, split, state, line: null, proof: null, time_us: 0,
});
function cheques(...items: ChequeItem[]): Cheques {
  const signed = items.filter(({ state }) => state === "signed").length;
  return { cheques: items, signed, signed_s: 6_480 * signed, balance_s: 0, expected_s: 0, next: null };
}

describe("an account among others", () => {
  it("is absent without a book", () => {
    expect(accountOf({ book: null } as Standing, inbox(), null)).toBeUndefined();
  });

  it("tells what is settled from what is on its way", () => {
    expect(accountOf(standing, inbox(item("transfer_unasked"), item("transfer_asked", 2)), cheques(cheque("signed", 3), cheque("received", 4)))).toEqual({
      settled_s: -1_800, coming_s: 3 * 6_480, floor_s: -144_000, can_give_s: 142_200, waits: 2, more: false, closed: false,
    });
  });

  it("counts a cheque once whose page has come", () => {
    const both = cheques(cheque("signed", 1), cheque("signed", 1));
    expect(accountOf(standing, inbox(item("transfer_unasked")), both)?.coming_s).toBe(2 * 6_480);
    expect(accountOf(standing, inbox(item("transfer_unasked"), item("transfer_unasked"), item("transfer_unasked")), both)?.coming_s).toBe(3 * 6_480);
  });

  it.each([
    ["another amount", item("transfer_unasked", 1, 7_201)],
    ["another giver", item("transfer_unasked", 2)],
  ])("counts a page beside a cheque of %s", (_what, other) => {
    expect(accountOf(standing, inbox(other), cheques(cheque("signed", 1)))?.coming_s).toBe(2 * 6_480);
  });

  it("lets wait what asks for an answer, and says when there is more", () => {
    const account = accountOf(standing, { items: [item("request_to_me"), item("request_by_me"), item("declined")], next: 100 }, null);
    expect(account).toMatchObject({ waits: 2, more: true, coming_s: 0 });
  });
});

describe("looking at a village", () => {
  it("reads cheques the first time, and later only while one is on its way", async () => {
    let read = 0;
    const api = {
      standing: async () => standing,
      inbox: async () => inbox(),
      cheques: async () => {
        read += 1;
        return cheques(...(read === 1 ? [cheque("signed")] : []));
      },
    } as unknown as VillageApi;
    let known: Cheques | undefined;
    for (const expected of [1, 2, 2]) {
      ({ cheques: known } = await lookAt(api, known));
      expect(read).toBe(expected);
    }
  });
});
