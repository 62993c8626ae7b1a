/** What all sample data is made of: names, hashes that tell apart, a charter. */
import type { Charter, Split } from "../../src/generated/api";

export const HOUR_S = 3_600;
export const NAMES = ["Alice Baumgartner", "Bob", "Chandra", "Dorothea Hohenleitner-Wiesinger", "Emeka", "Fatima", "Georg", "Hana", "Ivo", "Jun", "Bob"];
export const LONG_NAMES = ["Maximiliana-Theresia Hohenleitner-Wiesin", "Donaudampfschifffahrtsgesellschaftskapit", "Oberösterreichische Nachbarschaftshilfen"];
export const LONG_AMOUNT_S = 1_000 * HOUR_S + 59 * 60;
export const LONG_WORDS = "Rechtsschutzversicherungsgesellschaften verglichen, dann zwei Tage lang das Dach der Nachbarschaftsgemeinschaftswerkstatt neu gedeckt, danke";
export const WORDS = ["2 h carpentry", "Apples picked and pressed", "Lift to the doctor and back, with a stop at the pharmacy in town", ""];
export const BEGAN_US = Date.UTC(2026, 10, 24, 9, 30) * 1_000;

export function hash(kind: [number, number, number], seed: number): Uint8Array {
  const bytes = new Uint8Array(39);
  bytes.set(kind);
  for (let i = 3; i < 39; i += 1) bytes[i] = (seed * 151 + i * 37) % 251;
  bytes[3] = seed % 256;
  bytes[4] = (seed - (seed % 256)) / 256;
  return bytes;
}

export const agent = (seed: number) => hash([132, 32, 36], seed);
export const dna = (seed: number) => hash([132, 45, 36], seed);
export const action = (seed: number) => hash([132, 41, 36], seed);

export const charter: Charter = {
  format: 1,
  name: "Demo Valley",
  levies: { state_bp: 750, community_bp: 250 },
  floor_s: -40 * HOUR_S,
  voting: { template: "majority" },
  stewards: ["00".repeat(32)],
};

export function split(amount_s: number): Split {
  const share = (rate: number) => Math.floor((amount_s * rate) / 10_000);
  const state_s = share(charter.levies.state_bp);
  const community_s = share(charter.levies.community_bp);
  return { receiver_s: amount_s - state_s - community_s, state_s, community_s };
}

export function page<T>(all: T[], cursor: number | null, limit: number): { items: T[]; next: number | null } {
  const start = cursor ?? 0;
  const next = start + limit < all.length ? start + limit : null;
  return { items: all.slice(start, start + limit), next };
}
