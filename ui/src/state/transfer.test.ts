/** Paying happens once, whatever taps and networks do. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { VillageApi } from "../conductor/conductor";
import { Refusal } from "../conductor/refusal";
import type { ActivityItem, InboxItem } from "../generated/api";
import { Transfer, type Direction } from "./transfer.svelte";
import { Village } from "./village.svelte";

const BOB = new Uint8Array(39).fill(7);
const CAROL = new Uint8Array(39).fill(9);
const AMOUNT_S = 7_200;
const lost = () => Promise.reject(new Error("Request timed out in 45000 ms: call_zome"));

let lines: ActivityItem[];
let inbox: InboxItem[];
let calls: string[];
let api: VillageApi;

function line(number: number, other: Uint8Array, amount_s: number): ActivityItem {
  const split = { receiver_s: 0, state_s: 0, community_s: 0 };
  const page = new Uint8Array(39).fill(number);
  return { page, transfer: page, corrects: null, dispute: null, number, kind: "gave", state: "signed", counterpart: other, counterpart_name: "Bob", far: null, amount_s, split, words: null, balance_s: 0, witnesses: 0, time_us: 0 };
}

function asked(id: number, other: Uint8Array, amount_s: number): InboxItem {
  const split = { receiver_s: 0, state_s: 0, community_s: 0 };
  return { kind: "request_by_me", action: new Uint8Array(39).fill(id), counterpart: other, counterpart_name: "Bob", far: null, amount_s, split, words: null, time_us: 0 };
}

beforeEach(() => {
  vi.useFakeTimers();
  lines = [line(2, BOB, AMOUNT_S)];
  inbox = [asked(50, BOB, AMOUNT_S)];
  calls = [];
  const book = { name: "Alice", number: 2, page: new Uint8Array(39), balance_s: 0, floor_s: -144_000, can_give_s: 144_000, earned_state_s: 0, earned_community_s: 0, closed: false, guarded: false, guardians_wanted: false, ended: false, ends_to_note: 0 };
  const partial: Partial<VillageApi> = {
    standing: async () => ({ me: CAROL, village: BOB, charter: {} as never, steward: false, policy: {} as never, roll: {} as never, book: { ...book, number: lines[0]?.number ?? 1 } }),
    inbox: async () => ({ items: inbox, next: null }),
    hiddenInbox: async () => ({ items: [], next: null }),
    activity: async () => ({ items: lines, next: null }),
    quote: async () => ({ split: { receiver_s: 6_480, state_s: 540, community_s: 180 }, balance_after_s: -7_200, allowed: true }),
    pay: async ({ seen }) => {
      calls.push("pay");
      if (seen !== lines[0]?.number) throw new Refusal("E_BOOK_MOVED", "refused", "moved");
      lines = [line(3, BOB, AMOUNT_S), ...lines];
      return { page: BOB, number: 3, balance_s: -7_200 };
    },
    request: async () => {
      calls.push("request");
      inbox = [asked(51, BOB, AMOUNT_S), ...inbox];
      return { request: BOB };
    },
  };
  api = partial as VillageApi;
});

afterEach(() => {
  vi.useRealTimers();
});

async function ready(direction: Direction): Promise<Transfer> {
  const village = new Village({ key: "v", cell: [BOB, CAROL], cloneId: "village.0", name: "Demo Valley" }, api);
  const transfer = new Transfer(village, direction, { agent: BOB, name: "Bob", me: false, steward: false, standing: null, profile: null, pictured: false, skills: [], languages: [] });
  transfer.amount_s = AMOUNT_S;
  await transfer.confirm();
  expect(transfer.phase).toBe("confirming");
  return transfer;
}

describe("a transfer", () => {
  it("is sent once by any number of taps", async () => {
    const transfer = await ready("pay");
    await Promise.all([transfer.send(), transfer.send(), transfer.send()]);
    await transfer.send();
    expect(calls).toEqual(["pay"]);
    expect(transfer).toMatchObject({ phase: "done", number: 3 });
  });

  it("comes back to the sheet when it is refused, and nothing is hidden", async () => {
    api.pay = () => Promise.reject(new Refusal("E_FLOOR_CROSSED", "refused", "below"));
    const transfer = await ready("pay");
    await transfer.send();
    expect(transfer.phase).toBe("confirming");
    expect(transfer.trouble?.code).toBe("E_FLOOR_CROSSED");
  });

  it("is found in the book when only the answer was lost", async () => {
    const pay = api.pay;
    api.pay = async (input) => {
      await pay(input);
      return lost();
    };
    const transfer = await ready("pay");
    const sent = transfer.send();
    await vi.runAllTimersAsync();
    await sent;
    expect(transfer).toMatchObject({ phase: "done", number: 3 });
    expect(calls).toEqual(["pay"]);
  });

  it("waits for a late commit before it says that nothing was written", async () => {
    api.pay = () => {
      setTimeout(() => (lines = [line(3, BOB, AMOUNT_S), ...lines]), 4_000);
      return lost();
    };
    const transfer = await ready("pay");
    const sent = transfer.send();
    await vi.runAllTimersAsync();
    await sent;
    expect(transfer.phase).toBe("done");
  });

  it("offers a retry only after the book was read and had no trace, older or other payments aside", async () => {
    api.pay = () => {
      lines = [line(3, CAROL, AMOUNT_S), ...lines];
      return lost();
    };
    const transfer = await ready("pay");
    const sent = transfer.send();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(transfer.phase).toBe("checking");
    await vi.runAllTimersAsync();
    await sent;
    expect(transfer.phase).toBe("unwritten");
  });

  it("looks once more before a retry sends anything", async () => {
    api.pay = lost;
    const transfer = await ready("pay");
    const sent = transfer.send();
    await vi.runAllTimersAsync();
    await sent;
    expect(transfer.phase).toBe("unwritten");

    lines = [line(3, BOB, AMOUNT_S), ...lines];
    api.pay = () => Promise.reject(new Error("a second payment was sent"));
    await transfer.send();
    expect(transfer).toMatchObject({ phase: "done", number: 3 });
  });

  it("never pays twice when the lost call is written between the last look and the retry", async () => {
    const pay = api.pay;
    api.pay = lost;
    const transfer = await ready("pay");
    const sent = transfer.send();
    await vi.runAllTimersAsync();
    await sent;
    expect(transfer.phase).toBe("unwritten");

    // The retry has looked and found nothing; only now the first call is written.
    api.pay = (input) => {
      lines = [line(3, BOB, AMOUNT_S), ...lines];
      return pay(input);
    };
    await transfer.send();
    expect(transfer).toMatchObject({ phase: "confirming", trouble: { code: "E_BOOK_MOVED" } });
    expect(lines.length).toBe(2);
    await transfer.send();
    expect(transfer).toMatchObject({ phase: "done", number: 3 });
    expect(calls).toEqual(["pay"]);
  });

  it("does not count looks that failed", async () => {
    let broken = 10;
    const activity = api.activity;
    api.activity = (input) => (broken-- > 0 ? Promise.reject(new Error("gone")) : activity(input));
    api.pay = async () => {
      lines = [line(3, BOB, AMOUNT_S), ...lines];
      return lost();
    };
    const transfer = await ready("pay");
    const sent = transfer.send();
    await vi.runAllTimersAsync();
    await sent;
    expect(transfer.phase).toBe("done");
  });

  it("sends nothing when the node is gone before it begins", async () => {
    const transfer = await ready("pay");
    api.standing = () => Promise.reject(new Refusal("E_NOT_CONNECTED", "refused", "gone"));
    await transfer.send();
    expect(calls).toEqual([]);
    expect(transfer.phase).toBe("confirming");
    expect(transfer.trouble?.code).toBe("E_NOT_CONNECTED");
  });

  it("tells a lost request by a new one in the inbox, not by an older twin", async () => {
    const request = api.request;
    api.request = lost;
    const unsent = await ready("request");
    const first = unsent.send();
    await vi.runAllTimersAsync();
    await first;
    expect(unsent.phase).toBe("unwritten");

    api.request = async (input) => {
      await request(input);
      return lost();
    };
    const sent = await ready("request");
    const second = sent.send();
    await vi.runAllTimersAsync();
    await second;
    expect(sent.phase).toBe("done");
  });
});
