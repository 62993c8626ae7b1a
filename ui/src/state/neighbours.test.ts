import { beforeEach, describe, expect, it, vi } from "vitest";
import { textOf } from "../conductor/hash";
import { levied, neighbourName, noteName, shortHash } from "./neighbours";

const hash = (type: number[], n: number) => Uint8Array.from([...type, ...Array<number>(36).fill(n)]);
const village = hash([132, 45, 36], 8);
const agent = hash([132, 32, 36], 2);
const levies = { state_bp: 500, community_bp: 500 };

describe("a neighbour's name", () => {
  beforeEach(() => {
    const kept = new Map<string, string>();
    vi.stubGlobal("localStorage", { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value) });
  });

  it("is its own where one has a book there, else what a card says with the end of its number", () => {
    expect(neighbourName([], village)).toBe("Village \u2026\u2060CAgICAgI");
    noteName({ village, agent, levies, name: "Bob", village_name: "BobTown" });
    expect(neighbourName(null, village)).toBe("BobTown (\u2026\u2060CAgICAgI)");
    expect(shortHash(textOf(village))).toBe("\u2026\u2060CAgICAgI");
    const cell = { key: textOf(village), cell: [village, agent] as [Uint8Array, Uint8Array], cloneId: "village.0", name: "Bobtown upon Hill" };
    expect(neighbourName([cell], village)).toBe("Bobtown upon Hill");
  });
});

describe("levies on a card", () => {
  it("are whole seconds, rounded in favour of the receiver, as the law has it", () => {
    expect(levied(7_776, levies)).toEqual({ receiver_s: 7_000, state_s: 388, community_s: 388 });
    expect(levied(7_200, { state_bp: 750, community_bp: 250 })).toEqual({ receiver_s: 6_480, state_s: 540, community_s: 180 });
    expect(levied(1, { state_bp: 5_000, community_bp: 0 })).toEqual({ receiver_s: 1, state_s: 0, community_s: 0 });
  });
});
