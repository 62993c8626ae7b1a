/**
 * A conductor made of sample data, to look at screens without a node. It is
 * loaded by e2e/screens only; the product knows nothing of it.
 */
import { decodeHashFromBase64, encodeHashToBase64 } from "@holochain/client";
import type { Conductor, Link, NodeFacts, Parcels, Step, VillageApi, VillageCell } from "../../src/conductor/conductor";
import { Refusal } from "../../src/conductor/refusal";
import type {
  ActivityItem,
  ChequeAdvice,
  ChequeState,
  InboxItem,
  InboxKind,
  Joining,
  Member,
  PayInput,
  RequestRef,
  Standing,
  TransferRef,
  Written,
  RollStanding,
  Voting,
} from "../../src/generated/api";
import { action, agent, BEGAN_US, charter, dna, HOUR_S, LONG_AMOUNT_S, LONG_NAMES, LONG_WORDS, NAMES, page, split, WORDS } from "./basics";
import { cheques } from "./cheques";
import { commons, policy, roll } from "./commons";
import { parcels } from "./parcels";
import { twice } from "./twice";

export { agent, action } from "./basics";

export interface Sample {
  /** Villages of this app; none shows the first screen. */
  villages: number;
  balance_s: number;
  members: number;
  lines: number;
  inbox: InboxKind[];
  opened: boolean;
  link: Link;
  /** Whether the member is a steward. */
  steward: boolean;
  /** Names and words as long as they may be, amounts as large as one meets. */
  long: boolean;
  /** Where the member is on the roll. */
  mine: RollStanding | null;
  /** How the village decides. */
  voting: Voting;
  /** Whether there are ballots, projects, funds and disputes. */
  matters: boolean;
  /** Whether the member holds the Community fund. */
  holder: boolean;
  /** Whether the member's book is closed. */
  closed: boolean;
  /** How many members together invite. */
  vouchers: number;
  /** Whether this village goes on for an older one. */
  after: boolean;
  /** Cheques that were taken, by their states. */
  cheques: ChequeState[];
  /** What speaks against a cheque that is read. */
  advice: ChequeAdvice[];
  /** How many guardians are named. */
  guardians: number;
  /** How far the guardians of a lost book have come. */
  succession: "unasked" | "waiting" | "ready" | "nobody";
  /** Whether the member is the gateway of the village's line, and has taken it over. */
  gateway?: "new" | "held";
  /** How long the lines of the village take to come. */
  late_ms?: number;
  /** Whether the first village owes the second over a line between the two. */
  owes?: boolean;
  /** How many sheets of rates were adopted for the first village's line, beside the usual. */
  sheets?: number;
  /** Villages, by their places, that do not answer, and in which there is no book. */
  unanswered?: number;
  bookless?: number;
  /** A cheque, or news, that is read is refused with this code. */
  unread?: string;
  /** Every call that writes is refused with this code. */
  refuse?: string;
  /** The answers of calls that write are lost, and nothing was written. */
  lost?: boolean;
  /** Looks at the book: never answered, or only the first one. */
  looks?: "never" | "once";
}

function member(i: number): Member {
  const name = NAMES[i % NAMES.length] ?? "";
  return { agent: agent(i), name: i < NAMES.length ? name : `${name} ${i}`, me: i === 0, steward: i === 0, standing: (["steward", "member", "member", null, "suspended"] as const)[i % 5] ?? null, ...said(i) };
}

const SKILLS = ["Carpentry", "Baking bread", "Bicycles", "Portuguese lessons", "Pruning fruit trees", "Sewing"];

/** Every third member has said nothing about themselves. */
function said(i: number): Pick<Member, "profile" | "pictured" | "skills" | "languages"> {
  if (i % 3 === 2) return { profile: null, pictured: false, skills: [], languages: [] };
  const skills = [0, 1, 2].filter((n) => n <= i % 3).map((n) => SKILLS[(i + n) % SKILLS.length] ?? "");
  return { profile: action(9_000 + i), pictured: i % 2 === 0, skills, languages: i % 2 === 0 ? ["en", "pt-BR"] : ["de"] };
}

/** One red dot. */
const PICTURE = Uint8Array.from(
  atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="),
  (char) => char.charCodeAt(0),
);

function line(number: number, count: number): ActivityItem {
  const other = 1 + (number % 5);
  const amount_s = [2 * HOUR_S, 900, 5_400, 45 * 60][number % 4] ?? HOUR_S;
  const kind = number === 1 ? "opened" : (["gave", "received", "gave", "reclaimed"] as const)[number % 4] ?? "gave";
  const state =
    kind === "opened" || kind === "reclaimed"
      ? "witnessed"
      : kind === "received"
        ? "received"
        : number === count
          ? "signed"
          : number % 3 === 0
            ? "returned"
            : "witnessed";
  return {
    page: action(number),
    transfer: kind === "opened" ? null : action(number),
    corrects: null,
    dispute: number === 44 ? "open" : null,
    number,
    kind,
    state,
    counterpart: kind === "opened" ? null : agent(other),
    counterpart_name: kind === "opened" ? null : (NAMES[other] ?? null),
    far: null,
    amount_s: kind === "opened" ? 0 : amount_s,
    split: kind === "opened" ? null : split(amount_s),
    words: kind === "opened" ? null : WORDS[number % WORDS.length] || null,
    balance_s: -2 * HOUR_S,
    witnesses: state === "witnessed" ? 3 : state === "received" ? 1 : 0,
    time_us: BEGAN_US + number * 47 * 60 * 1_000_000,
  };
}

