/**
 * What the rest of the UI knows of Holochain: these shapes and nothing else.
 * `holochain.ts` is the one that speaks to a conductor.
 */
import type { ActionHash, AgentPubKey, CellId, DnaHash } from "@holochain/client";
import type {
  Activity,
  Advised,
  AdviseInput,
  Agreed,
  AppealRef,
  BallotCount,
  BallotRef,
  Ballots,
  BallotsInput,
  BookRoundInput,
  CarryInput,
  Cheque,
  ChequeInput,
  ChequeItem,
  ChequeRead,
  Cheques,
  ChequesSettled,
  CloseInput,
  Closing,
  Confirmed,
  DeclineInput,
  Disputed,
  DisputeInput,
  DisputeItem,
  Disputes,
  DoubleSpends,
  DraftInput,
  Floors,
  FloorsInput,
  FundLines,
  FundLinesInput,
  FundRef,
  Funds,
  GiveBackInput,
  GuardiansNamed,
  GuardInput,
  HandOverInput,
  Inbox,
  Invitation,
  InviteInput,
  Joining,
  LabourRef,
  LineMessage,
  LineMessages,
  LineStatement,
  LineStatementInput,
  LineWork,
  ListInput,
  LostInput,
  MakeGoodInput,
  Members,
  NeighbourRef,
  Nominated,
  NominateInput,
  Noted,
  OpenInput,
  PayAcrossInput,
  PayInput,
  PayLabourInput,
  ProfileInput,
  ProfileRef,
  ProfileSet,
  ProfileShown,
  ProjectInput,
  ProjectPage,
  Projects,
  ProofText,
  Proposed,
  ProposeInput,
  Quote,
  QuoteAcross,
  QuoteAcrossInput,
  QuoteInput,
  RefuseInput,
  ReportInput,
  Requested,
  RequestInput,
  RequestRef,
  RoundInput,
  RoundSigned,
  Signal,
  Standing,
  SucceedInput,
  SuccessionItem,
  SweepDone,
  SweepInput,
  TakeChequeInput,
  TakeLineInput,
  TransferRef,
  Treasury,
  TrustLines,
  VoteInput,
  Votes,
  VotesInput,
  Vouching,
  Witnessed,
  Ways,
  WitnessInput,
  Worked,
  WorkInput,
  Written,
} from "../generated/api";

/** `absent`: this page was not opened from a node. `lost`: the node refuses this page's token. */
export type Link = "connecting" | "connected" | "reconnecting" | "absent" | "lost";

/** A village that this app has a cell for. */
export interface VillageCell {
  /** The DNA hash as text: names the village in routes and in memory. */
  key: string;
  cell: CellId;
  cloneId: string;
  /** The name in the charter. */
  name: string;
}

/** Facts about the node; absent inside packaged runtimes. */
export interface NodeFacts {
  version: string;
  /** The hash of the DNA as packed: the common law of its villages. */
  dna_hash: string;
  /** Addresses where the village's nodes meet, the one in use first. */
  hubs: string[];
  /** Whether the hub in use is this node's own, which others do not reach. */
  own_hub: boolean;
  /** Other nodes that this one knows an address of. */
  peers: number;
}

/** The news of a village, packed by our node for another one. */
export interface Parcel {
  /** The DNA hash as text, and the name in the charter. */
  village: string;
  name: string;
  /** How many operations of the network are in it, and how many older ones had no room. */
  operations: number;
  left_out: number;
  bytes: number;
  /** What it is cut into. */
  fragments: number;
  /** Texts of codes, to be shown in a circle: each fragment, then as many sums of several. */
  frames: string[];
  /** The same as a file, in base64url. */
  file: string;
}

/** What our node took in; its law judges each operation as if it had come over the network. */
export type ParcelTaken = Pick<Parcel, "village" | "name" | "operations">;

/** How far a parcel that is read frame by frame has come. */
export interface ParcelProgress {
  /** Frames that told something new; so many as there are fragments are enough. */
  known: number;
  fragments: number;
  taken: ParcelTaken | null;
}

/** News that travel without a network. */
export interface Parcels {
  /** What was written in a village in the last days, of 1 to 36,500. */
  pack(village: string, days: number): Promise<Parcel>;
  /** Hands one frame in; with a frame of another parcel the node begins anew. */
  takeFrame(frame: string): Promise<ParcelProgress>;
  /** Hands a whole file in, in base64url. */
  takeFile(file: string): Promise<ParcelTaken>;
}

/** Steps of founding and joining, in order. */
export type Step = "read" | "clone" | "open";

