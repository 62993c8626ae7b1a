/**
 * The only caller of Holochain.
 *
 * It holds one app websocket and makes a new one whenever that drops. Calls
 * made while there is none fail at once, so that nothing is ever queued and
 * shown as done. A call whose answer was lost fails as `unknown`.
 */
import {
  AppWebsocket,
  CellType,
  encodeHashToBase64,
  SignalType,
  type AppInfo,
  type CellId,
  type ClonedCell,
  type CreateCloneCellRequest,
  type WsClient,
} from "@holochain/client";
import type {
  Activity,
  Advised,
  Agreed,
  BallotCount,
  Ballots,
  Cheque,
  ChequeItem,
  ChequeRead,
  Cheques,
  ChequesSettled,
  Closing,
  Confirmed,
  DisputeItem,
  Disputed,
  Disputes,
  DoubleSpends,
  Draft,
  DraftInput,
  Floors,
  FundLines,
  Funds,
  GuardiansNamed,
  Inbox,
  Invitation,
  Joining,
  LineMessages,
  LineStatement,
  LineWork,
  Members,
  Nominated,
  Noted,
  ProfileSet,
  ProfileShown,
  ProjectPage,
  Projects,
  Proposed,
  Quote,
  QuoteAcross,
  Requested,
  RoundSigned,
  Signal,
  Standing,
  SuccessionItem,
  SweepDone,
  Treasury,
  TrustLines,
  Votes,
  Vouching,
  Ways,
  Witnessed,
  Worked,
  Written,
} from "../generated/api";
import type { Conductor, Link, NodeFacts, Step, VillageApi, VillageCell } from "./conductor";
import { areTwins } from "./hash";
import { authorize, forgetCredentials, meetAt, nodeFacts, parcels, strangerAnswers } from "./node";
import { headMoved, networkStarting, Refusal, toRefusal, unauthorized } from "./refusal";

const ROLE = "village";
const ZOME = "village";

/** How long an ordinary call may take. */
const CALL_MS_MAX = 45_000;
/** How long the first calls may take: the node compiles the zomes then. */
const FIRST_CALL_MS_MAX = 300_000;
/** How often a call is repeated after another commit came first. */
const HEAD_MOVED_TRIES_MAX = 6;
/** How long a call waits for a node that has just started to reach its hub. */
const NETWORK_START_MS_MAX = 30_000;
const NETWORK_START_PAUSE_MS = 750;
const RETRY_MS_MIN = 400;
const RETRY_MS_MAX = 5_000;

export class HolochainConductor implements Conductor {
  readonly parcels = parcels;
  #app: AppWebsocket | undefined;
  #link: Link = "connecting";
  #linkListeners: ((link: Link) => void)[] = [];
  #signalListeners: ((villageKey: string, signal: Signal) => void)[] = [];

  start(): void {
    void this.#connectForever("connecting");
  }

