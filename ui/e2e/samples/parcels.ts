/** A node's answers about news that travel without a network. */
import type { Parcels } from "../../src/conductor/conductor";
import { Refusal } from "../../src/conductor/refusal";
import { charter, LONG_NAMES } from "./basics";
import type { Sample } from "./conductor";

export const FRAGMENTS = 12;
/** What a fragment of 280 bytes has as bytewords. */
const LETTERS = 610;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** As long as a real one, and no two alike. */
function frame(number: number): string {
  let state = number;
  const letters = Array.from({ length: LETTERS }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return ALPHABET[Math.floor(state / 65_536) % ALPHABET.length];
  });
  return `UR:CC-PARCEL/${number}-${FRAGMENTS}/${letters.join("")}`;
}

/** Bytes as text that are no parcel, but as good as one to save. */
const FILE = "q83vEjRWeJq8".repeat(200);

/** Any frames and any file are taken, in a long sample with much that had no room. */
export function parcels(sample: Sample): Parcels {
  const known = new Set<string>();
  const taken = (village = "") => ({ village, name: (sample.long ? LONG_NAMES[2] : charter.name) ?? "", operations: 214 });
  const read = () => {
    if (sample.unread) throw new Refusal(sample.unread, "refused", "sample");
  };
  return {
    pack: async (village) => {
      if (sample.refuse) throw new Refusal(sample.refuse, "refused", "sample");
      const frames = Array.from({ length: 2 * FRAGMENTS }, (_, i) => frame(i + 1));
      return { ...taken(village), left_out: sample.long ? 12_345 : 0, bytes: FRAGMENTS * 280, fragments: FRAGMENTS, frames, file: FILE };
    },
    takeFrame: async (text) => {
      read();
      known.add(text);
      return { known: Math.min(known.size, FRAGMENTS), fragments: FRAGMENTS, taken: known.size < FRAGMENTS ? null : taken() };
    },
    takeFile: async () => {
      read();
      return taken();
    },
  };
}
