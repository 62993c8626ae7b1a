/**
 * What a member tells the steward who is to witness the end of their book: whose
 * book it is, and its last page. Two hashes as text, among other words.
 */
import type { ActionHash, AgentPubKey } from "@holochain/client";
import { hashOf, textOf } from "../conductor/hash";

export interface ClosedNote {
  author: AgentPubKey;
  closing: ActionHash;
}

const AGENT = /uhCAk[A-Za-z0-9_-]{48}/;
const ACTION = /uhCkk[A-Za-z0-9_-]{48}/;
/** Longer texts are not even searched. */
const TEXT_MAX_CHARS = 20_000;

export function closedNote({ author, closing }: ClosedNote): string {
  return `${textOf(author)} ${textOf(closing)}`;
}

export function findClosedNote(text: string): ClosedNote | undefined {
  if (text.length > TEXT_MAX_CHARS) return undefined;
  const author = hashOf(AGENT.exec(text)?.[0] ?? "");
  const closing = hashOf(ACTION.exec(text)?.[0] ?? "");
  return author && closing ? { author, closing } : undefined;
}

/** A witness among other words; mail programs may have broken its line. */
export function findWitness(text: string): string | undefined {
  if (text.length > TEXT_MAX_CHARS) return undefined;
  const found = /cw1:[A-Za-z0-9_\s-]+/.exec(text)?.[0].replace(/\s+/g, "");
  return found && found.length > "cw1:".length ? found : undefined;
}
