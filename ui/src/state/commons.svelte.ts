/**
 * The village's common matters as this node knows them: ballots, projects,
 * funds, disputes, pages given twice, and how much of each waits for the member. Read when a
 * screen shows it, because each costs the node many looks.
 */
import type { BallotItem, DisputeItem, DoubleSpendItem, FloorItem, Fund, FundLine, InboxItem, ProjectItem, Treasury } from "../generated/api";
import { LIST_MAX } from "../generated/api";
import { same, textOf } from "../conductor/hash";
import { failure, type Failure } from "./failure";
import { toRefusal } from "../conductor/refusal";
import { waitsForMe } from "./motions";
import { adoptedGood, leftToMakeGood } from "./twice";
import { disputeAct, fundAct, labourAct } from "./waits";
import { all } from "./walk";
import type { Village } from "./village.svelte";

/** Projects that are looked into for labour that waits: the newest. */
const LOOKED_INTO = 12;

export type Matter = "people" | "projects" | "funds" | "decisions" | "disputes" | "twice";

export class Commons {
  readonly #village: Village;

  open = $state.raw<BallotItem[] | null>(null);
  projects = $state.raw<ProjectItem[] | null>(null);
  treasury = $state.raw<Treasury | null>(null);
  disputes = $state.raw<DisputeItem[] | null>(null);
  /** Proofs of pages given twice, newest first. */
  twice = $state.raw<DoubleSpendItem[] | null>(null);
  /** Ballots about making them good. */
  good = $state.raw<BallotItem[]>([]);
  /** Decisions to make good that the member, who holds the fund, has not carried out. */
  goodLeft = $state(0);
  /** Floors that the village decided for the member, newest first. */
  floors = $state.raw<FloorItem[]>([]);
  /** Labour that the member may confirm or pay, by project. */
  labour = $state.raw<Map<string, number>>(new Map());
  trouble = $state.raw<Failure | null>(null);

  readonly waiting: Record<Matter, number> = $derived.by(() => {
    const me = this.#village.standing?.me;
    if (!me) return { people: 0, projects: 0, funds: 0, decisions: 0, disputes: 0, twice: 0 };
    return {
      people: this.floorToTake ? 1 : 0,
      projects: [...this.labour.values()].reduce((sum, n) => sum + n, 0),
      funds:
        (["state", "community"] as const).filter((fund) => this.treasury && fundAct(this.treasury[fund], me)).length +
        this.handedOver.length,
      decisions: (this.open ?? []).filter(waitsForMe).length,
      disputes: (this.disputes ?? []).filter((item) => disputeAct(item, me)).length,
      twice: this.goodLeft,
    };
  });

  constructor(village: Village) {
    this.#village = village;
  }

  /** A floor that the village decided and that the member's book does not have yet. */
  get floorToTake(): FloorItem | null {
    const [newest] = this.floors;
    return newest && !newest.taken ? newest : null;
  }

  /** What another holder has handed over to the member. */
  get handedOver(): InboxItem[] {
    return this.#village.inbox.filter((item) => item.kind === "fund_handed_over");
  }

  /** Looks at everything of which something may wait. */
  async loadWaiting(): Promise<void> {
    await this.#look(async () => {
      await Promise.all([this.#readOpen(), this.#readProjects(), this.#readTreasury(), this.#readDisputes(), this.#readFloors(), this.#readTwice()]);
      await this.#readLabour();
    });
  }

