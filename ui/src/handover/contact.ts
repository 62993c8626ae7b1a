/**
 * A contact card: the text by which somebody in a neighbour village finds a member.
 * It is what the member says of themselves; nothing but the two hashes is ever acted on.
 */
import { agentOf, dnaOf, textOf } from "../conductor/hash";
import { LEVIES_MAX_BP } from "../generated/api";
import { nameFault } from "../state/names";

const CARD = /cc-card1:([\w-]{53})\/([\w-]{53})\/(\d{1,4})\/(\d{1,4})\/([\w%~-]{1,600})\/([\w%~-]{1,600})/;
/** Longer texts are not even searched. */
const TEXT_MAX_CHARS = 20_000;

export interface Contact {
  village: Uint8Array;
  agent: Uint8Array;
  /** The levies of the village when the card was shown. */
  levies: { state_bp: number; community_bp: number };
  name: string;
  village_name: string;
}

export function contactText({ village, agent, levies, name, village_name }: Contact): string {
  const { state_bp, community_bp } = levies;
  return `cc-card1:${[textOf(village), textOf(agent), state_bp, community_bp, plain(name), plain(village_name)].join("/")}`;
}

/** The first card among other words: people paste whole messages. Absent when there is none that is whole. */
export function findContact(text: string): Contact | undefined {
  if (text.length > TEXT_MAX_CHARS) return undefined;
  const [, dna = "", key = "", state = "", community = "", called = "", there = ""] = CARD.exec(text) ?? [];
  const [village, agent] = [dnaOf(dna), agentOf(key)];
  const levies = { state_bp: Number(state), community_bp: Number(community) };
  const [name, village_name] = [read(called), read(there)];
  if (!village || !agent || name === undefined || village_name === undefined) return undefined;
  return levies.state_bp + levies.community_bp > LEVIES_MAX_BP ? undefined : { village, agent, levies, name, village_name };
}

/** Letters that no sentence ends with and no link breaks at. */
function plain(text: string): string {
  return encodeURIComponent(text).replace(/[.!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function read(text: string): string | undefined {
  try {
    const name = decodeURIComponent(text);
    return nameFault(name) ? undefined : name.trim();
  } catch {
    return undefined;
  }
}
