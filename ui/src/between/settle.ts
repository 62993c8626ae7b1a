/**
 * Rounds of clearing and line statements as text: the JSON of docs/clearing.md, byte strings in lower-case hexadecimal.
 * A round is handed on with the signatures it has: whoever takes it adds theirs, until all are there.
 */
import { Refusal } from "../conductor/refusal";
import { AMOUNT_MAX_S, type LineStatement, type Round, type RoundLine, type RoundSigned } from "../generated/api";

/** As the law has it (rule 78). */
const ROUND_LINES_MIN = 3;
const ROUND_LINES_MAX = 64;
/** What people can sign, and what a phone can hold. */
export const ROUNDS_MAX = 200;
export const TEXT_MAX_CHARS = 4_000_000;
/** How deep plans, lists and bundles lie in each other. */
const DEPTH_MAX = 4;
const ID_BYTES = 32;
const SIGNATURE_BYTES = 64;

export interface RoundKept {
  round: Round;
  /** One for each village at most. */
  signatures: RoundSigned[];
}

/** One line of a round as a village sees it; villages in hexadecimal. */
export interface OwnEnd {
  neighbour: string;
  owes: boolean;
  /** What this village counts less, in its seconds. */
  here_s: number;
}

export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Every round in a text: what `commons-credit clear` prints, a round alone, a round with signatures, or lists of them. Throws {@link Refusal}. */
export function findRounds(text: string): RoundKept[] {
  const found: RoundKept[] = [];
  collect(parsed(text, "E_ROUND_TEXT"), found, 0);
  if (found.length === 0) throw new Refusal("E_ROUND_TEXT", "refused", text.slice(0, 80));
  return merged([], found);
}

/** What is kept, with what was found: the same round once, with the signatures of both. */
export function merged(kept: readonly RoundKept[], found: readonly RoundKept[]): RoundKept[] {
  const all = new Map<string, RoundKept>();
  for (const one of [...kept, ...found]) {
    const before = all.get(keyOf(one.round));
    const signatures = new Map([...(before?.signatures ?? []), ...one.signatures].map((signed) => [hexOf(signed.village), signed]));
    all.set(keyOf(one.round), { round: before?.round ?? one.round, signatures: [...signatures.values()] });
  }
  if (all.size > ROUNDS_MAX) throw new Refusal("E_ROUND_TEXT_LENGTH", "refused", `${all.size} of ${ROUNDS_MAX}`);
  return [...all.values()];
}

/** The same for the same round. */
export function keyOf(round: Round): string {
  return JSON.stringify(plain(round));
}

export function roundText({ round, signatures }: RoundKept): string {
  return JSON.stringify({ round: plain(round), signatures: signatures.map(plain) }, null, 1);
}

/** Villages of a round, ascending, in hexadecimal: each has one gateway, who signs. */
export function villagesOf({ lines }: Round): string[] {
  return [...new Set(lines.flatMap(({ debtor, creditor }) => [hexOf(debtor), hexOf(creditor)]))].sort();
}

export function missingIn({ round, signatures }: RoundKept): string[] {
  const signed = new Set(signatures.map(({ village }) => hexOf(village)));
  return villagesOf(round).filter((village) => !signed.has(village));
}

export function ownEnds({ lines }: Round, here: string): OwnEnd[] {
  return lines.flatMap((line): OwnEnd[] => {
    const [debtor, creditor] = [hexOf(line.debtor), hexOf(line.creditor)];
    if (debtor === here) return [{ neighbour: creditor, owes: true, here_s: line.freed_s }];
    return creditor === here ? [{ neighbour: debtor, owes: false, here_s: line.given_up_s }] : [];
  });
}

/** As `commons-credit clear` reads it, once both have signed. */
export function statementText(statement: LineStatement): string {
  // Without line breaks it fits into one code.
  return JSON.stringify(plain(statement));
}

/** The statement in a text. Throws {@link Refusal}. */
export function findStatement(text: string): LineStatement {
  const value = parsed(text, "E_STATEMENT_TEXT");
  const read = reader(value, "E_STATEMENT_TEXT");
  const second = (value as { creditor_signature?: unknown }).creditor_signature;
  return {
    debtor: read.bytes("debtor", ID_BYTES),
    creditor: read.bytes("creditor", ID_BYTES),
    debtor_gateway: read.bytes("debtor_gateway", ID_BYTES),
    creditor_gateway: read.bytes("creditor_gateway", ID_BYTES),
    number: read.whole("number", Number.MAX_SAFE_INTEGER),
    amount_s: read.whole("amount_s", AMOUNT_MAX_S * 1_000),
    debtor_signature: read.bytes("debtor_signature", SIGNATURE_BYTES),
    creditor_signature: second === null || second === undefined ? null : read.bytes("creditor_signature", SIGNATURE_BYTES),
  };
}

