/**
 * One village as this member sees it, kept fresh by signals and by asking
 * again every few seconds while the page is visible (signals get lost).
 */
import type { AgentPubKey, VillageApi, VillageCell } from "../conductor/conductor";
import { same, textOf } from "../conductor/hash";
import { toRefusal } from "../conductor/refusal";
import { LIST_MAX, type ActivityItem, type Book, type ChequeItem, type Cheques, type InboxItem, type Member, type Standing } from "../generated/api";
import { selfPaidHome, isSelfPaid } from "./selfpaid";
import { Commons } from "./commons.svelte";
import { failure, type Failure } from "./failure";
import { Portraits } from "./portraits.svelte";

const POLL_MS = 4_000;
const MEMBERS_POLL_EVERY = 5;
/** Every so many looks, and at the first, it is asked what strangers hid: 10 minutes. */
const HIDDEN_EVERY = 150;
const PAGE_OF_LINES = 20;
/** Far above a village's 600 members: an end to every walk through a list. */
const WALK_MAX = 50;
const DEPOSIT_AGAIN_MS = 15_000;
const NOTE_AGAIN_MS = 15_000;

/** Kinds that wait for the member, unlike `request_by_me`. */
export function waits(item: InboxItem): boolean {
  return item.kind !== "request_by_me";
}

/**
 * Lists move on while they are paged through, so that one thing can come twice;
 * a screen shows it once.
 */
function once<T>(items: T[], key: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}

/** Whether a cheque may still come further. */
const moves = (cheque: ChequeItem) => cheque.state === "signed" || cheque.state === "received";

const inboxKey = (item: InboxItem) => textOf(item.action) + item.kind;

export class Village {
  readonly cell: VillageCell;
  readonly api: VillageApi;
  /** Ballots, projects, funds and disputes. */
  readonly commons: Commons = new Commons(this);
  /** Members' pictures. */
  readonly portraits: Portraits;

  standing = $state.raw<Standing | null>(null);
  inbox = $state.raw<InboxItem[]>([]);
  inboxNext = $state.raw<number | null>(null);
  lines = $state.raw<ActivityItem[]>([]);
  linesNext = $state.raw<number | null>(null);
  members = $state.raw<Member[]>([]);
  membersTotal = $state.raw(0);
  membersLoaded = $state.raw(false);
  funds = $state.raw<{ state_s: number; community_s: number; books: number } | null>(null);
  /** Cheques that the member has taken; null until they were read. */
  cheques = $state.raw<Cheques | null>(null);
  /** Whether a first look at the book has succeeded. */
  loaded = $state.raw(false);
  /** Why the last look failed. */
  trouble = $state.raw<Failure | null>(null);

  readonly book: Book | null = $derived(this.standing?.book ?? null);
  readonly waiting: InboxItem[] = $derived(this.inbox.filter(waits));
  readonly waitedFor: InboxItem[] = $derived(this.inbox.filter((item) => !waits(item)));

  #timer: ReturnType<typeof setInterval> | undefined;
  #refreshing: Promise<void> | undefined;
  #again = false;
  #polls = 0;
  #noting = false;
  /** When it was last asked in vain, in milliseconds. */
  #noted = 0;
  #looks = 0;
  /** What strangers took out of the inbox, which nobody may. */
  #hidden: InboxItem[] = [];
  #settling = false;
  #depositTried = new Map<string, number>();

  constructor(cell: VillageCell, api: VillageApi) {
    this.cell = cell;
    this.api = api;
    this.portraits = new Portraits(api);
  }

  get name(): string {
    return this.standing?.charter.name ?? this.cell.name;
  }

