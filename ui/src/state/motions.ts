/** What is asked of the village, in words; and what was typed, as a motion. */
import type { AgentPubKey } from "../conductor/conductor";
import type { BallotItem, Motion, PolicyTerms, Voting } from "../generated/api";
import { duration } from "./duration";
import { nameOr, percent, t, when } from "./words.svelte";

/** The law's limits that a form must keep. */
export const CONFIRMATIONS_MAX = 8;
export const VOTES_MAX = 32;
export const VOUCHERS_MAX = 8;

export type NameOf = (agent: AgentPubKey) => string | null | undefined;

/** One line that says what is asked. */
export function motionTitle(motion: Motion, nameOf: NameOf): string {
  if ("roll" in motion) {
    const [first, ...more] = motion.roll.changes;
    if (first && more.length === 0) return t(`motion.roll_${first.standing}`, { name: nameOr(nameOf(first.agent)) });
    if (first) return t("motion.roll_many", { n: more.length + 1 });
    return motion.roll.voting ? t("motion.voting") : t("motion.vouchers");
  }
  if ("policy" in motion) return t("motion.policy");
  if ("floor" in motion) return t("motion.floor", { name: nameOr(nameOf(motion.floor.agent)), floor: duration(motion.floor.floor_s) });
  if ("project" in motion) return t("motion.project", { name: motion.project.name });
  if ("dispute" in motion) return t("motion.dispute", { amount: duration(motion.dispute.give_back_s) });
  if ("line" in motion) return t("motion.line");
  if ("succession" in motion) return t("motion.succession", { name: nameOr(nameOf(motion.succession.lost)) });
  if ("make_good" in motion) {
    const { giver, amount_s } = motion.make_good;
    return t("motion.make_good", { name: nameOr(giver && nameOf(giver)), amount: duration(amount_s) });
  }
  return "dna" in motion ? t("motion.dna") : t("motion.coordinator");
}

export function votingRule(voting: Voting): string {
  if (voting.template === "council") return t("voting.council_rule", { n: voting.needed });
  if (voting.template === "consent") return t("voting.consent_rule", { n: voting.objections });
  return t(`voting.${voting.template}_rule`);
}

export interface Term {
  label: string;
  value: string;
  /** What is in force, where that is something else. */
  now?: string;
}

/** A policy line by line, each beside what is in force. */
export function policyTerms(terms: PolicyTerms, now: PolicyTerms | null, nameOf: NameOf): Term[] {
  const before = now && lines(now, nameOf);
  return lines(terms, nameOf).map(({ label, value }, i) => {
    const was = before?.[i]?.value;
    return was === undefined || was === value ? { label, value } : { label, value, now: was };
  });
}

function lines(terms: PolicyTerms, nameOf: NameOf): Term[] {
  const held = (who: PolicyTerms["state"]) =>
    who ? t("policy.held_by", { name: nameOr(nameOf(who.holder)), until: when(who.until_us) }) : t("policy.nobody");
  return [
    { label: t("policy.state_levy"), value: percent(terms.levies.state_bp) },
    { label: t("policy.community_levy"), value: percent(terms.levies.community_bp) },
    { label: t("policy.floor"), value: duration(terms.floor_s) },
    { label: t("policy.exposure"), value: duration(terms.exposure_s) },
    {
      label: t("policy.probation"),
      value: terms.probation
        ? t("policy.probation_value", {
            start: duration(terms.probation.start_s),
            each: duration(terms.probation.per_deposit_s),
            share: percent(terms.probation.received_bp),
          })
        : t("policy.probation_none"),
    },
    { label: t("policy.payments"), value: terms.payments_levied ? t("policy.payments_levied") : t("policy.payments_free") },
    { label: t("policy.state_holder"), value: held(terms.state) },
    { label: t("policy.community_holder"), value: held(terms.community) },
  ];
}

/** What a ballot still lacks. */
export function missing(ballot: { needed: number }, yes: number): number {
  return Math.max(0, ballot.needed - yes);
}

/** Whether a no of this ballot stops it and so needs its reason. */
export function objects(voting: Voting): boolean {
  return voting.template === "consent";
}

export function waitsForMe(ballot: BallotItem): boolean {
  return ballot.state === "open" && ballot.may_vote;
}

/** The end of a term of so many months from now, at midnight after its last day. */
export function termEnd_us(now_ms: number, months: number): number {
  const now = new Date(now_ms);
  return new Date(now.getFullYear(), now.getMonth() + months, now.getDate() + 1).getTime() * 1_000;
}

/** A whole number as typed, within its bounds; absent otherwise. */
export function typedCount(text: string, least: number, most: number): number | undefined {
  const typed = /^\d{1,4}$/.test(text.trim()) ? Number(text) : undefined;
  return typed !== undefined && typed >= least && typed <= most ? typed : undefined;
}