  onLink(listener: (link: Link) => void): void {
    this.#linkListeners.push(listener);
    listener(this.#link);
  }

  onSignal(listener: (villageKey: string, signal: Signal) => void): void {
    this.#signalListeners.push(listener);
  }

  async villages(): Promise<VillageCell[]> {
    return clones(await this.#appInfo())
      .filter((clone) => clone.enabled)
      .map(toVillageCell);
  }

  async node(): Promise<NodeFacts | null> {
    return nodeFacts();
  }

  async meetAt(hubs: string[]): Promise<void> {
    return meetAt(hubs);
  }

  village(cell: VillageCell): VillageApi {
    const call = <T>(fn: string, payload: unknown = null, ms = CALL_MS_MAX) => this.#call<T>(cell.cell, fn, payload, ms);
    return {
      open: (input) => call<Standing>("open", input, FIRST_CALL_MS_MAX),
      standing: () => call<Standing>("standing", null, FIRST_CALL_MS_MAX),
      writeInvitation: (input) => call<Invitation>("write_invitation", input),
      vouch: (input) => call<Vouching>("vouch", input),
      quote: (input) => call<Quote>("quote", input),
      members: (input) => call<Members>("members", input),
      profile: (input) => call<ProfileShown>("profile", input),
      setProfile: (input) => call<ProfileSet>("set_profile", input),
      funds: (input) => call<Funds>("funds", input),
      pay: (input) => call<Written>("pay", input),
      request: (input) => call<Requested>("request", input),
      accept: (input) => call<Written>("accept", input),
      refuse: (input) => call<void>("refuse", input),
      withdraw: (input) => call<void>("withdraw", input),
      dismiss: (input) => call<void>("dismiss", input),
      inbox: (input) => call<Inbox>("inbox", input),
      hiddenInbox: (input) => call<Inbox>("hidden_inbox", input),
      deposit: (input) => call<Written>("deposit", input),
      decline: (input) => call<Written>("decline", input),
      reclaim: (input) => call<Written>("reclaim", input),
      cheque: (input) => call<Cheque>("cheque", input),
      readCheque: (input) => call<ChequeRead>("read_cheque", input),
      takeCheque: (input) => call<ChequeItem>("take_cheque", input),
      cheques: (input) => call<Cheques>("cheques", input),
      settleCheques: () => call<ChequesSettled>("settle_cheques", null),
      activity: (input) => call<Activity>("activity", input),
      propose: (input) => call<Proposed>("propose", input),
      ballots: (input) => call<Ballots>("ballots", input),
      ballot: (input) => call<BallotCount>("ballot", input),
      votes: (input) => call<Votes>("votes", input),
      vote: (input) => call<Written>("vote", input),
      decide: (input) => call<Closing>("decide", input),
      floors: (input) => call<Floors>("floors", input),
      takeFloor: () => call<Written>("take_floor", null),
      treasury: () => call<Treasury>("treasury", null),
      hold: (input) => call<Written>("hold", input),
      sweep: (input) => call<SweepDone>("sweep", input),
      handOver: (input) => call<Written>("hand_over", input),
      fundLines: (input) => call<FundLines>("fund_lines", input),
      projects: (input) => call<Projects>("projects", input),
      project: (input) => call<ProjectPage>("project", input),
      work: (input) => call<Worked>("work", input),
      confirm: (input) => call<Confirmed>("confirm", input),
      payLabour: (input) => call<Written>("pay_labour", input),
      dispute: (input) => call<Disputed>("dispute", input),
      nominate: (input) => call<Nominated>("nominate", input),
      advise: (input) => call<Advised>("advise", input),
      giveBack: (input) => call<Written>("give_back", input),
      disputes: (input) => call<Disputes>("disputes", input),
      disputeAbout: (input) => call<DisputeItem>("dispute_about", input),
      close: (input) => call<Written>("close", input),
      witness: (input) => call<Witnessed>("witness", input),
      carry: (input) => call<Standing>("carry", input),
      lines: (input) => call<TrustLines>("lines", input),
      agreeLine: (input) => call<Agreed>("agree_line", input),
      takeLine: (input) => call<Written>("take_line", input),
      ways: (input) => call<Ways>("ways", input),
      quoteAcross: (input) => call<QuoteAcross>("quote_across", input),
      payAcross: (input) => call<Written>("pay_across", input),
      lineWork: () => call<LineWork>("line_work", null),
      outbox: () => call<LineMessages>("outbox", null),
      takeMessage: (input) => call<LineMessages>("take_message", input),
      lineStatement: (input) => call<LineStatement>("line_statement", input),
      signClearing: (input) => call<RoundSigned>("sign_clearing", input),
      bookClearing: (input) => call<Written>("book_clearing", input),
      reportDoubleSpend: (input) => call<Noted>("report_double_spend", input),
      takeDoubleSpend: (input) => call<Noted>("take_double_spend", input),
      noteEnds: () => call<Noted>("note_ends", null),
      doubleSpends: (input) => call<DoubleSpends>("double_spends", input),
      makeGood: (input) => call<Written>("make_good", input),
      guardians: () => call<GuardiansNamed>("guardians", null),
      nameGuardians: (input) => call<Written>("name_guardians", input),
      askSuccession: (input) => call<Requested>("ask_succession", input),
      vouchSuccession: (input) => call<Written>("vouch_succession", input),
      succession: (input) => call<SuccessionItem>("succession", input),
      succeed: (input) => call<Standing>("succeed", input),
    };
  }

  async found(draft: DraftInput, myName: string, step: (step: Step) => void, predecessor?: string): Promise<VillageCell> {
    step("read");
    const { network_seed, charter: drafted } = await this.#callLobby<Draft>("draft_charter", draft);
    const charter = predecessor === undefined ? drafted : { ...drafted, predecessor };
    step("clone");
    const village = await this.#clone({
      role_name: ROLE,
      name: charter.name,
      modifiers: { network_seed, properties: charter },
    });
    step("open");
    if (predecessor === undefined) await this.#open(village, myName);
    return village;
  }

