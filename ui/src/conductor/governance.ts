/**
 * TO BE REPLACED by generated types: written by hand after `crates/api` of the
 * branch `governance`, under the names that ts-rs will give. When
 * `src/generated/api.ts` has them, this file goes and its importers name that one.
 */
import type { ActionHash, AgentPubKey, DnaHash } from "@holochain/client";
import type * as Was from "../generated/api";

export * from "../generated/api";

/** A common treasury. */
export type Fund = "state" | "community";

/** Somebody's place on the roll; whoever is not on it is a guest. */
export type RollStanding = "member" | "steward" | "suspended" | "left";

/** Yes, or no with a reason. */
export type Choice = "yes" | { no: { reason: string } };

/** How a newcomer's floor comes down. */
export type Probation = {
  /** The floor to begin with, in seconds (zero or less). */
  start_s: Was.Seconds;
  /** By how much each deposit lowers it, in seconds. */
  per_deposit_s: Was.Seconds;
  /** Which share of what was received lowers it, at most the whole. */
  received_bp: Was.BasisPoints;
};

/** Who holds a fund, and until when. */
export type Appointed = { holder: AgentPubKey; until_us: number };

/** The rates and limits of a policy. */
export type PolicyTerms = {
  levies: Was.Levies;
  floor_s: Was.Seconds;
  exposure_s: Was.Seconds;
  probation: Probation | null;
  payments_levied: boolean;
  state: Appointed | null;
  community: Appointed | null;
};

/** The newest adopted policy that this node knows. */
export type PolicyInForce = { version: number; decision: ActionHash | null; terms: PolicyTerms };

/** The newest roll that this node knows. */
export type RollInForce = {
  number: number;
  decision: ActionHash | null;
  /** How many vote in a ballot of all: members and stewards. */
  members: number;
  stewards: number;
  voting: Was.Voting;
  vouchers: number;
  /** How many have a vote under this voting rule. */
  electorate: number;
  needed: number;
  /** The caller on it; absent for a guest. */
  mine: RollStanding | null;
};

export type Book = Was.Book & { /** Nothing more can be written in it. */ closed: boolean };

export type Standing = Omit<Was.Standing, "book"> & { policy: PolicyInForce; roll: RollInForce; book: Book | null };

export type Member = Was.Member & { standing: RollStanding | null };

export type Members = Omit<Was.Members, "members"> & { members: Array<Member> };

export type InboxKind = Was.InboxKind | "fund_handed_over" | "disputed" | "nominated";

export type InboxItem = Omit<Was.InboxItem, "kind"> & { kind: InboxKind };

export type Inbox = { items: Array<InboxItem>; next: number | null };

export type ActivityKind =
  | Was.ActivityKind
  | "voted"
  | "floor_taken"
  | "fund_opened"
  | "swept"
  | "paid_labour"
  | "handed_over"
  | "taken_over"
  | "closed"
  | "carried";

export type ActivityItem = Omit<Was.ActivityItem, "kind"> & {
  kind: ActivityKind;
  /** The transfer that it is about: the page itself for a gift. */
  transfer: ActionHash | null;
  /** The transfer that this one corrects. */
  corrects: ActionHash | null;
  dispute: DisputeState | null;
};

export type Activity = { items: Array<ActivityItem>; next: number | null };

/** One person's new standing on the roll. */
export type RollMove = { agent: AgentPubKey; standing: RollStanding };

/** What is asked of the roll. */
export type Motion =
  | { roll: { changes: Array<RollMove>; voting: Was.Voting | null; vouchers: number | null } }
  | { policy: { terms: PolicyTerms } }
  | { floor: { agent: AgentPubKey; floor_s: Was.Seconds } }
  | { project: { name: string; purpose: string; fund: Fund; budget_s: Was.Seconds; confirmations: number } }
  | { dispute: { transfer: ActionHash; give_back_s: Was.Seconds } }
  | { dna: { dna: DnaHash; note: string } }
  | { coordinator: { sha256: string; note: string } }
  | { line: { village: DnaHash; gateway: AgentPubKey; limit_s: Was.Seconds } }
  | { succession: { lost: AgentPubKey; heir: AgentPubKey } };

export type BallotKind = "roll" | "policy" | "floor" | "project" | "line" | "dispute" | "code" | "succession";

export type BallotState = "open" | "adopted" | "failed" | "overtaken";

export type ProposeInput = { motion: Motion; reason: string; /** Take a number after every ballot on the same subject. */ overtake: boolean };

export type Proposed = { proposal: ActionHash; number: number };

export type BallotsInput = { kind: BallotKind | null; state: BallotState | null; cursor: number | null; limit: number };

/** A proposal and what became of it. */
export type BallotItem = {
  proposal: ActionHash;
  kind: BallotKind;
  motion: Motion;
  number: number;
  /** The number of the roll that is asked. */
  roll: number;
  reason: string;
  proposer: AgentPubKey;
  proposer_name: string | null;
  state: BallotState;
  decision: ActionHash | null;
  /** How many are known to have voted. */
  voices: number;
  electorate: number;
  needed: number;
  /** Whether the caller has a vote in it and has not used it. */
  may_vote: boolean;
  mine: Choice | null;
  time_us: number;
};

export type Ballots = { items: Array<BallotItem>; next: number | null };

export type BallotRef = { proposal: ActionHash };

