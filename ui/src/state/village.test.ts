/** What a member sees of a village stays whole while pages come and go. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { VillageApi } from "../conductor/conductor";
import { Refusal } from "../conductor/refusal";
import type { ActivityItem, Book, ChequeItem, ChequeState, InboxItem, InboxKind, Member, Noted } from "../generated/api";
import { noteSelfPaid } from "./selfpaid";
import { Village } from "./village.svelte";

const hash = (n: number) => new Uint8Array(39).fill(n);
const split = { receiver_s: 6_480, state_s: 540, community_s: 180 };

let lines: ActivityItem[];
let inbox: InboxItem[];
let hidden: InboxItem[];
let members: Member[];
let deposits: number;
let cheques: ChequeItem[];
/** Numbers of the cheques whose pages have come. */
let here: number[];
let book: Book;
/** How often it was asked to note ends, and what comes of it. */
let notes: number;
let noted: () => Promise<Noted>;
let village: Village;

function line(number: number, other = 1): ActivityItem {
  return { page: hash(number), transfer: hash(number), corrects: null, dispute: null, number, kind: "gave", state: "signed", counterpart: hash(other), counterpart_name: null, far: null, amount_s: 60, split, words: null, balance_s: 0, witnesses: 0, time_us: 0 };
}

function item(kind: InboxKind, id: number): InboxItem {
  return { kind, action: hash(id), counterpart: hash(1), counterpart_name: "Bob", far: null, amount_s: 7_200, split, words: null, time_us: 0 };
}

function cheque(number: number, state: ChequeState = "signed"): ChequeItem {
  return { taken: hash(100 + number), giver: hash(1), giver_name: "Bob", number, amount_s: 7_200, split, state, line: null, proof: null, time_us: 0 };
}