  loadOpen = (): Promise<void> => this.#look(() => this.#readOpen());
  loadProjects = (): Promise<void> =>
    this.#look(async () => {
      await this.#readProjects();
      await this.#readLabour();
    });
  loadTreasury = (): Promise<void> => this.#look(() => this.#readTreasury());
  loadDisputes = (): Promise<void> => this.#look(() => this.#readDisputes());
  loadTwice = (): Promise<void> => this.#look(() => this.#readTwice());
  loadFloors = (): Promise<void> => this.#look(() => this.#readFloors());

  async #look(read: () => Promise<void>): Promise<void> {
    try {
      await read();
      this.trouble = null;
    } catch (error) {
      this.trouble = failure(error);
    }
  }

  async #readOpen(): Promise<void> {
    this.open = await all((page) => this.#village.api.ballots({ kind: null, state: "open", ...page }));
  }

  async #readProjects(): Promise<void> {
    this.projects = await all((page) => this.#village.api.projects(page));
  }

  async #readTreasury(): Promise<void> {
    this.treasury = await this.#village.api.treasury();
  }

  async #readDisputes(): Promise<void> {
    this.disputes = await all((page) => this.#village.api.disputes(page));
  }

  /** Whether the policy in force names the member for the Community fund. */
  get holdsCommunity(): boolean {
    const { standing } = this.#village;
    const holder = standing?.policy.terms.community?.holder;
    return Boolean(standing && holder && same(holder, standing.me));
  }

  async #readTwice(): Promise<void> {
    const { api } = this.#village;
    const twice = await all((page) => api.doubleSpends(page));
    const good = twice.length === 0 ? [] : await all((page) => api.ballots({ kind: "make_good", state: null, ...page }));
    const me = this.#village.standing?.me;
    this.goodLeft = me && this.holdsCommunity ? leftToMakeGood(adoptedGood(good), twice, me) : 0;
    this.good = good;
    this.twice = twice;
  }

  async #readFloors(): Promise<void> {
    const me = this.#village.standing?.me;
    if (me) this.floors = (await this.#village.api.floors({ agent: me, cursor: null, limit: LIST_MAX })).items;
  }

  async #readLabour(): Promise<void> {
    const { standing, api } = this.#village;
    if (!standing) return;
    const waiting = new Map<string, number>();
    for (const item of (this.projects ?? []).slice(0, LOOKED_INTO)) {
      if (item.left_s <= 0) continue;
      const { work } = await api.project({ project: item.project, cursor: null, limit: LIST_MAX });
      const worked = work.some(({ mine }) => mine);
      const n = work.filter((one) => labourAct(item, one, standing.me, worked)).length;
      if (n > 0) waiting.set(textOf(item.project), n);
    }
    this.labour = waiting;
  }

  /** Every line of a fund in all books that ever held it. */
  async fundLines(fund: Fund): Promise<FundLine[]> {
    const treasury = this.treasury ?? (await this.#village.api.treasury());
    const books = await Promise.all(
      treasury[fund].map(({ holder }) => all((page) => this.#village.api.fundLines({ fund, holder, ...page }))),
    );
    return books.flat().sort((a, b) => b.time_us - a.time_us);
  }

  /** Collects the levies of all members, a hundred a page; answers how much and from how many. */
  async sweepAll(fund: Fund, step: (members: number) => void): Promise<{ swept_s: number; members: number }> {
    const sum = { swept_s: 0, members: 0 };
    let cursor: number | null = null;
    do {
      const done = await this.#village.api.sweep({ fund, cursor });
      sum.swept_s += done.swept_s;
      sum.members += done.members;
      step(sum.members);
      cursor = done.next;
    } while (cursor !== null);
    return sum;
  }

  /** Takes over what was handed over: opens the funds that the policy names the member for, then deposits. */
  async takeOver(): Promise<void> {
    const { api, standing } = this.#village;
    const treasury = await api.treasury();
    for (const fund of ["state", "community"] as const) {
      const mine = treasury[fund].find((book) => standing && same(book.holder, standing.me));
      if (mine?.appointed && !mine.held) await api.hold({ fund }).catch(unless("E_FUND_HELD"));
    }
    for (const item of this.handedOver) await api.deposit({ transfer: item.action }).catch(unless("E_ALREADY_SETTLED"));
  }
}

/** Another window of this member may have been quicker: then it is done. */
function unless(code: string): (error: unknown) => void {
  return (error) => {
    if (toRefusal(error).code !== code) throw error;
  };
}
