/** Sample ballots, projects, funds and disputes that answer taps as a village would. */
import type { VillageApi } from "../../src/conductor/conductor";
import { same } from "../../src/conductor/hash";
import { Refusal } from "../../src/conductor/refusal";
import type {
  BallotItem,
  BallotKind,
  BallotState,
  DisputeItem,
  FloorItem,
  Fund,
  FundHeld,
  FundLine,
  LabourItem,
  Motion,
  PolicyInForce,
  ProjectItem,
  RollInForce,
  TrustLine,
  VoteItem,
  Written,
} from "../../src/generated/api";
import { action, agent, BEGAN_US, charter, dna, HOUR_S, LONG_AMOUNT_S, LONG_NAMES, LONG_WORDS, NAMES, page, split } from "./basics";
import type { Sample } from "./conductor";
import { PROOFS } from "./twice";

const DAY_US = 86_400_000_000;
const ALICE = 0;
const BOB = 1;
const CHANDRA = 2;
const ELECTORATE = 7;
const NEEDED = 4;
/** Names of things, far from the pages of the member's own book. */
export const BALLOTS = 2_000;
export const DISPUTED = 44;
const LABOUR = 3_000;
export const NEIGHBOUR = 8;

function nameIn(sample: Sample, i: number): string {
  return (sample.long ? LONG_NAMES[i % 2] : NAMES[i % NAMES.length]) ?? "";
}

export function policy(sample: Sample): PolicyInForce {
  return {
    version: 1,
    decision: action(BALLOTS + 90),
    terms: {
      levies: charter.levies,
      floor_s: charter.floor_s,
      exposure_s: 10 * HOUR_S,
      probation: null,
      payments_levied: true,
      state: null,
      community: { holder: agent(sample.holder ? ALICE : BOB), until_us: BEGAN_US + 365 * DAY_US },
    },
  };
}

export function roll(sample: Sample): RollInForce {
  const few = sample.voting.template === "council" || sample.voting.template === "consent";
  return {
    number: 2,
    decision: action(BALLOTS + 91),
    members: ELECTORATE,
    stewards: 3,
    voting: sample.voting,
    vouchers: sample.vouchers,
    electorate: few ? 3 : ELECTORATE,
    needed: few ? 2 : NEEDED,
    mine: sample.mine,
  };
}

/** A node's answers are new each time; nothing that a screen holds changes under it. */
const copy = <T extends object>(item: T): T => ({ ...item });

type Commons = Omit<
  VillageApi,
  | "open" | "standing" | "writeInvitation" | "vouch" | "carry" | "witness" | "quote" | "members" | "profile" | "setProfile" | "funds" | "pay" | "request" | "accept" | "refuse"
  | "withdraw" | "dismiss" | "inbox" | "hiddenInbox" | "deposit" | "decline" | "reclaim" | "activity"
  | "cheque" | "readCheque" | "takeCheque" | "cheques" | "settleCheques"
  | "reportDoubleSpend" | "takeDoubleSpend" | "noteEnds" | "doubleSpends" | "makeGood"
  | "guardians" | "nameGuardians" | "askSuccession" | "vouchSuccession" | "succession" | "succeed"
>;

/** As long as such a message is, and begun as it is. */
export function slip(kind: "iou" | "receipt" | "refusal", length: number): Uint8Array {
  const name = Array.from(kind, (char) => char.charCodeAt(0));
  return Uint8Array.from({ length }, (_, i) => [0x81, 0xa0 + name.length, ...name][i] ?? (i * 71 + length) % 256);
}

function trustLine(village = dna(NEIGHBOUR)): Motion {
  return {
    line: {
      village,
      gateway: agent(BOB),
      limit_s: 100 * HOUR_S,
      neighbour_gateway: agent(BOB),
      neighbour_limit_s: 120 * HOUR_S,
      state: "open",
      sheet: {
        number: 1,
        window: 1,
        slope_bp: 0,
        kinds: [
          { kind: "carpentry", rate: { num: 6, den: 5 } },
          { kind: "grain", rate: { num: 1, den: 1 } },
        ],
      },
      issued: 0,
      taken: 0,
    },
  };
}