function paged<T>(all: T[], { cursor, limit }: { cursor: number | null; limit: number }) {
  const start = cursor ?? 0;
  return { items: all.slice(start, start + limit), next: start + limit < all.length ? start + limit : null };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

beforeEach(() => {
  lines = Array.from({ length: 50 }, (_, i) => line(50 - i));
  inbox = [];
  hidden = [];
  members = [1, 2, 3, 4].map((n) => ({ agent: hash(n), name: `M${n}`, me: n === 4, steward: false, standing: null, profile: null, pictured: false, skills: [], languages: [] }));
  deposits = 0;
  notes = 0;
  noted = async () => {
    await settled();
    book.ends_to_note -= 1;
    return { deposited: 0, barred: 1 };
  };
  cheques = [];
  here = [];
  book = { name: "Alice", number: 50, page: hash(50), balance_s: 0, floor_s: 0, can_give_s: 0, earned_state_s: 0, earned_community_s: 0, closed: false, guarded: false, guardians_wanted: false, ended: false, ends_to_note: 0 };
  const api: Partial<VillageApi> = {
    standing: async () => ({ me: hash(4), village: hash(99), charter: { name: "Demo Valley" } as never, steward: false, policy: {} as never, roll: {} as never, book: { ...book } }),
    noteEnds: () => {
      notes += 1;
      return noted();
    },
    activity: async (input) => paged(lines, input),
    inbox: async (input) => paged(inbox, input),
    hiddenInbox: async (input) => paged(hidden, input),
    members: async (input) => {
      const { items, next } = paged(members, { ...input, limit: 3 });
      return { members: items, total: members.length, next };
    },
    funds: async ({ cursor }) => ({ state_s: 540, community_s: 180, books: 3, next: cursor === null ? 3 : null }),
    cheques: async () => {
      const signed = cheques.filter(({ state }) => state === "signed").length;
      return { cheques, signed, signed_s: 6_480 * signed, balance_s: 0, expected_s: 6_480 * signed, next: null };
    },
    settleCheques: async () => {
      const next = cheques.find(({ number, state }) => state === "signed" && here.includes(number));
      cheques = cheques.map((one) => (one === next ? { ...one, state: "witnessed" } : one));
      if (next) deposits += 1;
      return { deposited: next ? 51 : null, signed: cheques.filter(({ state }) => state === "signed").length };
    },
    deposit: async () => {
      deposits += 1;
      inbox = [];
      return { page: hash(51), number: 51, balance_s: 0 };
    },
  };
  village = new Village({ key: "v", cell: [hash(99), hash(4)], cloneId: "village.0", name: "Demo Valley" }, api as VillageApi);
});

describe("a village", () => {
  it("keeps the lines that were paged in when newer ones arrive", async () => {
    await village.refresh();
    expect(village.lines.map((one) => one.number)).toEqual(lines.slice(0, 20).map((one) => one.number));
    await village.moreLines();
    lines = [line(51), ...lines];
    await village.refresh();
    const numbers = village.lines.map((one) => one.number);
    expect(numbers[0]).toBe(51);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers).toEqual([...numbers].sort((a, b) => b - a));
    expect(numbers.length).toBeGreaterThanOrEqual(40);
  });

  it("pages to the very end and to any line", async () => {
    await village.refresh();
    await village.findLine(1);
    expect(village.line(1)?.number).toBe(1);
    expect(village.linesNext).toBeNull();
    expect(village.lines).toHaveLength(50);
  });

  it("puts people dealt with last first, and never the member", async () => {
    lines = [line(50, 3), line(49, 1)];
    await village.refresh();
    await village.loadMembers();
    expect(village.people().map((one) => one.name)).toEqual(["M3", "M1", "M2"]);
    expect(village.membersTotal).toBe(4);
  });

  it.each([
    ["until all are noted", 2, false, 2],
    ["not at all where none is known", 0, false, 0],
    ["not at all in a closed book", 2, true, 0],
  ])("notes by itself that books of others have ended, %s", async (_what, known, closed, calls) => {
    book.ends_to_note = known;
    book.closed = closed;
    await village.refresh();
    for (let i = 0; i < 5; i += 1) await settled();
    expect(notes).toBe(calls);
    expect(village.trouble).toBeNull();
  });

  it("goes on at once while what was given before is still being taken", async () => {
    book.ends_to_note = 1;
    const before = noted;
    noted = async () => {
      noted = before;
      await settled();
      return { deposited: 32, barred: 0 };
    };
    await village.refresh();
    for (let i = 0; i < 5; i += 1) await settled();
    expect(notes).toBe(2);
    expect(book.ends_to_note).toBe(0);
  });

  it("does not press a node that cannot note them now, and says nothing of it", async () => {
    book.ends_to_note = 1;
    noted = () => Promise.reject(new Refusal("E_BOOK_FULL", "refused", "full"));
    for (let i = 0; i < 3; i += 1) {
      await village.refresh();
      await settled();
    }
    expect(notes).toBe(1);
    expect(village.trouble).toBeNull();
  });

  it("shows once what a moving list brings twice", async () => {
    members = [...members.slice(0, 3), ...members.slice(2)];
    inbox = [item("request_to_me", 1), item("request_to_me", 1), item("request_to_me", 2)];
    await village.refresh();
    await village.loadMembers();
    expect(village.members.map((one) => one.name)).toEqual(["M1", "M2", "M3", "M4"]);
    expect(village.inbox).toHaveLength(2);
  });

  it("adds up the funds over all pages", async () => {
    await village.loadFunds();
    expect(village.funds).toEqual({ state_s: 1_080, community_s: 360, books: 6 });
  });

  it("deposits what was asked for by itself, once, and leaves the unasked alone", async () => {
    inbox = [item("transfer_asked", 60), item("transfer_unasked", 61)];
    await Promise.all([village.refresh(), village.refresh()]);
    await settled();
    await settled();
    expect(deposits).toBe(1);
  });

  it("deposits what one has carried here oneself, once, and nothing else from that gateway", async () => {
    const kept = new Map<string, string>();
    vi.stubGlobal("localStorage", { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value) });
    const far = { village: hash(98), member: null };
    noteSelfPaid(village.cell.key, far.village, hash(1), 7_200);
    inbox = [{ ...item("transfer_unasked", 60), far, amount_s: 7_199 }, item("transfer_unasked", 63), { ...item("transfer_unasked", 61), far }];
    const taken: number[] = [];
    village.api.deposit = async ({ transfer }) => {
      taken.push(transfer[0] ?? 0);
      inbox = inbox.filter(({ action }) => action[0] !== transfer[0]);
      return { page: hash(0), number: 0, balance_s: 0 };
    };
    await village.refresh();
    await settled();
    inbox = [...inbox, { ...item("transfer_unasked", 62), far }];
    await village.refresh();
    await settled();
    expect(taken).toEqual([61]);
    vi.unstubAllGlobals();
  });

  it("shows what a stranger took out of the inbox, until it is dealt with", async () => {
    hidden = [item("request_to_me", 70)];
    await village.refresh();
    await village.refresh();
    expect(village.inbox).toHaveLength(1);
    hidden = [];
    await village.refresh();
    expect(village.inbox).toHaveLength(0);
  });

  it("does not hammer a deposit that fails", async () => {
    inbox = [item("transfer_asked", 60)];
    let tries = 0;
    village.api.deposit = async () => {
      tries += 1;
      throw new Refusal("E_NOT_FOUND", "refused", "not here yet");
    };
    for (let i = 0; i < 5; i += 1) {
      await village.refresh();
      await settled();
    }
    expect(tries).toBe(1);
  });

  it("deposits every cheque whose page has come, and no other", async () => {
    cheques = [cheque(1), cheque(2), cheque(3)];
    await village.refresh();
    await settled();
    expect(deposits).toBe(0);
    expect(village.cheques?.signed).toBe(3);
    here = [1, 3];
    await village.refresh();
    await settled();
    await settled();
    expect(deposits).toBe(2);
    expect(village.cheques?.cheques.map(({ state }) => state)).toEqual(["witnessed", "signed", "witnessed"]);
    expect(village.book?.balance_s).toBe(0);
    expect(village.cheques?.expected_s).toBe(6_480);
  });

  it("does not read the whole book for cheques that cannot come further", async () => {
    cheques = [cheque(1, "witnessed"), cheque(2, "doubled")];
    await village.refresh();
    let reads = 0;
    village.api.cheques = () => Promise.reject(new Error(`read ${(reads += 1)}`));
    await village.refresh();
    expect(reads).toBe(0);
  });

  it("shows the book even if the cheques cannot be read", async () => {
    village.api.cheques = () => Promise.reject(new Refusal("E_NOT_FOUND", "refused", "not yet"));
    await village.refresh();
    expect(village.trouble).toBeNull();
    expect(village.lines.length).toBeGreaterThan(0);
  });

  it("counts what waits for the member apart from what the member waits for", async () => {
    inbox = [item("request_to_me", 1), item("request_by_me", 2), item("refused", 3)];
    await village.refresh();
    expect(village.waiting.map((one) => one.kind)).toEqual(["request_to_me", "refused"]);
    expect(village.waitedFor.map((one) => one.kind)).toEqual(["request_by_me"]);
  });

  it("says why a look failed and goes on with the next", async () => {
    const { standing } = village.api;
    village.api.standing = () => Promise.reject(new Refusal("E_NOT_CONNECTED", "refused", "gone"));
    await village.refresh();
    expect(village.trouble?.code).toBe("E_NOT_CONNECTED");
    village.api.standing = standing;
    await village.refresh();
    expect(village.trouble).toBeNull();
    expect(village.loaded).toBe(true);
  });
});