function collect(value: unknown, found: RoundKept[], depth: number): void {
  if (depth > DEPTH_MAX || typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    for (const one of value) collect(one, found, depth + 1);
    return;
  }
  const { signing, rounds, round, signatures, lines } = value as Record<string, unknown>;
  if (signing !== undefined) collect(signing, found, depth + 1);
  else if (rounds !== undefined) collect(rounds, found, depth + 1);
  else if (round !== undefined) found.push({ round: roundOf(round), signatures: signaturesOf(signatures ?? []) });
  else if (lines !== undefined) found.push({ round: roundOf(value), signatures: [] });
  if (found.length > ROUNDS_MAX) throw new Refusal("E_ROUND_TEXT_LENGTH", "refused", `more than ${ROUNDS_MAX}`);
}

function roundOf(value: unknown): Round {
  const lines = (value as { lines?: unknown } | null)?.lines;
  if (!Array.isArray(lines) || lines.length < ROUND_LINES_MIN || lines.length > ROUND_LINES_MAX) {
    throw new Refusal("E_ROUND_TEXT", "refused", `lines: ${Array.isArray(lines) ? lines.length : "none"}`);
  }
  return {
    lines: lines.map((line): RoundLine => {
      const read = reader(line, "E_ROUND_TEXT");
      return {
        debtor: read.bytes("debtor", ID_BYTES),
        creditor: read.bytes("creditor", ID_BYTES),
        debtor_gateway: read.bytes("debtor_gateway", ID_BYTES),
        creditor_gateway: read.bytes("creditor_gateway", ID_BYTES),
        freed_s: read.whole("freed_s", AMOUNT_MAX_S),
        given_up_s: read.whole("given_up_s", AMOUNT_MAX_S),
      };
    }),
  };
}

function signaturesOf(value: unknown): RoundSigned[] {
  if (!Array.isArray(value) || value.length > ROUND_LINES_MAX) throw new Refusal("E_ROUND_TEXT", "refused", "signatures");
  return value.map((one) => {
    const read = reader(one, "E_ROUND_TEXT");
    return { village: read.bytes("village", ID_BYTES), signature: read.bytes("signature", SIGNATURE_BYTES) };
  });
}

/** Reads fields; what is not as it must be is refused with its name. */
function reader(value: unknown, code: string) {
  const fields = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const wrong = (name: string) => new Refusal(code, "refused", `${name}: ${String(JSON.stringify(fields[name])).slice(0, 80)}`);
  return {
    bytes(name: string, length: number): Uint8Array {
      const text = fields[name];
      if (typeof text !== "string" || text.length !== 2 * length || !/^[0-9a-f]*$/.test(text)) throw wrong(name);
      return Uint8Array.from({ length }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16));
    },
    whole(name: string, most: number): number {
      const number = fields[name];
      if (typeof number !== "number" || !Number.isSafeInteger(number) || number < 1 || number > most) throw wrong(name);
      return number;
    },
  };
}

/** JSON among other words. */
function parsed(text: string, code: string): unknown {
  if (text.length > TEXT_MAX_CHARS) throw new Refusal("E_ROUND_TEXT_LENGTH", "refused", `${text.length} of ${TEXT_MAX_CHARS}`);
  const first = text.search(/[[{]/);
  const last = Math.max(text.lastIndexOf("}"), text.lastIndexOf("]"));
  try {
    return JSON.parse(text.slice(Math.max(0, first), last + 1));
  } catch {
    throw new Refusal(code, "refused", text.slice(0, 80));
  }
}

/** The same with bytes as text. */
function plain(value: object): unknown {
  return Object.fromEntries(
    Object.entries(value).map(([name, one]: [string, unknown]) => [
      name,
      one instanceof Uint8Array ? hexOf(one) : Array.isArray(one) ? one.map((item: object) => plain(item)) : one,
    ]),
  );
}