export interface VillageApi {
  open(input: OpenInput): Promise<Standing>;
  standing(): Promise<Standing>;
  writeInvitation(input: InviteInput): Promise<Invitation>;
  vouch(input: Invitation): Promise<Vouching>;
  quote(input: QuoteInput): Promise<Quote>;
  members(input: ListInput): Promise<Members>;
  profile(input: ProfileRef): Promise<ProfileShown>;
  setProfile(input: ProfileInput): Promise<ProfileSet>;
  funds(input: ListInput): Promise<Funds>;
  pay(input: PayInput): Promise<Written>;
  request(input: RequestInput): Promise<Requested>;
  accept(input: RequestRef): Promise<Written>;
  refuse(input: RefuseInput): Promise<void>;
  withdraw(input: RequestRef): Promise<void>;
  dismiss(input: RequestRef): Promise<void>;
  inbox(input: ListInput): Promise<Inbox>;
  hiddenInbox(input: ListInput): Promise<Inbox>;
  deposit(input: TransferRef): Promise<Written>;
  decline(input: DeclineInput): Promise<Written>;
  reclaim(input: TransferRef): Promise<Written>;
  cheque(input: TransferRef): Promise<Cheque>;
  readCheque(input: ChequeInput): Promise<ChequeRead>;
  takeCheque(input: TakeChequeInput): Promise<ChequeItem>;
  cheques(input: ListInput): Promise<Cheques>;
  settleCheques(): Promise<ChequesSettled>;
  activity(input: ListInput): Promise<Activity>;
  propose(input: ProposeInput): Promise<Proposed>;
  ballots(input: BallotsInput): Promise<Ballots>;
  ballot(input: BallotRef): Promise<BallotCount>;
  votes(input: VotesInput): Promise<Votes>;
  vote(input: VoteInput): Promise<Written>;
  decide(input: BallotRef): Promise<Closing>;
  floors(input: FloorsInput): Promise<Floors>;
  takeFloor(): Promise<Written>;
  treasury(): Promise<Treasury>;
  hold(input: FundRef): Promise<Written>;
  sweep(input: SweepInput): Promise<SweepDone>;
  handOver(input: HandOverInput): Promise<Written>;
  fundLines(input: FundLinesInput): Promise<FundLines>;
  projects(input: ListInput): Promise<Projects>;
  project(input: ProjectInput): Promise<ProjectPage>;
  work(input: WorkInput): Promise<Worked>;
  confirm(input: LabourRef): Promise<Confirmed>;
  payLabour(input: PayLabourInput): Promise<Written>;
  dispute(input: DisputeInput): Promise<Disputed>;
  nominate(input: NominateInput): Promise<Nominated>;
  advise(input: AdviseInput): Promise<Advised>;
  giveBack(input: GiveBackInput): Promise<Written>;
  disputes(input: ListInput): Promise<Disputes>;
  disputeAbout(input: TransferRef): Promise<DisputeItem>;
  close(input: CloseInput): Promise<Written>;
  witness(input: WitnessInput): Promise<Witnessed>;
  carry(input: CarryInput): Promise<Standing>;
  lines(input: ListInput): Promise<TrustLines>;
  agreeLine(input: NeighbourRef): Promise<Agreed>;
  takeLine(input: TakeLineInput): Promise<Written>;
  ways(input: NeighbourRef): Promise<Ways>;
  quoteAcross(input: QuoteAcrossInput): Promise<QuoteAcross>;
  payAcross(input: PayAcrossInput): Promise<Written>;
  lineWork(): Promise<LineWork>;
  outbox(): Promise<LineMessages>;
  takeMessage(input: LineMessage): Promise<LineMessages>;
  lineStatement(input: LineStatementInput): Promise<LineStatement>;
  signClearing(input: RoundInput): Promise<RoundSigned>;
  bookClearing(input: BookRoundInput): Promise<Written>;
  reportDoubleSpend(input: ReportInput): Promise<Noted>;
  takeDoubleSpend(input: ProofText): Promise<Noted>;
  noteEnds(): Promise<Noted>;
  doubleSpends(input: ListInput): Promise<DoubleSpends>;
  makeGood(input: MakeGoodInput): Promise<Written>;
  guardians(): Promise<GuardiansNamed>;
  nameGuardians(input: GuardInput): Promise<Written>;
  askSuccession(input: LostInput): Promise<Requested>;
  vouchSuccession(input: AppealRef): Promise<Written>;
  succession(input: LostInput): Promise<SuccessionItem>;
  succeed(input: SucceedInput): Promise<Standing>;
}

export interface Conductor {
  readonly parcels: Parcels;
  /** Connects, and keeps connecting for ever; `onLink` tells how it goes. */
  start(): void;
  onLink(listener: (link: Link) => void): void;
  onSignal(listener: (villageKey: string, signal: Signal) => void): void;
  /** The villages of this app whose cells are enabled. */
  villages(): Promise<VillageCell[]>;
  village(cell: VillageCell): VillageApi;
  node(): Promise<NodeFacts | null>;
  /** Stores the hubs that an invitation names. */
  meetAt(hubs: string[]): Promise<void>;
  /** Founds a village and opens the founder's book; after `predecessor` (32 bytes in hex) only the village. */
  found(draft: DraftInput, myName: string, step: (step: Step) => void, predecessor?: string): Promise<VillageCell>;
  readInvitation(text: string): Promise<Joining>;
  /** Joins the village of an invitation and opens the joiner's book, unless it goes on for another village. */
  join(joining: Joining, myName: string, step: (step: Step) => void): Promise<VillageCell>;
}

export type { ActionHash, AgentPubKey, DnaHash };