function inboxItem(kind: InboxKind, i: number): InboxItem {
  const amount_s = kind === "request_to_me" ? 2 * HOUR_S : 5_400;
  return {
    kind,
    action: action(1_000 + i),
    counterpart: agent(1 + (i % 4)),
    counterpart_name: NAMES[1 + (i % 4)] ?? null,
    far: null,
    amount_s,
    split: split(amount_s),
    words: kind === "succession_asked" ? (NAMES[4] ?? null) : kind === "refused" ? "It was one hour only" : (WORDS[i % WORDS.length] ?? null),
    time_us: BEGAN_US + i * 60 * 1_000_000,
  };
}

/** The same item with the longest names and words, and a large amount. */
function lengthened<T extends ActivityItem | InboxItem>(item: T, i: number): T {
  const counterpart_name = item.counterpart && (LONG_NAMES[i % 2] ?? null);
  const amount_s = LONG_AMOUNT_S + i;
  const money = item.split ? { amount_s, split: split(amount_s) } : {};
  return { ...item, ...money, counterpart_name, words: item.words && LONG_WORDS };
}

export class SampleConductor implements Conductor {
  readonly #sample: Sample;
  readonly parcels: Parcels;

  constructor(sample: Sample) {
    this.#sample = sample;
    this.parcels = parcels(sample);
  }

  start(): void {}

