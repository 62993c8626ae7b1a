/** Hashes as text, for comparing, for keys and for routes. */
import { decodeHashFromBase64, encodeHashToBase64 } from "@holochain/client";

const HASH_BYTES = 39;
/** How the texts of a DNA hash and of an agent's key begin. */
const DNA_TEXT = "uhC0k";
const AGENT_TEXT = "uhCAk";

export const textOf = (hash: Uint8Array): string => encodeHashToBase64(hash);

/** A hash out of its text; absent when it is none. */
export function hashOf(text: string): Uint8Array | undefined {
  try {
    const hash = decodeHashFromBase64(text);
    return hash.length === HASH_BYTES ? hash : undefined;
  } catch {
    return undefined;
  }
}

/** The 32 bytes that follow a hash's type, in hexadecimal: how a charter names keys and villages. */
export function coreOf(hash: Uint8Array): string {
  return [...hash.slice(3, 35)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The bytes of its hash by which a cheque names its village (docs/cheque-format.md). */
const TAG_BYTES = 8;

/**
 * Whether two villages are told apart by their hashes and not by what a cheque says of them. Whoever founds both can make
 * them so, by trying some four thousand million seeds; and who gives in both has then signed two cheques for one page.
 */
export function areTwins(one: Uint8Array, other: Uint8Array): boolean {
  const tag = (hash: Uint8Array) => hash.slice(3, 3 + TAG_BYTES);
  return !same(one, other) && same(tag(one), tag(other));
}

/** The hash of a village's DNA out of its text; absent when it is none. */
export function dnaOf(text: string): Uint8Array | undefined {
  const trimmed = text.trim();
  return trimmed.startsWith(DNA_TEXT) ? hashOf(trimmed) : undefined;
}

/** An agent's key out of its text; absent when it is none. */
export function agentOf(text: string): Uint8Array | undefined {
  const trimmed = text.trim();
  return trimmed.startsWith(AGENT_TEXT) ? hashOf(trimmed) : undefined;
}

export function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}

/** A few characters that tell two people of one name apart. */
export function fingerprint(agent: Uint8Array): string {
  return textOf(agent).slice(5, 10);
}
