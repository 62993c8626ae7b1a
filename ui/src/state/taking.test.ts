/** A cheque is read, shown and kept once; a lost answer is looked for. */
import { beforeEach, describe, expect, it } from "vitest";
import type { VillageApi } from "../conductor/conductor";
import { Refusal } from "../conductor/refusal";
import type { ChequeItem, ChequeRead } from "../generated/api";
import { Taking } from "./taking.svelte";
import type { Village } from "./village.svelte";

const BOB = new Uint8Array(39).fill(1);
const split = { receiver_s: 6_480, state_s: 540, community_s: 180 };
const read: ChequeRead = { giver: BOB, giver_name: "Bob", number: 7, amount_s: 7_200, split, advice: [] };
const kept: ChequeItem = { ...read, taken: new Uint8Array(39).fill(9), state: "signed", line: null, proof: null, time_us: 0 };

let given: Uint8Array[];
let written: ChequeItem[];
let api: Pick<VillageApi, "readCheque" | "takeCheque">;
let village: { api: typeof api; cheques: { cheques: ChequeItem[] } | null; loadCheques(): Promise<void>; refresh(): Promise<void> };
let taking: Taking;

beforeEach(() => {
  given = [];
  written = [];
  api = {
    readCheque: async ({ cheque }) => {
      given.push(cheque);
      return read;
    },
    takeCheque: async ({ cheque }) => {
      given.push(cheque);
      written.push(kept);
      return kept;
    },
  };
  village = {
    api,
    cheques: null,
    loadCheques: async () => void (village.cheques = { cheques: written }),
    refresh: async () => {},
  };
  taking = new Taking(village as unknown as Village);
});

describe("taking a cheque", () => {
  it("hands the same bytes over twice: to be judged and to be kept", async () => {
    await taking.read("cc2:abc");
    expect(taking.phase).toBe("offered");
    await taking.take();
    expect(taking.phase).toBe("taken");
    expect(given.map((bytes) => new TextDecoder().decode(bytes))).toEqual(["cc2:abc", "cc2:abc"]);
  });

  it("takes nothing that is refused, and says why", async () => {
    api.readCheque = () => Promise.reject(new Refusal("E_HANDOVER_SIGNATURE", "refused", "forged"));
    await taking.read(new Uint8Array([1, 2]));
    expect(taking.phase).toBe("seeking");
    expect(taking.trouble?.code).toBe("E_HANDOVER_SIGNATURE");
    await taking.take();
    expect(written).toEqual([]);
  });

  it("finds what was kept although the answer was lost", async () => {
    await taking.read("cc2:abc");
    api.takeCheque = () => {
      written.push(kept);
      return Promise.reject(new Refusal("E_NO_ANSWER", "unknown", "lost"));
    };
    await taking.take();
    expect(taking.phase).toBe("taken");
    expect(taking.taken).toEqual(kept);
  });

  it("offers it again when the answer was lost and nothing was kept", async () => {
    await taking.read("cc2:abc");
    api.takeCheque = () => Promise.reject(new Refusal("E_NO_ANSWER", "unknown", "lost"));
    await taking.take();
    expect(taking.phase).toBe("offered");
    expect(taking.trouble?.outcome).toBe("unknown");
  });
});
