/** What a payment to another village comes to, as rows: a label, and whole seconds or words. */
import type { Split } from "../generated/api";
import { t } from "../state/words.svelte";

export interface QuoteRow {
  label: string;
  /** Whole seconds, or what stands there instead. */
  says: number | string;
  /** What one looks for first: given, and arrived. */
  whole?: boolean;
  /** Where another village begins. */
  begins?: boolean;
}

/** What is given and what the giver's own village makes of it. */
export function givenRows(amount_s: number, split: Split, village: string): QuoteRow[] {
  return [
    { label: t("across.you_give"), says: amount_s, whole: true },
    ...levyRows(split, village),
    { label: t("across.over"), says: split.receiver_s },
  ];
}

/** What a village keeps. */
export function levyRows({ state_s, community_s }: Pick<Split, "state_s" | "community_s">, village: string): QuoteRow[] {
  return [
    { label: t("across.state_here", { village }), says: state_s },
    { label: t("across.community_here", { village }), says: community_s },
  ];
}

export function arrivesRow(receiver_s: number, name: string | undefined): QuoteRow {
  return { label: name ? t("across.arrives_at", { name }) : t("across.arrives"), says: receiver_s, whole: true };
}