function motions(sample: Sample): Motion[] {
  const now = policy(sample).terms;
  const text = (short: string) => (sample.long ? LONG_WORDS : short);
  const s = (short: number) => (sample.long ? LONG_AMOUNT_S : short);
  const holder = agent(sample.holder ? ALICE : BOB);
  return [
    { project: { name: sample.long ? (LONG_NAMES[1] ?? "") : "Root cellar", purpose: text("A cellar for everybody's apples and potatoes"), fund: "community", budget_s: s(120 * HOUR_S), confirmations: 2 } },
    { policy: { terms: { ...now, levies: { state_bp: 800, community_bp: 300 }, probation: { start_s: -10 * HOUR_S, per_deposit_s: HOUR_S, received_bp: 5_000 } } } },
    { roll: { changes: [{ agent: agent(3), standing: "member" }], voting: null, vouchers: null } },
    { floor: { agent: agent(CHANDRA), floor_s: -s(80 * HOUR_S) } },
    { dispute: { transfer: action(DISPUTED), give_back_s: HOUR_S } },
    { project: { name: "Village road", purpose: "Gravel from the mill to the bridge", fund: "community", budget_s: 200 * HOUR_S, confirmations: 0 } },
    { roll: { changes: [], voting: { template: "council", needed: 2 }, vouchers: 3 } },
    { dna: { dna: dna(7), note: "Levies may take at most 20 %" } },
    { succession: { lost: agent(4), heir: agent(8) } },
    trustLine(),
    { coordinator: { sha256: "a5".repeat(32), note: "Faster lists" } },
    { roll: { changes: [1, 2].map((i) => ({ agent: agent(i), standing: "steward" })), voting: null, vouchers: null } },
    { make_good: { proof: action(PROOFS), giver: agent(4), amount_s: s(36 * 60), holder } },
    { make_good: { proof: action(PROOFS + 1), giver: agent(5), amount_s: 45 * 60, holder } },
  ];
}

const KINDS: Record<string, BallotKind> = { dna: "code", coordinator: "code" };