  start(): void {
    this.stop();
    void this.refresh();
    void this.loadMembers();
    this.#timer = setInterval(() => this.#poll(), POLL_MS);
    document.addEventListener("visibilitychange", this.#poll);
  }

  stop(): void {
    clearInterval(this.#timer);
    document.removeEventListener("visibilitychange", this.#poll);
  }

  #poll = (): void => {
    if (document.visibilityState !== "visible") return;
    void this.refresh();
    this.#polls += 1;
    if (this.#polls % MEMBERS_POLL_EVERY === 0) {
      void this.loadMembers();
      if (this.funds) void this.loadFunds();
    }
  };

  /** Looks again. Calls that come meanwhile share one further look. */
  refresh(): Promise<void> {
    if (this.#refreshing) {
      this.#again = true;
      return this.#refreshing;
    }
    this.#refreshing = this.#look().finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  async #look(): Promise<void> {
    do {
      this.#again = false;
      try {
        await this.#read();
        this.loaded = true;
        this.trouble = null;
      } catch (error) {
        this.trouble = failure(error);
        return;
      }
    } while (this.#again);
    void this.#depositAsked();
    void this.#settleCheques();
    void this.#noteEnds();
  }

  /** Notes the ends of others' books: from then on nothing later is taken from them. */
  async #noteEnds(): Promise<void> {
    if (!this.book?.ends_to_note || this.book.closed || this.#noting || Date.now() - this.#noted < NOTE_AGAIN_MS) return;
    this.#noting = true;
    try {
      const { deposited, barred } = await this.api.noteEnds();
      if (deposited + barred > 0) void this.refresh();
      else this.#noted = Date.now();
    } catch {
      // Asked again after a while: nothing was said that could be lost.
      this.#noted = Date.now();
    }
    this.#noting = false;
  }

  async #read(): Promise<void> {
    this.standing = await this.api.standing();
    if (!this.standing.book) return;
    const inbox = await this.api.inbox({ cursor: null, limit: LIST_MAX });
    if (this.#hidden.length > 0 || this.#looks % HIDDEN_EVERY === 0) {
      this.#hidden = (await this.api.hiddenInbox({ cursor: null, limit: LIST_MAX })).items;
    }
    this.#looks += 1;
    this.inbox = once([...inbox.items, ...this.#hidden], inboxKey);
    this.inboxNext = inbox.next;
    const limit = Math.min(LIST_MAX, Math.max(PAGE_OF_LINES, this.lines.length));
    const activity = await this.api.activity({ cursor: null, limit });
    const oldest = activity.items.at(-1)?.number ?? 0;
    const older = this.lines.filter((line) => line.number < oldest);
    // Lines beyond what one call may read keep the state they were last seen in.
    this.lines = [...activity.items, ...older];
    if (older.length === 0) this.linesNext = activity.next;
    // Reading them reads the whole book: only as long as one of them may still change. They are asked
    // for again, so that a look that fails here hides nothing of the rest.
    if (!this.cheques || this.cheques.cheques.some(moves)) await this.loadCheques().catch(() => {});
  }

  async loadCheques(): Promise<void> {
    this.cheques = await this.api.cheques({ cursor: null, limit: LIST_MAX });
  }

  /** Reads the next page of lines. */
  async moreLines(): Promise<void> {
    if (this.linesNext === null) return;
    const activity = await this.api.activity({ cursor: this.linesNext, limit: PAGE_OF_LINES });
    this.lines = once([...this.lines, ...activity.items], (line) => String(line.number));
    this.linesNext = activity.next;
  }

  async moreInbox(): Promise<void> {
    if (this.inboxNext === null) return;
    const inbox = await this.api.inbox({ cursor: this.inboxNext, limit: LIST_MAX });
    this.inbox = once([...this.inbox, ...inbox.items], inboxKey);
    this.inboxNext = inbox.next;
  }

  async loadMembers(): Promise<void> {
    try {
      const members: Member[] = [];
      let cursor: number | null = null;
      for (let page = 0; page < WALK_MAX; page += 1) {
        const list = await this.api.members({ cursor, limit: LIST_MAX });
        members.push(...list.members);
        this.membersTotal = list.total;
        cursor = list.next;
        if (cursor === null) break;
      }
      this.members = once(members, (member) => textOf(member.agent));
      this.membersLoaded = true;
    } catch (error) {
      this.trouble = failure(error);
    }
  }

  /** Adds up what the members' newest known pages earned for the funds. */
  async loadFunds(): Promise<void> {
    try {
      const sum = { state_s: 0, community_s: 0, books: 0 };
      let cursor: number | null = null;
      for (let page = 0; page < WALK_MAX; page += 1) {
        const list = await this.api.funds({ cursor, limit: LIST_MAX });
        sum.state_s += list.state_s;
        sum.community_s += list.community_s;
        sum.books += list.books;
        cursor = list.next;
        if (cursor === null) break;
      }
      this.funds = sum;
    } catch (error) {
      this.trouble = failure(error);
    }
  }

  member(agent: AgentPubKey): Member | undefined {
    return this.members.find((member) => same(member.agent, agent));
  }

  /** Everybody else, those dealt with last first, then by name as listed. */
  people(): Member[] {
    const recent = new Map<string, number>();
    for (const line of this.lines) {
      if (line.counterpart && !recent.has(textOf(line.counterpart))) recent.set(textOf(line.counterpart), recent.size);
    }
    const rank = (member: Member) => recent.get(textOf(member.agent)) ?? Number.POSITIVE_INFINITY;
    return this.members
      .filter((member) => !member.me)
      .map((member, listed) => ({ member, listed, rank: rank(member) }))
      .sort((a, b) => (a.rank === b.rank ? a.listed - b.listed : a.rank - b.rank))
      .map(({ member }) => member);
  }

  line(number: number): ActivityItem | undefined {
    return this.lines.find((line) => line.number === number);
  }

  /** Reads pages of lines until the line is there or the book ends. */
  async findLine(number: number): Promise<void> {
    for (let page = 0; page < WALK_MAX && !this.line(number) && this.linesNext !== null; page += 1) {
      await this.moreLines();
    }
  }

  /**
   * Deposits what answers the member's own requests, and what they carried here themselves:
   * they have asked for it, so there is nothing left to decide.
   */
  async #depositAsked(): Promise<void> {
    for (const item of this.inbox) {
      const own = isSelfPaid(this.cell.key, item);
      if ((item.kind !== "transfer_asked" && !own) || !this.#mayDeposit(item)) continue;
      this.#depositTried.set(textOf(item.action), Date.now());
      try {
        await this.api.deposit({ transfer: item.action });
        if (own) selfPaidHome(this.cell.key, item);
        this.#again = true;
      } catch (error) {
        // Another window of this member may have been quicker.
        if (toRefusal(error).code === "E_ALREADY_SETTLED") this.#again = true;
      }
    }
    if (this.#again) void this.refresh();
  }

  /** Deposits the cheques whose pages have come, one by one. */
  async #settleCheques(): Promise<void> {
    if (this.#settling || !this.cheques?.signed) return;
    this.#settling = true;
    try {
      for (let round = 0; round < LIST_MAX; round += 1) {
        const { deposited } = await this.api.settleCheques();
        if (deposited === null) break;
        this.#again = true;
      }
    } catch {
      // What is wrong with the node, the next look will tell; what is signed stays signed.
    } finally {
      this.#settling = false;
    }
    if (this.#again) void this.refresh();
  }

  #mayDeposit(item: InboxItem): boolean {
    const tried = this.#depositTried.get(textOf(item.action));
    return tried === undefined || Date.now() - tried > DEPOSIT_AGAIN_MS;
  }
}