  async readInvitation(text: string): Promise<Joining> {
    return this.#callLobby<Joining>("read_invitation", { text } satisfies Invitation);
  }

  async join(joining: Joining, myName: string, step: (step: Step) => void): Promise<VillageCell> {
    step("read");
    const wanted = encodeHashToBase64(joining.village);
    const twin = clones(await this.#appInfo()).find((clone) => areTwins(clone.cell_id[0], joining.village));
    if (twin) throw new Refusal("E_VILLAGE_TWIN", "refused", `${wanted} and ${encodeHashToBase64(twin.cell_id[0])}`);
    // An earlier try may have got this far. Disabled clones are failed tries.
    const known = (await this.villages()).find((village) => village.key === wanted);
    step("clone");
    const village = known ?? (await this.#cloneInvited(joining, wanted));
    step("open");
    // Who had a book in the village before goes on with it, and chooses so first.
    if (joining.charter.predecessor === undefined) await this.#open(village, myName);
    return village;
  }

  /** Clones by an invitation; a clone that turns out to be another village is put aside. */
  async #cloneInvited(joining: Joining, wanted: string): Promise<VillageCell> {
    const village = await this.#clone({
      role_name: ROLE,
      name: joining.charter.name,
      modifiers: { network_seed: joining.network_seed, properties: joining.charter },
      membrane_proof: joining.membrane_proof,
    });
    if (village.key === wanted) return village;
    await this.#putAside(village);
    throw new Refusal("E_WRONG_VILLAGE", "refused", "the invitation names another village than it describes");
  }

  /**
   * Makes a clone. The conductor lists a clone before it judges the membrane
   * proof, and goes on listing it when that is refused: such a cell is dead.
   */
  async #clone(request: CreateCloneCellRequest): Promise<VillageCell> {
    const before = new Set((await this.villages()).map((village) => village.cloneId));
    try {
      return toVillageCell(await this.#connected().createCloneCell(request));
    } catch (error) {
      const refusal = toRefusal(error);
      if (refusal.outcome === "refused") {
        for (const village of await this.villages()) if (!before.has(village.cloneId)) await this.#putAside(village);
      }
      throw refusal;
    }
  }

  /** Only an administrator can delete a clone; a disabled one is never shown again. */
  async #putAside(village: VillageCell): Promise<void> {
    try {
      await this.#connected().disableCloneCell({ clone_cell_id: { type: "clone_id", value: village.cloneId } });
    } catch (error) {
      // Why the clone failed is worth more to the reader than this.
      console.warn("disable_clone_cell", error);
    }
  }

  /** Opens the book unless an earlier, interrupted try did so already. */
  async #open(village: VillageCell, name: string): Promise<void> {
    const api = this.village(village);
    const standing = await api.standing();
    if (!standing.book) await api.open({ name });
  }

  async #appInfo(): Promise<AppInfo> {
    try {
      return await this.#connected().appInfo();
    } catch (error) {
      throw toRefusal(error);
    }
  }

  async #callLobby<T>(fn: string, payload: unknown): Promise<T> {
    const base = (await this.#appInfo()).cell_info[ROLE]?.find((cell) => cell.type === CellType.Provisioned);
    if (base?.type !== CellType.Provisioned) {
      throw new Refusal("E_NO_NODE", "refused", `this app has no cell for the role ${ROLE}`);
    }
    return this.#call<T>(base.value.cell_id, fn, payload, FIRST_CALL_MS_MAX);
  }

  async #call<T>(cell: CellId, fn: string, payload: unknown, ms: number): Promise<T> {
    let renewed = false;
    const began = Date.now();
    for (let attempt = 1; ; attempt += 1) {
      const app = this.#connected();
      try {
        await authorize(cell);
        return (await app.callZome({ cell_id: cell, zome_name: ZOME, fn_name: fn, payload }, ms)) as T;
      } catch (error) {
        if (headMoved(error) && attempt < HEAD_MOVED_TRIES_MAX) {
          await pause(40 * attempt);
        } else if (networkStarting(error) && Date.now() - began < NETWORK_START_MS_MAX) {
          await pause(NETWORK_START_PAUSE_MS);
        } else if (unauthorized(error) && !renewed) {
          renewed = true;
          forgetCredentials();
        } else {
          const refusal = toRefusal(error);
          // Nobody foresaw it: whoever helps will look here.
          if (refusal.code === "E_UNEXPECTED") console.warn(fn, error);
          throw refusal;
        }
      }
    }
  }

  #connected(): AppWebsocket {
    if (!this.#app) throw new Refusal("E_NOT_CONNECTED", "refused", "no connection to the node");
    return this.#app;
  }

  async #connectForever(link: Link): Promise<void> {
    this.#tell(link);
    for (let wait = RETRY_MS_MIN; ; wait = Math.min(wait * 2, RETRY_MS_MAX)) {
      try {
        this.#adopt(await AppWebsocket.connect({ defaultTimeout: CALL_MS_MAX }));
        return;
      } catch (error) {
        const name = error instanceof Error ? error.name : "";
        if (name === "ConnectionUrlMissing") return this.#tell("absent");
        // A node that was started anew gives out a new token, with a new page.
        const anew = name === "InvalidTokenError" || name === "AppAuthenticationTokenMissing" || (await strangerAnswers());
        if (anew) this.#tell("lost");
        else if (this.#link === "lost") this.#tell("reconnecting");
      }
      await pause(wait);
    }
  }

  #adopt(app: AppWebsocket): void {
    this.#app = app;
    forgetCredentials();
    app.on("signal", (signal) => {
      if (signal.type !== SignalType.App || signal.value.zome_name !== ZOME) return;
      const key = encodeHashToBase64(signal.value.cell_id[0]);
      for (const listener of this.#signalListeners) listener(key, signal.value.payload as Signal);
    });
    // Over Tauri there is no socket that could close.
    const socket = (app.client as Partial<WsClient>).socket;
    socket?.addEventListener("close", () => {
      if (this.#app !== app) return;
      this.#app = undefined;
      void this.#connectForever("reconnecting");
    });
    this.#tell("connected");
  }

  #tell(link: Link): void {
    this.#link = link;
    for (const listener of this.#linkListeners) listener(link);
  }
}

function clones(info: AppInfo): ClonedCell[] {
  return (info.cell_info[ROLE] ?? []).flatMap((cell) => (cell.type === CellType.Cloned ? [cell.value] : []));
}

function toVillageCell(clone: ClonedCell): VillageCell {
  return {
    key: encodeHashToBase64(clone.cell_id[0]),
    cell: [clone.cell_id[0], clone.cell_id[1]],
    cloneId: clone.clone_id,
    name: clone.name,
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

