/**
 * Why something did not happen, as a stable code.
 *
 * A code comes from the law (`E_FLOOR_CROSSED: sentence`, inside whatever text
 * the conductor wraps round it) or from this side of the wire. `refused` means
 * that nothing was written; `unknown` that the answer was lost, so only the
 * book itself can tell.
 */
export type Outcome = "refused" | "unknown";

/** Codes that arise between this page and the node. */
export const WIRE_CODES = [
  "E_NOT_CONNECTED",
  "E_NO_ANSWER",
  "E_NETWORK_STARTING",
  "E_NO_NODE",
  "E_CREDENTIALS",
  "E_UNEXPECTED",
] as const;

export class Refusal extends Error {
  readonly code: string;
  readonly outcome: Outcome;

  constructor(code: string, outcome: Outcome, detail: string) {
    super(detail);
    this.name = "Refusal";
    this.code = code;
    this.outcome = outcome;
  }
}

const CODE = /\b(E_[A-Z][A-Z_]*[A-Z]): ?([^"\\]*)/;
const LOST_ANSWER = /timed out|ClientClosedWithPendingRequests|client closed|Response canceled|WebsocketClosed/i;

/** Whether the conductor says that another commit came first: nothing was written, so trying again is safe. */
export function headMoved(error: unknown): boolean {
  return /HeadMoved|head has moved|head moved/i.test(describe(error));
}

/**
 * Whether the node has just started and has not reached its hub yet. The
 * conductor then gives up while it checks a page, before it writes it.
 */
export function networkStarting(error: unknown): boolean {
  return /before home relay URL is known/i.test(describe(error));
}

/** Whether the conductor no longer takes the credentials of this page. */
export function unauthorized(error: unknown): boolean {
  return /ZomeCallUnauthorized|Unauthorized|BadCapGrant|BadNonce|NoSigningCredentialsForCell|not authorized/i.test(
    describe(error),
  );
}

/** Names any failure. */
export function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const text = describe(error);
  const found = CODE.exec(text);
  if (found?.[1]) return new Refusal(found[1], "refused", (found[2] ?? "").trim());
  if (LOST_ANSWER.test(text)) return new Refusal("E_NO_ANSWER", "unknown", text);
  if (networkStarting(error)) return new Refusal("E_NETWORK_STARTING", "refused", text);
  if (headMoved(error)) return new Refusal("E_BUSY", "refused", text);
  return new Refusal("E_UNEXPECTED", "unknown", text);
}

function describe(error: unknown): string {
  if (error instanceof Error) return `${error.name}: ${error.message}`;
  if (typeof error === "string") return error;
  try {
    return JSON.stringify(error) ?? String(error);
  } catch {
    return String(error);
  }
}
