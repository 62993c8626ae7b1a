/** What waits for the member in the village's common matters, added up. */
import { beforeEach, describe, expect, it } from "vitest";
import type { VillageApi } from "../conductor/conductor";
import type { BallotItem, DoubleSpendItem, FundHeld, InboxItem, LabourItem, ProjectItem } from "../generated/api";
import { Refusal } from "../conductor/refusal";
import { Commons } from "./commons.svelte";
import type { Village } from "./village.svelte";

const hash = (n: number) => new Uint8Array(39).fill(n);
const ME = hash(1);
const book = (holder: Uint8Array, more: Partial<FundHeld>): FundHeld => ({ holder, holder_name: null, appointed: true, until_us: 1, held: true, balance_s: 9, page: null, ...more });

let calls: string[];
let api: Partial<VillageApi>;
let inbox: InboxItem[];
let commons: Commons;

beforeEach(() => {
  calls = [];
  inbox = [];
  const ballot = (n: number, may_vote: boolean) => ({ proposal: hash(n), state: "open", may_vote }) as BallotItem;
  const project = (n: number, left_s: number) => ({ project: hash(n), holder: ME, left_s, confirmations: 0 }) as ProjectItem;
  const labour = (n: number, paid: boolean) => ({ labour: hash(n), mine: false, confirmed_by: 0, confirmed_by_me: false, paid: paid ? hash(99) : null }) as LabourItem;
  const pages = [[ballot(10, true), ballot(11, false)], [ballot(12, true)]];
  api = {
    ballots: async ({ cursor }) => ({ items: pages[cursor ?? 0] ?? [], next: cursor === null ? 1 : null }),
    projects: async () => ({ items: [project(20, 50), project(21, 0)], next: null }),
    project: async ({ project: which }) => {
      calls.push(`project ${which[0]}`);
      return { item: project(20, 50), labours: 3, work: [labour(30, false), labour(31, true), labour(32, false)], next: null };
    },
    treasury: async () => ({ state: [book(ME, { held: false })], community: [book(hash(2), {})] }),
    disputes: async () => ({ items: [], next: null }),
    floors: async () => ({ items: [{ agent: ME, agent_name: null, number: 2, floor_s: -1, decision: hash(40), taken: false, time_us: 0 }], next: null }),
    doubleSpends: async () => ({ items: [], next: null }),
    hold: async ({ fund }) => {
      calls.push(`hold ${fund}`);
      throw new Refusal("E_FUND_HELD", "refused", "another window");
    },
    deposit: async ({ transfer }) => {
      calls.push(`deposit ${transfer[0]}`);
      return { page: hash(50), number: 1, balance_s: 0 };
    },
  };
  commons = new Commons({ api, standing: { me: ME, policy: { terms: { community: { holder: ME } } } }, get inbox() { return inbox; } } as unknown as Village);
});

describe("the commons", () => {
  it("counts what waits, over all pages of each list", async () => {
    await commons.loadWaiting();
    expect(commons.trouble).toBeNull();
    expect(commons.waiting).toEqual({ people: 1, projects: 2, funds: 1, decisions: 2, disputes: 0, twice: 0 });
    // A project with nothing left is not looked into.
    expect(calls).toEqual(["project 20"]);
  });

  it("says why a look failed and keeps what was known", async () => {
    await commons.loadOpen();
    api.ballots = () => Promise.reject(new Refusal("E_NOT_CONNECTED", "refused", "gone"));
    await commons.loadOpen();
    expect(commons.trouble?.code).toBe("E_NOT_CONNECTED");
    expect(commons.open).toHaveLength(3);
  });

  describe("pages given twice", () => {
    const adopted = (n: number) =>
      ({ proposal: hash(n), state: "adopted", motion: { make_good: { proof: hash(70), amount_s: 1 } } }) as BallotItem;
    const good = (n: number, page: Uint8Array | null) => ({ proposal: hash(n), amount_s: 1, holder: ME, holder_name: null, page });
    let filled: Uint8Array | null;

    beforeEach(() => {
      filled = hash(80);
      api.doubleSpends = async () => ({ items: [{ proof: hash(70), made_good: [good(71, hash(81)), good(72, filled)] }] as DoubleSpendItem[], next: null });
      api.ballots = async ({ kind }) => ({ items: kind === "make_good" ? [adopted(71), adopted(72)] : [], next: null });
    });

    it("wait for the fund's holder until each decision has its page", async () => {
      await commons.loadTwice();
      expect([commons.goodLeft, commons.waiting.twice]).toEqual([0, 0]);
      filled = null;
      await commons.loadTwice();
      expect(commons.waiting.twice).toBe(1);
    });

    it("wait for nobody else", async () => {
      filled = null;
      commons = new Commons({ api, standing: { me: hash(3), policy: { terms: { community: { holder: hash(2) } } } }, inbox } as unknown as Village);
      await commons.loadTwice();
      expect([commons.holdsCommunity, commons.waiting.twice]).toEqual([false, 0]);
      expect(commons.good).toHaveLength(2);
    });
  });

  it("sweeps page after page to the end", async () => {
    const steps: number[] = [];
    api.sweep = async ({ cursor }) => ({ written: null, members: cursor === 200 ? 50 : 100, swept_s: 7, next: cursor === null ? 100 : cursor === 100 ? 200 : null });
    expect(await commons.sweepAll("state", (n) => steps.push(n))).toEqual({ swept_s: 21, members: 250 });
    expect(steps).toEqual([100, 200, 250]);
  });

  it("takes over: opens what it is named for, also when another window did, then deposits", async () => {
    inbox = [{ kind: "fund_handed_over", action: hash(60) }, { kind: "request_to_me", action: hash(61) }] as InboxItem[];
    await commons.takeOver();
    expect(calls).toEqual(["hold state", "deposit 60"]);
  });

  it("puts the lines of all books of a fund in one order, newest first", async () => {
    api.treasury = async () => ({ state: [book(hash(1), {}), book(hash(2), {})], community: [] });
    api.fundLines = async ({ holder }) => ({ items: [5, 1].map((time) => ({ time_us: time + (holder[0] ?? 0) })) as never, next: null });
    expect((await commons.fundLines("state")).map(({ time_us }) => time_us)).toEqual([7, 6, 3, 2]);
  });
});
