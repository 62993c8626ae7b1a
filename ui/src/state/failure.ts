/** A failure in the reader's words: what happened and what to do. */
import { toRefusal, type Outcome } from "../conductor/refusal";
import { hasMessage, t } from "./words.svelte";

export interface Failure {
  code: string;
  text: string;
  /** What was said in the first place, for whoever helps. */
  detail: string;
  outcome: Outcome;
}

export function failure(error: unknown): Failure {
  const { code, message, outcome } = toRefusal(error);
  const key = `refusal.${code}`;
  // A code of a newer node: its own sentence is better than none.
  const text = hasMessage(key) ? t(key) : t("refusal.other", { sentence: message });
  return { code, text, detail: message, outcome };
}
