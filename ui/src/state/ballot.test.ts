/** Voting: one vote, closed by whoever's was the last that was needed. */
import { beforeEach, describe, expect, it } from "vitest";
import type { VillageApi } from "../conductor/conductor";
import type { BallotItem, Choice, VoteItem } from "../generated/api";
import { Refusal } from "../conductor/refusal";
import { Ballot } from "./ballot.svelte";
import { Deed } from "./deed.svelte";
import type { Village } from "./village.svelte";

const hash = (n: number) => new Uint8Array(39).fill(n);
let item: BallotItem;
let yes: number;
let calls: string[];
let api: Partial<VillageApi>;
let ballot: Ballot;

beforeEach(() => {
  item = {
    proposal: hash(1), kind: "policy", motion: { dna: { dna: hash(2), note: "" } }, number: 1, roll: 0, reason: "", proposer: hash(3), proposer_name: null, state: "open", decision: null,
    voices: 0, electorate: 150, needed: 2, may_vote: true, mine: null, time_us: 0, decided_us: null
  };
  yes = 0;
  calls = [];
  const voters = Array.from({ length: 150 }, (_, i): VoteItem => ({ voter: new Uint8Array(39).fill(i), voter_name: null, choice: null, rival: null, page: null }));
  api = {
    ballot: async () => ({ ballot: { ...item }, yes, no: 0, elsewhere: 0, closable: item.state === "open" && yes >= item.needed }),
    votes: async ({ cursor, limit }) => {
      const start = cursor ?? 0;
      return { items: voters.slice(start, start + limit), next: start + limit < voters.length ? start + limit : null };
    },
    vote: async ({ choice }) => {
      calls.push("vote");
      if (item.mine) throw new Refusal("E_ALREADY_VOTED", "refused", "twice");
      write(choice);
      return { page: hash(5), number: 5, balance_s: 0 };
    },
    decide: async () => {
      calls.push("decide");
      item = { ...item, state: "adopted" };
      return { decision: hash(6), adopted: true };
    },
  };
  ballot = new Ballot({ api } as unknown as Village, hash(1), new Deed(0));
});

function write(choice: Choice) {
  item = { ...item, mine: choice, may_vote: false };
  if (choice === "yes") yes += 1;
}

describe("a ballot", () => {
  it("stays open after a vote that is not enough", async () => {
    expect(await ballot.vote("yes")).toBe(true);
    expect(calls).toEqual(["vote"]);
    expect(ballot.count?.ballot.mine).toBe("yes");
  });

  it("is closed by the vote that was missing", async () => {
    yes = 1;
    expect(await ballot.vote("yes")).toBe(true);
    expect(calls).toEqual(["vote", "decide"]);
    expect(ballot.count?.ballot.state).toBe("adopted");
  });

  it("keeps the vote when closing fails: anybody can close it later", async () => {
    yes = 1;
    api.decide = () => Promise.reject(new Refusal("E_VOTES_MISSING", "refused", "not here yet"));
    expect(await ballot.vote("yes")).toBe(true);
    expect(ballot.deed.trouble).toBeNull();
    expect(ballot.count?.closable).toBe(true);
  });

  it("finds a vote whose answer was lost", async () => {
    api.vote = async ({ choice }) => {
      write(choice);
      throw new Refusal("E_NO_ANSWER", "unknown", "lost");
    };
    expect(await ballot.vote({ no: { reason: "too dear" } })).toBe(true);
    expect(ballot.count?.ballot.mine).toEqual({ no: { reason: "too dear" } });
  });

  it("takes a vote that stands already for done, but not one for a rival", async () => {
    write("yes");
    expect(await ballot.vote("yes")).toBe(true);
    item = { ...item, mine: null };
    api.vote = () => Promise.reject(new Refusal("E_ALREADY_VOTED", "refused", "for a rival"));
    expect(await ballot.vote("yes")).toBe(false);
    expect(ballot.deed.trouble?.code).toBe("E_ALREADY_VOTED");
  });

  it("pages through the electorate, and a new look loses nobody", async () => {
    await ballot.load();
    expect(ballot.votes).toHaveLength(100);
    await ballot.more();
    expect(ballot.votes).toHaveLength(150);
    await ballot.load();
    expect(ballot.votes).toHaveLength(150);
    expect(ballot.next).toBeNull();
  });
});
