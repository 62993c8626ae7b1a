/**
 * The few questions to our own node, beside the conductor. Inside packaged
 * runtimes nobody answers them: there the runtime signs by itself.
 */
import {
  encodeHashToBase64,
  isTauriHolochain,
  setSigningCredentials,
  type CellId,
} from "@holochain/client";
import type { NodeFacts, Parcels } from "./conductor";
import { Refusal } from "./refusal";

interface CellCredentials {
  cap_secret: string;
  signing_key: string;
  key_pair: { public_key: string; private_key: string; key_type: "ed25519" };
}

const granted = new Map<string, Promise<void>>();

/** Credentials of a node that went away may not be those of the one that comes back. */
export function forgetCredentials(): void {
  granted.clear();
}

/** Sees that calls to this cell are signed: by the runtime, or with credentials from our node. */
export function authorize(cell: CellId): Promise<void> {
  if (runtimeSigns()) return Promise.resolve();
  const key = `${encodeHashToBase64(cell[0])} ${encodeHashToBase64(cell[1])}`;
  const known = granted.get(key);
  if (known) return known;
  const asking = askCredentials(cell).catch((error: unknown) => {
    granted.delete(key);
    throw error;
  });
  granted.set(key, asking);
  return asking;
}

/** Packaged runtimes put their signer here; the client looks in the same place. */
export function runtimeSigns(): boolean {
  return "__HC_ZOME_CALL_SIGNER__" in window || isTauriHolochain();
}

async function askCredentials(cell: CellId): Promise<void> {
  const cell_id = [encodeHashToBase64(cell[0]), encodeHashToBase64(cell[1])];
  const credentials = await ask<CellCredentials>("api/credentials", { cell_id });
  setSigningCredentials(cell, {
    capSecret: bytes(credentials.cap_secret),
    signingKey: bytes(credentials.signing_key),
    keyPair: {
      publicKey: bytes(credentials.key_pair.public_key),
      privateKey: bytes(credentials.key_pair.private_key),
      keyType: credentials.key_pair.key_type,
    },
  });
}

/** The node's facts; none inside packaged runtimes. */
export async function nodeFacts(): Promise<NodeFacts | null> {
  if (runtimeSigns()) return null;
  return ask<NodeFacts>("api/node");
}

/** Stores the hubs that an invitation names, so that this node meets the village there. */
export async function meetAt(hubs: string[]): Promise<void> {
  if (runtimeSigns()) return;
  const known = (await nodeFacts())?.hubs ?? [];
  for (const url of hubs.filter((hub) => !known.includes(hub))) {
    await ask("api/hub", { url });
  }
}

/** Parcels are the node's own work: inside packaged runtimes nobody packs them. */
export const parcels: Parcels = {
  pack: (village, days) => askNode(`api/parcel?${new URLSearchParams({ village, days: String(days) })}`),
  takeFrame: (frame) => askNode("api/parcel/frame", { frame }),
  takeFile: (file) => askNode("api/parcel", { file }),
};

async function askNode<T>(path: string, body?: unknown): Promise<T> {
  if (runtimeSigns()) throw new Refusal("E_NO_NODE", "refused", "a packaged runtime has no node of ours");
  return ask<T>(path, body);
}

/** Whether a node answers here that does not know this page: it was started anew. */
export async function strangerAnswers(): Promise<boolean> {
  if (runtimeSigns()) return false;
  try {
    await ask("api/node");
    return false;
  } catch (error) {
    return error instanceof Refusal && error.code === "E_NOT_YOU";
  }
}

async function ask<T>(path: string, body?: unknown): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      cache: "no-store",
      ...(body === undefined
        ? {}
        : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
  } catch (error) {
    // Nothing on the ledger depends on these questions, so nothing happened.
    throw new Refusal("E_NO_NODE", "refused", String(error));
  }
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok && answer !== null) return answer as T;
  throw refusalIn(answer) ?? new Refusal("E_CREDENTIALS", "refused", `${path}: HTTP ${response.status}`);
}

function refusalIn(answer: unknown): Refusal | undefined {
  const error = (answer as { error?: { code?: unknown; message?: unknown } } | null)?.error;
  return typeof error?.code === "string" ? new Refusal(error.code, "refused", String(error.message ?? "")) : undefined;
}

function bytes(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}
