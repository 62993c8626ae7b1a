/** Sample proofs of pages given twice, guardians and heirs that answer taps as a village would. */
import { encodeHashToBase64 } from "@holochain/client";
import type { VillageApi } from "../../src/conductor/conductor";
import { Refusal } from "../../src/conductor/refusal";
import type { DoubleSpendItem, MadeGood, Standing, Written } from "../../src/generated/api";
import { action, agent, HOUR_S, LONG_AMOUNT_S, LONG_NAMES, NAMES, page } from "./basics";
import { BALLOTS } from "./commons";
import type { Sample } from "./conductor";

/** Names of the proofs, beside the ballots about them (`commons.ts`). */
export const PROOFS = 2_096;
const EMEKA = 4;

/** As long as in `docs/zome-api.md`, so that codes have their real size. */
const LINK = (i: number) => `cc2:${"QAAAAoE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU".repeat(7).slice(0, 303)}${i}`;
const QR = (i: number) => `CC3:${"0FSLLLJG1U6F7N5DKW692KAJPUCP6SHT2LP04U0RRJWGPNSW8".repeat(8).slice(0, 349)}${i}`;

type Api = Pick<
  VillageApi,
  | "reportDoubleSpend" | "takeDoubleSpend" | "noteEnds" | "doubleSpends" | "makeGood"
  | "guardians" | "nameGuardians" | "askSuccession" | "vouchSuccession" | "succession" | "succeed"
>;

export function twice(sample: Sample, written: () => Promise<Written>, madeGood: () => void, open: () => Promise<Standing>): Api {
  const nameOf = (i: number) => (sample.long ? LONG_NAMES[i % 2] : NAMES[i % NAMES.length]) ?? "";
  const holder = sample.holder ? 0 : 1;
  const decided: MadeGood = { proposal: action(BALLOTS + 13), amount_s: 45 * 60, holder: agent(holder), holder_name: nameOf(holder), page: null };
  const proof = (i: number, giver: number, excess_s: number): DoubleSpendItem => ({
    proof: action(PROOFS + i),
    giver: agent(giver),
    giver_name: nameOf(giver),
    number: 12 + i,
    amounts_s: sample.long ? [LONG_AMOUNT_S, LONG_AMOUNT_S] : [2 * HOUR_S, 3 * HOUR_S],
    barred: i !== 2,
    excess_s: excess_s > 0 && sample.long ? LONG_AMOUNT_S : excess_s,
    made_good: i === 1 ? [decided] : [],
    qr_text: QR(i),
    link: LINK(i),
  });
  // Asked about, decided, not asked yet, nothing short.
  const kept = sample.matters ? [proof(0, EMEKA, 36 * 60), proof(1, 5, 0), proof(2, 6, 90 * 60), proof(3, 7, 0)] : [];
  const named: Uint8Array[] = Array.from({ length: sample.guardians }, (_, i) => agent(1 + i));
  let asked = sample.succession !== "unasked";
  return {
    reportDoubleSpend: async ({ giver }) => {
      await written();
      const known = kept.find((one) => encodeHashToBase64(one.giver) === encodeHashToBase64(giver));
      if (!known) throw new Refusal("E_NOT_TWICE", "refused", "sample");
      return { deposited: 0, barred: 1 };
    },
    takeDoubleSpend: async ({ text }) => {
      await written();
      if (sample.unread) throw new Refusal(sample.unread, "refused", "sample");
      const known = kept.some(({ link, qr_text }) => text.includes(link) || text.includes(qr_text));
      if (!known) kept.unshift({ ...proof(9, 8, 0), ...(text.startsWith("CC3:") ? { qr_text: text } : { link: text }) });
      return { deposited: 0, barred: known ? 0 : 1 };
    },
    noteEnds: async () => ({ deposited: 0, barred: 0 }),
    doubleSpends: async ({ cursor, limit }) => page(kept, cursor, limit),
    makeGood: async () => {
      const done = await written();
      madeGood();
      decided.page = done.page;
      return done;
    },
    guardians: async () => ({
      guardians: named.map((key, i) => ({ agent: key, name: nameOf(1 + i), entrusted: false })),
      needed: Math.floor(named.length / 2) + 1,
    }),
    nameGuardians: async ({ guardians }) => {
      const done = await written();
      named.splice(0, named.length, ...guardians);
      return done;
    },
    askSuccession: async () => {
      const { page: request } = await written();
      asked = true;
      return { request };
    },
    vouchSuccession: written,
    succession: async ({ lost }) => {
      const guardians = sample.succession === "nobody" ? [] : [1, 2, 3].map((i) => ({ agent: agent(i), name: nameOf(i), entrusted: asked && (i === 1 || (i === 2 && sample.succession === "ready")) }));
      return { lost, lost_name: nameOf(4), balance_s: 10 * HOUR_S, guardians, needed: guardians.length === 0 ? 0 : 2, ready: sample.succession === "ready" };
    },
    succeed: async () => {
      await written();
      if (sample.succession !== "ready") throw new Refusal("E_GUARDIANS_MISSING", "refused", "sample");
      sample.opened = true;
      return open();
    },
  };
}