/** A ballot with its votes counted one by one. */
export type BallotCount = {
  ballot: BallotItem;
  yes: number;
  no: number;
  /** How many voted for a rival with the same number. */
  elsewhere: number;
  /** Whether `decide` would close it now. */
  closable: boolean;
};

export type VotesInput = { proposal: ActionHash; cursor: number | null; limit: number };

export type VoteItem = { voter: AgentPubKey; voter_name: string | null; choice: Choice | null; page: ActionHash | null };

export type Votes = { items: Array<VoteItem>; next: number | null };

export type VoteInput = { proposal: ActionHash; choice: Choice };

export type Closing = { decision: ActionHash; adopted: boolean };

export type FloorsInput = { agent: AgentPubKey | null; cursor: number | null; limit: number };

export type FloorItem = {
  agent: AgentPubKey;
  agent_name: string | null;
  number: number;
  floor_s: Was.Seconds;
  decision: ActionHash;
  /** Whether the newest page known of that book has it, or a newer one. */
  taken: boolean;
  time_us: number;
};

export type Floors = { items: Array<FloorItem>; next: number | null };

/** An adopted project. */
export type ProjectItem = {
  project: ActionHash;
  decision: ActionHash;
  name: string;
  purpose: string;
  fund: Fund;
  holder: AgentPubKey;
  holder_name: string | null;
  budget_s: Was.Seconds;
  spent_s: Was.Seconds;
  left_s: Was.Seconds;
  confirmations: number;
  time_us: number;
};

export type Projects = { items: Array<ProjectItem>; next: number | null };

export type ProjectInput = { project: ActionHash; cursor: number | null; limit: number };

/** Hours that somebody worked on a project, by their own word. */
export type LabourItem = {
  labour: ActionHash;
  /** Absent if they did not agree to be shown, but for themselves and the holder. */
  worker: AgentPubKey | null;
  worker_name: string | null;
  mine: boolean;
  seconds: Was.Seconds;
  words: string | null;
  confirmed_by: number;
  confirmed_by_me: boolean;
  paid: ActionHash | null;
  paid_s: Was.Seconds;
  time_us: number;
};

export type ProjectPage = { item: ProjectItem; labours: number; work: Array<LabourItem>; next: number | null };

export type WorkInput = { project: ActionHash; seconds: Was.Seconds; words: string; shown: boolean };

export type Worked = { labour: ActionHash };

export type LabourRef = { labour: ActionHash };

export type Confirmed = { confirmation: ActionHash };

export type PayLabourInput = { labour: ActionHash; amount_s: Was.Seconds | null };

export type FundRef = { fund: Fund };

export type SweepInput = { fund: Fund; cursor: number | null };

export type SweepDone = { written: Was.Written | null; members: number; swept_s: Was.Seconds; next: number | null };

export type HandOverInput = { fund: Fund };

/** A fund in one book. */
export type FundHeld = {
  holder: AgentPubKey;
  holder_name: string | null;
  /** Whether the policy in force names them. */
  appointed: boolean;
  until_us: number | null;
  /** Whether their book has opened the fund. */
  held: boolean;
  balance_s: Was.Seconds;
  page: ActionHash | null;
};

/** Both funds, the present holder first. */
export type Treasury = { state: Array<FundHeld>; community: Array<FundHeld> };

export type FundLinesInput = { fund: Fund; holder: AgentPubKey; cursor: number | null; limit: number };

export type FundLineKind = "opened" | "swept" | "paid" | "handed_over" | "taken_over" | "returned";

export type FundLine = {
  page: ActionHash;
  kind: FundLineKind;
  amount_s: Was.Seconds;
  counterpart: AgentPubKey | null;
  counterpart_name: string | null;
  /** On a sweep: from how many members. */
  members: number;
  balance_s: Was.Seconds;
  time_us: number;
};

export type FundLines = { items: Array<FundLine>; next: number | null };

export type DisputeInput = { transfer: ActionHash; reason: string };

export type Disputed = { dispute: ActionHash };

export type NominateInput = { dispute: ActionHash; mediator: AgentPubKey; words: string };

export type Nominated = { nomination: ActionHash };

export type AdviseInput = { dispute: ActionHash; give_back_s: Was.Seconds; words: string };

export type Advised = { opinion: ActionHash };

export type GiveBackInput = { transfer: ActionHash; amount_s: Was.Seconds; words: string; seen?: number };

export type DisputeState = "open" | "mediated" | "advised" | "decided" | "settled";

export type Statement = { dispute: ActionHash; author: AgentPubKey; words: string | null; time_us: number };

export type NominationItem = {
  nomination: ActionHash;
  dispute: ActionHash;
  by: AgentPubKey;
  mediator: AgentPubKey;
  mediator_name: string | null;
  words: string | null;
};

export type OpinionItem = { opinion: ActionHash; mediator: AgentPubKey; give_back_s: Was.Seconds; words: string | null };

/** A disputed transfer and all that was said about it. */
export type DisputeItem = {
  transfer: ActionHash;
  giver: AgentPubKey;
  giver_name: string | null;
  receiver: AgentPubKey;
  receiver_name: string | null;
  amount_s: Was.Seconds;
  state: DisputeState;
  statements: Array<Statement>;
  nominations: Array<NominationItem>;
  opinions: Array<OpinionItem>;
  proposal: ActionHash | null;
  decided_s: Was.Seconds | null;
  corrections: Array<ActionHash>;
  given_back_s: Was.Seconds;
};

export type Disputes = { items: Array<DisputeItem>; next: number | null };

export type CloseInput = { decision: ActionHash | null };
