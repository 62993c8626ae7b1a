/** Hashes as text, for comparing, for keys and for routes. */
import { decodeHashFromBase64, encodeHashToBase64 } from "@holochain/client";

const HASH_BYTES = 39;

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

export function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}

/** A few characters that tell two people of one name apart. */
export function fingerprint(agent: Uint8Array): string {
  return textOf(agent).slice(5, 10);
}
