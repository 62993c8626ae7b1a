/**
 * What two gateways who share no node hand to each other, as text: see docs/lines.md, "Carrying messages".
 *
 * - `cc-line1:TO/BYTES.` a message for the village TO;
 * - `cc-agreed1:FROM/TO/SIGNATURE.` the gateway of FROM signs the terms of the line to TO.
 *
 * Villages are hashes as text, the rest is base64url without padding. The full stop ends it: so a text that was
 * cut is told from a whole one, and blanks that a mail program put in between are dropped.
 */
import { dnaOf, same, textOf } from "../conductor/hash";
import { Refusal } from "../conductor/refusal";
import type { LineMessage } from "../generated/api";

/** As the zome has it. */
const MESSAGE_MAX_BYTES = 1_024;
const SIGNATURE_BYTES = 64;
/** An outbox holds no more: 64 payments and as many answers. */
export const MESSAGES_MAX = 128;
/** Longer texts are not even searched; all of an outbox is shorter. */
export const TEXT_MAX_CHARS = 200_000;

const MESSAGE = /cc-line1:([\w\s-]{53,80})\/([\w\s-]{1,2000})\./g;
const AGREED = /cc-agreed1:([\w\s-]{53,80})\/([\w\s-]{53,80})\/([\w\s-]{86,120})\./;

export type MessageKind = "iou" | "receipt" | "refusal" | "other";

/** What a message is, by the name that its msgpack begins with: only to be shown. */
export function kindOf({ bytes }: LineMessage): MessageKind {
  const [map = 0, text = 0] = bytes;
  const name = map === 0x81 && text >> 5 === 5 ? String.fromCharCode(...bytes.slice(2, 2 + (text & 31))) : "";
  return name === "iou" || name === "receipt" || name === "refusal" ? name : "other";
}

export function messageText({ to, bytes }: LineMessage): string {
  return `cc-line1:${textOf(to)}/${base64url(bytes)}.`;
}

/** Every message in a text, in its order, for the village `here`. Throws {@link Refusal}: nothing is taken of what is not whole. */
export function findMessages(text: string, here: Uint8Array): LineMessage[] {
  checkLength(text);
  const begun = text.split("cc-line1:").length - 1;
  const found = [...text.matchAll(MESSAGE)].flatMap(([, to = "", body = ""]): LineMessage[] => {
    const [village, bytes] = [dnaOf(joined(to)), bytesOf(joined(body))];
    return village && bytes && bytes.length <= MESSAGE_MAX_BYTES ? [{ to: village, bytes }] : [];
  });
  if (begun === 0 || found.length !== begun) throw new Refusal("E_LINE_TEXT", "refused", `${found.length} of ${begun}`);
  if (found.length > MESSAGES_MAX) throw new Refusal("E_LINE_TEXT_LENGTH", "refused", `${found.length} of ${MESSAGES_MAX}`);
  const stray = found.find(({ to }) => !same(to, here));
  if (stray) throw new Refusal("E_LINE_ELSEWHERE", "refused", textOf(stray.to));
  return found;
}

export interface AgreedText {
  from: Uint8Array;
  to: Uint8Array;
  signature: Uint8Array;
}

export function agreedText({ from, to, signature }: AgreedText): string {
  return `cc-agreed1:${textOf(from)}/${textOf(to)}/${base64url(signature)}.`;
}

/** The signature in a text, by the gateway of `from` for the village `to`. Throws {@link Refusal}. */
export function findAgreed(text: string, from: Uint8Array, to: Uint8Array): Uint8Array {
  checkLength(text);
  const [, by = "", of = "", body = ""] = AGREED.exec(text) ?? [];
  const [signer, reader, signature] = [dnaOf(joined(by)), dnaOf(joined(of)), bytesOf(joined(body))];
  if (!signer || !reader || signature?.length !== SIGNATURE_BYTES) throw new Refusal("E_AGREED_TEXT", "refused", text.slice(0, 80));
  if (!same(signer, from) || !same(reader, to)) throw new Refusal("E_AGREED_ELSEWHERE", "refused", textOf(same(reader, to) ? signer : reader));
  return signature;
}

function checkLength(text: string): void {
  if (text.length > TEXT_MAX_CHARS) throw new Refusal("E_LINE_TEXT_LENGTH", "refused", `${text.length} of ${TEXT_MAX_CHARS}`);
}

const joined = (text: string) => text.replace(/\s+/g, "");

function base64url(bytes: Uint8Array): string {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Absent where it is not the one way to write some bytes. */
function bytesOf(text: string): Uint8Array | undefined {
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
    return base64url(bytes) === text ? bytes : undefined;
  } catch {
    return undefined;
  }
}
