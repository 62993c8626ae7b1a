/** Cheques made of sample data. */
import { encodeHashToBase64 } from "@holochain/client";
import type { VillageApi } from "../../src/conductor/conductor";
import { Refusal } from "../../src/conductor/refusal";
import type { ChequeItem, ChequeState, Written } from "../../src/generated/api";
import { action, agent, BEGAN_US, HOUR_S, LONG_AMOUNT_S, LONG_NAMES, NAMES, split } from "./basics";
import type { Sample } from "./conductor";

/** What is handed over in `docs/zome-api.md`, so that codes have their real size. */
const LINK = `cc2:${"EAAABwAAHCC8".repeat(14).slice(0, 166)}`;
const QR = `CC3:${"02NLGQ6K51LJ2S5AXFEOD8C.3RRON95".repeat(7).slice(0, 190)}`;
const MESSAGE = `cc4:${"0:%iYu/NPo/p1zoA=K7@H@D$E6VW)".repeat(6).slice(0, 156)}`;
const TAKEN = 3_000;

function item(state: ChequeState, i: number, long: boolean): ChequeItem {
  const amount_s = long ? LONG_AMOUNT_S : 2 * HOUR_S;
  return {
    taken: action(TAKEN + i),
    giver: agent(1 + i),
    giver_name: (long ? LONG_NAMES[i % 2] : NAMES[1 + i]) ?? null,
    number: 7 + i,
    amount_s,
    split: split(amount_s),
    state,
    line: state === "received" || state === "witnessed" ? 48 : null,
    proof: state === "doubled" ? LINK : null,
    time_us: BEGAN_US + i * 60_000_000,
  };
}

type Api = Pick<VillageApi, "cheque" | "readCheque" | "takeCheque" | "cheques" | "settleCheques">;

export function cheques(sample: Sample, written: () => Promise<Written>): Api {
  const kept = sample.cheques.map((state, i) => item(state, i, sample.long));
  const sum = () => kept.filter(({ state }) => state === "signed").reduce((all, one) => all + one.split.receiver_s, 0);
  const read = item("signed", 0, sample.long);
  const { giver, giver_name, number, amount_s, split: shared } = read;
  return {
    cheque: async () => ({
      number: sample.lines,
      amount_s,
      to: agent(1),
      to_name: giver_name,
      qr: QR,
      link: LINK,
      message: MESSAGE,
      file: new Uint8Array(132),
    }),
    readCheque: async () => {
      if (sample.unread) throw new Refusal(sample.unread, "refused", "sample");
      return { giver, giver_name, number, amount_s, split: shared, advice: sample.advice };
    },
    takeCheque: async () => {
      await written();
      const taken = { ...read, taken: action(TAKEN + kept.length) };
      if (!kept.some((one) => encodeHashToBase64(one.giver) === encodeHashToBase64(giver))) kept.unshift(taken);
      return taken;
    },
    cheques: async () => ({
      cheques: kept,
      signed: kept.filter(({ state }) => state === "signed").length,
      signed_s: sum(),
      balance_s: sample.balance_s,
      expected_s: sample.balance_s + sum(),
      next: null,
    }),
    settleCheques: async () => ({ deposited: null, signed: kept.length }),
  };
}