/** `here`: of the first village; another has decided on a line to the first. */
export function commons(sample: Sample, written: () => Promise<Written>, here: boolean): Commons {
  const asked = sample.matters ? motions(sample) : [];
  const inForce = roll(sample);
  const line = here ? dna(sample.owes ? 1 : NEIGHBOUR) : dna(0);
  const states: BallotState[] = ["open", "open", "open", "open", "open", "adopted", "failed", "adopted", "overtaken", "adopted", "adopted", "adopted", "open", "adopted"];
  const ballots: BallotItem[] = asked.map((motion, i) => {
    const state = states[i] ?? "open";
    const name = Object.keys(motion)[0] ?? "";
    return {
      proposal: action(BALLOTS + i),
      kind: KINDS[name] ?? (name as BallotKind),
      motion,
      number: i + 1,
      roll: 2,
      reason: sample.long ? LONG_WORDS : i % 2 === 0 ? "The old one floods every spring" : "",
      proposer: agent(BOB + (i % 3)),
      proposer_name: nameIn(sample, BOB + (i % 3)),
      state,
      decision: state === "open" ? null : action(BALLOTS + 500 + i),
      voices: 4,
      electorate: inForce.electorate,
      needed: inForce.needed,
      may_vote: state === "open" && i !== 1 && sample.mine !== null && sample.mine !== "suspended",
      mine: i === 1 ? "yes" : null,
      time_us: BEGAN_US + i * 3_600_000_000,
      decided_us: state === "open" ? null : BEGAN_US + i * 3_600_000_000 + DAY_US,
    };
  });
  for (let i = 0; i < (sample.sheets ?? 0); i += 1) {
    const motion = trustLine();
    if ("line" in motion) {
      motion.line.sheet.number = i + 2;
      motion.line.sheet.slope_bp = 250 * i;
      motion.line.sheet.kinds = [{ kind: "carpentry", rate: { num: 6 + ((i * 5) % 4), den: 5 } }, ...(i % 2 === 0 ? [{ kind: sample.long ? (LONG_NAMES[1] ?? "") : "milk", rate: { num: 1, den: 2 + i } }] : [])];
    }
    const like = ballots.find(({ kind }) => kind === "line");
    if (like) ballots.push({ ...like, proposal: action(BALLOTS + 300 + i), motion, number: 100 + i, time_us: BEGAN_US + i * 30 * DAY_US, decided_us: BEGAN_US + (i * 30 + 2) * DAY_US });
  }
  const votes = new Map<BallotItem, VoteItem[]>(
    ballots.map((ballot) => [
      ballot,
      Array.from({ length: inForce.electorate }, (_, i): VoteItem => {
        const reason = sample.long ? LONG_WORDS : "Too dear while the road is not done";
        const choice = i === ALICE ? ballot.mine : i <= 3 || (i === 5 && ballot.kind === "policy") ? "yes" : i === 4 ? { no: { reason } } : null;
        return { voter: agent(i), voter_name: nameIn(sample, i), choice, rival: i === 5 && ballot.kind === "policy" ? action(BALLOTS + 99) : null, page: choice ? action(5_000 + i) : null };
      }),
    ]),
  );
  const ballotOf = (proposal: Uint8Array) => {
    const ballot = ballots.find((one) => same(one.proposal, proposal));
    if (!ballot) throw new Refusal("E_NOT_FOUND", "refused", "sample");
    return ballot;
  };
  const count = (ballot: BallotItem) => {
    const all = votes.get(ballot) ?? [];
    const here = all.filter(({ rival }) => rival === null);
    const yes = here.filter(({ choice }) => choice === "yes").length;
    const no = here.filter(({ choice }) => choice !== null && choice !== "yes").length;
    return { ballot: { ...ballot }, yes, no, elsewhere: ballot.kind === "policy" ? 1 : 0, closable: ballot.state === "open" && yes >= ballot.needed };
  };

  const projects: ProjectItem[] = asked.flatMap((motion, i) =>
    "project" in motion && (states[i] === "adopted" || i === 0)
      ? [{
          project: action(BALLOTS + i),
          decision: action(BALLOTS + 500 + i),
          ...motion.project,
          holder: agent(sample.holder ? ALICE : BOB),
          holder_name: nameIn(sample, sample.holder ? ALICE : BOB),
          spent_s: 30 * HOUR_S,
          left_s: motion.project.budget_s - 30 * HOUR_S,
          time_us: BEGAN_US,
        }]
      : [],
  );
  const labour = (i: number, more: Partial<LabourItem>): LabourItem => ({
    labour: action(LABOUR + i),
    worker: agent(i),
    worker_name: nameIn(sample, i),
    mine: i === ALICE,
    seconds: sample.long ? LONG_AMOUNT_S : (i + 1) * HOUR_S,
    words: sample.long ? LONG_WORDS : null,
    confirmed_by: 0,
    confirmed_by_me: false,
    paid: null,
    paid_s: 0,
    time_us: BEGAN_US + i * DAY_US,
    ...more,
  });
  const work: LabourItem[] = [
    labour(3, { confirmed_by: 1 }),
    labour(ALICE, { words: "Dug the steps" }),
    labour(BOB, { confirmed_by: 2, words: "Stones from the brook" }),
    labour(CHANDRA, { worker: null, worker_name: null, confirmed_by: 2, paid: action(4_000), paid_s: 3 * HOUR_S }),
  ];

  const held = (i: number, more: Partial<FundHeld>): FundHeld => ({
    holder: agent(i),
    holder_name: nameIn(sample, i),
    appointed: true,
    until_us: BEGAN_US + 365 * DAY_US,
    held: true,
    balance_s: sample.long ? LONG_AMOUNT_S : 14 * HOUR_S,
    page: action(4_100 + i),
    ...more,
  });
  const holder = sample.holder ? ALICE : BOB;
  const treasury: Record<Fund, FundHeld[]> = {
    state: [],
    community: sample.matters ? [held(holder, {}), held(4, { appointed: false, until_us: null, balance_s: 2 * HOUR_S })] : [],
  };
  // Months before now, so that the picture has something to show whenever it is looked at.
  const monthsAgo = (months: number) => {
    const now = new Date();
    return new Date(now.getFullYear(), now.getMonth() - months, 1, 8).getTime() * 1_000;
  };
  const amounts: [number, FundLine["kind"], number][] = [
    [0, "paid", 3], [0, "made_good", 1], [0, "swept", 9], [1, "paid", 6], [1, "swept", 12], [2, "returned", 2], [2, "swept", 7], [3, "taken_over", 5], [4, "swept", 4], [5, "handed_over", 5], [5, "opened", 0],
  ];
  const fundLines: FundLine[] = amounts.map(([months, kind, hours], i) => ({
    page: action(4_200 + i),
    kind,
    amount_s: sample.long ? LONG_AMOUNT_S : hours * HOUR_S,
    counterpart: kind === "swept" || kind === "opened" ? null : agent(BOB),
    counterpart_name: kind === "swept" || kind === "opened" ? null : nameIn(sample, BOB),
    members: kind === "swept" ? 11 : 0,
    balance_s: 14 * HOUR_S,
    time_us: monthsAgo(months) - i,
  }));

  const dispute = (i: number, more: Partial<DisputeItem>): DisputeItem => ({
    transfer: action(DISPUTED + i),
    giver: agent(BOB),
    giver_name: nameIn(sample, BOB),
    receiver: agent(ALICE),
    receiver_name: nameIn(sample, ALICE),
    amount_s: sample.long ? LONG_AMOUNT_S : 2 * HOUR_S,
    state: "open",
    statements: [{ dispute: action(6_000 + i), author: agent(BOB), words: sample.long ? LONG_WORDS : "It was one hour only", time_us: BEGAN_US }],
    nominations: [],
    opinions: [],
    proposal: null,
    decided_s: null,
    corrections: [],
    given_back_s: 0,
    ...more,
  });
  const named = (i: number, by: number) => ({ nomination: action(6_100 + 10 * i + by), dispute: action(6_000 + i), by: agent(by), mediator: agent(CHANDRA), mediator_name: nameIn(sample, CHANDRA), words: null });
  const disputes: DisputeItem[] = sample.matters
    ? [
        dispute(0, {}),
        dispute(1, { state: "advised", nominations: [named(1, BOB), named(1, ALICE)], opinions: [{ opinion: action(6_200), mediator: agent(CHANDRA), give_back_s: HOUR_S, words: "Half of it was waiting" }] }),
        dispute(2, { state: "mediated", giver: agent(3), giver_name: nameIn(sample, 3), receiver: agent(4), receiver_name: nameIn(sample, 4),
          nominations: [3, 4].map((by) => ({ ...named(2, by), mediator: agent(ALICE), mediator_name: nameIn(sample, ALICE) })),
          statements: [3, 4].map((by) => ({ dispute: action(6_300 + by), author: agent(by), words: null, time_us: BEGAN_US })) }),
        dispute(3, { state: "settled", given_back_s: HOUR_S, decided_s: HOUR_S, proposal: action(BALLOTS + 4) }),
      ]
    : [];
  const disputeOf = (transfer: Uint8Array) => {
    const item = disputes.find((one) => same(one.transfer, transfer));
    if (!item) throw new Refusal("E_NOT_A_DISPUTE", "refused", "sample");
    return item;
  };
  const change = (transfer: Uint8Array, more: Partial<DisputeItem>) => {
    const at = disputes.findIndex((one) => same(one.transfer, transfer));
    disputes[at] = { ...disputeOf(transfer), ...more };
  };
  const about = (hash: Uint8Array) => disputes.find(({ statements }) => statements.some((one) => same(one.dispute, hash)));
  const floors: FloorItem[] = sample.matters
    ? [{ agent: agent(ALICE), agent_name: nameIn(sample, ALICE), number: 2, floor_s: -60 * HOUR_S, decision: action(7_000), taken: false, time_us: BEGAN_US },
       { agent: agent(CHANDRA), agent_name: nameIn(sample, CHANDRA), number: 1, floor_s: -50 * HOUR_S, decision: action(7_001), taken: true, time_us: BEGAN_US }]
    : [];
  const lineTo = (village: Uint8Array): TrustLine => ({
    village,
    decision: action(BALLOTS + 95),
    terms: trustLine(village),
    gateway_name: nameIn(sample, BOB),
    mine: sample.gateway !== undefined,
    taken_over: sample.gateway !== "new",
    balance_s: sample.owes && !here ? -18 * HOUR_S : 18 * HOUR_S,
    pledged_s: 2 * HOUR_S,
    issued: 9,
    taken: 4,
  });
  let waysAsked = 0;
  let made = 0;

  return {
    propose: async ({ motion, reason }) => {
      await written();
      made += 1;
      const proposal = action(BALLOTS + 200 + made);
      const name = Object.keys(motion)[0] ?? "";
      const ballot: BallotItem = {
        proposal, kind: KINDS[name] ?? (name as BallotKind), motion, number: 99, roll: 2, reason, proposer: agent(ALICE), proposer_name: nameIn(sample, ALICE),
        state: "open", decision: null, voices: 0, electorate: inForce.electorate, needed: inForce.needed, may_vote: true, mine: null, time_us: Date.now() * 1_000, decided_us: null,
      };
      ballots.unshift(ballot);
      votes.set(ballot, Array.from({ length: inForce.electorate }, (_, i) => ({ voter: agent(i), voter_name: nameIn(sample, i), choice: null, rival: null, page: null })));
      return { proposal, number: 99 };
    },
    ballots: async ({ kind, state, cursor, limit }) =>
      page(ballots.filter((one) => (kind === null || one.kind === kind) && (state === null || one.state === state)).map(copy), cursor, limit),
    ballot: async ({ proposal }) => count(ballotOf(proposal)),
    votes: async ({ proposal, cursor, limit }) => {
      const all = votes.get(ballotOf(proposal)) ?? [];
      return page([...all.filter(({ choice }) => choice), ...all.filter(({ choice }) => !choice)].map(copy), cursor, limit);
    },
    vote: async ({ proposal, choice }) => {
      const done = await written();
      const ballot = ballotOf(proposal);
      const mine = votes.get(ballot)?.find(({ voter }) => same(voter, agent(ALICE)));
      if (ballot.mine || !mine) throw new Refusal("E_ALREADY_VOTED", "refused", "sample");
      mine.choice = ballot.mine = choice;
      ballot.may_vote = false;
      ballot.voices += 1;
      return done;
    },
    decide: async ({ proposal }) => {
      await written();
      const ballot = ballotOf(proposal);
      if (!count(ballot).closable) throw new Refusal("E_VOTES_MISSING", "refused", "sample");
      ballot.state = "adopted";
      ballot.decision = action(BALLOTS + 900);
      return { decision: ballot.decision, adopted: true };
    },
    floors: async ({ agent: whose, cursor, limit }) => page(floors.filter((one) => !whose || same(one.agent, whose)).map(copy), cursor, limit),
    takeFloor: async () => {
      const done = await written();
      for (const floor of floors) floor.taken = true;
      return done;
    },
    treasury: async () => treasury,
    hold: written,
    sweep: async ({ cursor }) => {
      const done = await written();
      return { written: done, members: cursor === null ? 100 : 11, swept_s: HOUR_S, next: cursor === null ? 100 : null };
    },
    handOver: written,
    fundLines: async ({ fund, holder: whose, cursor, limit }) =>
      page(fund === "community" && sample.matters && same(whose, agent(holder)) ? fundLines : [], cursor, limit),
    projects: async ({ cursor, limit }) => page(projects, cursor, limit),
    project: async ({ project, cursor, limit }) => {
      const item = projects.find((one) => same(one.project, project));
      if (!item) throw new Refusal("E_NOT_FOUND", "refused", "sample");
      const first = same(project, projects[0]?.project ?? project);
      const { items, next } = page(first ? work.map(copy) : [], cursor, limit);
      return { item, labours: first ? work.length : 0, work: items, next };
    },
    work: async ({ seconds, words, shown }) => {
      await written();
      made += 1;
      const one = labour(ALICE, { labour: action(LABOUR + 100 + made), seconds, words, worker: shown ? agent(ALICE) : null });
      work.unshift(one);
      return { labour: one.labour };
    },
    confirm: async ({ labour: which }) => {
      await written();
      const one = work.find((item) => same(item.labour, which));
      if (one) Object.assign(one, { confirmed_by: one.confirmed_by + 1, confirmed_by_me: true });
      return { confirmation: action(8_000) };
    },
    payLabour: async ({ labour: which, amount_s }) => {
      const done = await written();
      const one = work.find((item) => same(item.labour, which));
      if (one) Object.assign(one, { paid: done.page, paid_s: amount_s ?? one.seconds });
      return done;
    },
    dispute: async ({ transfer, reason }) => {
      await written();
      const statement = { dispute: action(6_900), author: agent(ALICE), words: reason, time_us: BEGAN_US };
      if (disputes.some((one) => same(one.transfer, transfer))) change(transfer, { statements: [...disputeOf(transfer).statements, statement] });
      else disputes.unshift(dispute(0, { transfer, statements: [statement] }));
      return { dispute: statement.dispute };
    },
    nominate: async ({ dispute: which, mediator, words }) => {
      await written();
      const item = about(which);
      if (item) change(item.transfer, { nominations: [...item.nominations, { ...named(9, ALICE), mediator, mediator_name: "Chandra", words }] });
      return { nomination: action(6_901) };
    },
    advise: async ({ dispute: which, give_back_s, words }) => {
      await written();
      const item = about(which);
      if (item) change(item.transfer, { state: "advised", opinions: [{ opinion: action(6_902), mediator: agent(ALICE), give_back_s, words }] });
      return { opinion: action(6_902) };
    },
    giveBack: async ({ transfer, amount_s }) => {
      const done = await written();
      change(transfer, { state: "settled", given_back_s: amount_s });
      return done;
    },
    disputes: async ({ cursor, limit }) => page(disputes, cursor, limit),
    disputeAbout: async ({ transfer }) => disputeOf(transfer),
    close: written,
    lines: async ({ cursor, limit }) => {
      if (sample.late_ms) await new Promise((resolve) => setTimeout(resolve, sample.late_ms));
      return page(sample.matters ? [lineTo(line)] : [], cursor, limit);
    },
    agreeLine: async () => {
      await written();
      return { signature: new Uint8Array(64).fill(7) };
    },
    takeLine: async () => {
      const done = await written();
      sample.gateway = "held";
      return done;
    },
    ways: async ({ village }) => {
      // A line that comes to this node a little later.
      if (same(village, dna(3))) return { items: (waysAsked += 1) > 1 ? [{ lines: [lineTo(line), lineTo(village)] }] : [], unseen: [] };
      if (same(village, dna(6))) return { items: [{ lines: [lineTo(line), lineTo(village)] }, { lines: [lineTo(line), lineTo(dna(5)), lineTo(village)] }], unseen: [dna(4)] };
      return { items: [], unseen: [line] };
    },
    quoteAcross: async ({ amount_s, kind, onward }) => {
      const worth = (s: number, at: number) => (at === 0 ? Math.floor((s * 6) / 5) : s);
      const parts = split(amount_s);
      const quote = { split: parts, gives_s: worth(parts.receiver_s, kind), sheet: 1, room_s: 80 * HOUR_S };
      let { gives_s } = quote;
      const after = (onward ?? []).map((hop) => {
        const parted = split(gives_s);
        gives_s = worth(parted.receiver_s, hop.kind);
        return { ...hop, split: parted, gives_s, sheet: 1, room_s: 80 * HOUR_S };
      });
      return after.length > 0 ? { ...quote, onward: after } : quote;
    },
    payAcross: written,
    lineWork: async () => ({ lines: 1, pages: 0, sent: 0, waiting: 0 }),
    lineStatement: async ({ statement }) => {
      await written();
      if (statement) return { ...statement, creditor_signature: new Uint8Array(64).fill(8) };
      return {
        debtor: dna(0).slice(3, 35), creditor: line.slice(3, 35), debtor_gateway: agent(ALICE).slice(3, 35), creditor_gateway: agent(BOB).slice(3, 35),
        number: 12, amount_s: 18 * HOUR_S, debtor_signature: new Uint8Array(64).fill(7), creditor_signature: null,
      };
    },
    signClearing: async () => {
      await written();
      return { village: dna(0).slice(3, 35), signature: new Uint8Array(64).fill(5) };
    },
    bookClearing: written,
    outbox: async () => ({ messages: [slip("iou", 430), slip("receipt", 300), slip("refusal", 210)].map((bytes) => ({ to: line, bytes })) }),
    takeMessage: async () => {
      await written();
      return { messages: [{ to: line, bytes: slip("receipt", 300) }] };
    },
  };
}