  onLink(listener: (link: Link) => void): void {
    if (this.#sample.link === "reconnecting" || this.#sample.link === "lost") {
      listener("connected");
      setTimeout(() => listener(this.#sample.link), 300);
    } else {
      listener(this.#sample.link);
    }
  }

  onSignal(): void {}

  async villages(): Promise<VillageCell[]> {
    return Array.from({ length: this.#sample.villages }, (_, i) => ({
      key: encodeHashToBase64(dna(i)),
      cell: [dna(i), agent(0)],
      cloneId: `village.${i}`,
      name: this.#sample.long ? `${LONG_NAMES[2]}` : i === 0 ? charter.name : `Hill ${i}`,
    }));
  }

  async node(): Promise<NodeFacts | null> {
    return {
      version: "0.1.0",
      dna_hash: "uhC0k7QmXc4rUn5qv3pVYkq0t8u7vT9mQhH1y5o2kqJ6bq2nXzY0",
      hubs: ["http://192.168.1.5:8790"],
      own_hub: false,
      peers: 2,
    };
  }

  async meetAt(): Promise<void> {}

  async found(_draft: unknown, _name: string, step: (step: Step) => void): Promise<VillageCell> {
    step("read");
    return new Promise(() => {});
  }

  async readInvitation(): Promise<Joining> {
    if (this.#sample.refuse) throw new Refusal(this.#sample.refuse, "refused", "sample");
    return {
      village: dna(0),
      network_seed: "00",
      charter,
      membrane_proof: new Uint8Array(),
      hubs: ["http://192.168.1.5:8790"],
    };
  }

  async join(_joining: unknown, _name: string, step: (step: Step) => void): Promise<VillageCell> {
    step("read");
    const [known] = await this.villages();
    if (known) return known;
    return new Promise(() => {});
  }

  village({ key, name }: VillageCell): VillageApi {
    const at = Array.from({ length: this.#sample.villages }, (_, i) => encodeHashToBase64(dna(i))).indexOf(key);
    const sample = { ...this.#sample };
    // Each village counts for itself.
    if (at > 0) sample.balance_s += at * (3 * HOUR_S + 45 * 60);
    if (at === sample.bookless) sample.opened = false;
    const written = async () => {
      if (sample.refuse) throw new Refusal(sample.refuse, "refused", "sample");
      if (sample.lost) throw new Refusal("E_NO_ANSWER", "unknown", "sample");
      return { page: action(sample.lines), number: sample.lines, balance_s: sample.balance_s };
    };
    /** Answers an item of the inbox: it waits no longer. */
    const answered = async (input: RequestRef | TransferRef) => {
      const done = await written();
      const what = encodeHashToBase64("request" in input ? input.request : input.transfer);
      const at = inbox.findIndex((item) => encodeHashToBase64(item.action) === what);
      if (at >= 0) inbox.splice(at, 1);
      return done;
    };
    const silent = async (input: RequestRef) => void (await answered(input));
    const pay = async ({ to, amount_s, words }: PayInput): Promise<Written> => {
      await written();
      const number = lines.length + 1;
      const name = members.find((one) => encodeHashToBase64(one.agent) === encodeHashToBase64(to))?.name ?? null;
      const balance_s = sample.balance_s - amount_s;
      lines.unshift({ ...line(number, number), kind: "gave", state: "signed", counterpart: to, counterpart_name: name, amount_s, split: split(amount_s), words, balance_s, witnesses: 0 });
      return { page: action(number), number, balance_s };
    };
    let looks = 0;
    const standing = async (): Promise<Standing> => {
      looks += 1;
      if (at === sample.unanswered) throw new Refusal("E_NO_NODE", "refused", "sample");
      if (sample.looks === "never") return new Promise(() => {});
      if (sample.looks === "once" && looks > 1) throw new Refusal("E_CONDUCTOR", "refused", "sample");
      return stand();
    };
    const stand = (): Standing => ({
      me: agent(0),
      village: decodeHashFromBase64(key),
      charter: { ...charter, name, ...(sample.after ? { predecessor: "11".repeat(32) } : {}) },
      steward: sample.steward,
      policy: policy(sample),
      roll: roll(sample),
      book: sample.opened
        ? {
            name: (sample.long ? LONG_NAMES[0] : NAMES[0]) ?? "",
            number: sample.lines,
            page: action(sample.lines),
            balance_s: sample.balance_s,
            floor_s: charter.floor_s,
            can_give_s: Math.max(0, sample.balance_s - charter.floor_s),
            earned_state_s: 540,
            earned_community_s: 180,
            closed: sample.closed,
            guarded: sample.guardians > 0,
            guardians_wanted: sample.guardians === 0 && sample.balance_s >= 10 * HOUR_S,
            ended: false,
            ends_to_note: 0,
          }
        : null,
    });
    const members = Array.from({ length: sample.members }, (_, i) =>
      sample.long ? { ...member(i), name: LONG_NAMES[i % 2] ?? "", skills: Array.from({ length: 12 }, (_, n) => `${LONG_NAMES[n % 2]?.slice(0, 36)} ${n}`) } : member(i),
    );
    let about = "Behind the mill, mornings";
    let picture: Uint8Array | null = PICTURE;
    const shown = <T extends ActivityItem | InboxItem>(items: T[]) => (sample.long ? items.map(lengthened) : items);
    const lines = shown(Array.from({ length: sample.lines }, (_, i) => line(sample.lines - i, sample.lines)));
    const inbox = shown(sample.inbox.map(inboxItem));
    return {
      open: standing,
      standing,
      writeInvitation: async () => ({ text: `cc1:${"q83vEjRWeJq8".repeat(60)}` }),
      vouch: async ({ text }) => {
        await written();
        return { text: `${text}${"q83vEjRWeJq8".repeat(100)}`, vouchers: 2, enough: sample.vouchers <= 2 };
      },
      witness: async () => {
        await written();
        return { text: `cw1:${"q83vEjRWeJq8".repeat(60)}` };
      },
      carry: async () => {
        await written();
        sample.opened = true;
        return standing();
      },
      quote: async ({ amount_s }) => ({
        split: split(amount_s),
        balance_after_s: sample.balance_s - amount_s,
        allowed: sample.balance_s - amount_s >= charter.floor_s,
      }),
      members: async ({ cursor, limit }) => {
        const { items, next } = page(members, cursor, limit);
        return { members: items, total: members.length, next };
      },
      profile: async ({ agent: whose }) => {
        const one = members.find(({ agent: known }) => encodeHashToBase64(known) === encodeHashToBase64(whose));
        if (!one) throw new Refusal("E_NOT_A_MEMBER", "refused", "sample");
        const { agent, name, profile, skills, languages } = one;
        const words = one.profile ? (sample.long ? LONG_WORDS.repeat(2) : about) : "";
        return { agent, name, profile, skills, languages, picture: one.pictured ? picture : null, about: words };
      },
      setProfile: async (input) => {
        await written();
        const me = members[0];
        const profile = action(9_900);
        if (me) Object.assign(me, { name: input.name, skills: input.skills, languages: input.languages, pictured: input.picture !== null, profile });
        ({ about, picture } = input);
        return { profile };
      },
      funds: async () => ({ state_s: sample.long ? LONG_AMOUNT_S : 540, community_s: 180, books: sample.members, next: null }),
      pay,
      request: async () => ({ request: (await written()).page }),
      accept: answered,
      refuse: silent,
      withdraw: silent,
      dismiss: silent,
      inbox: async ({ cursor, limit }) => page(inbox, cursor, limit),
      hiddenInbox: async () => ({ items: [], next: null }),
      deposit: written,
      decline: answered,
      reclaim: answered,
      activity: async ({ cursor, limit }) => page(lines, cursor, limit),
      ...cheques(sample, written),
      ...commons(sample, written, key === encodeHashToBase64(dna(0))),
      ...twice(sample, written, () => {
        const number = lines.length + 1;
        lines.unshift({ ...line(1, 1), page: action(number), number, kind: "made_good", time_us: Date.now() * 1_000 });
      }, standing),
    };
  }
}
