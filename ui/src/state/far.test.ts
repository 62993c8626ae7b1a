import { beforeEach, describe, expect, it, vi } from "vitest";
import { noteMember, otherName } from "./far";
import { noteName } from "./neighbours";

const hash = (type: number[], n: number) => Uint8Array.from([...type, ...Array<number>(36).fill(n)]);
const village = hash([132, 45, 36], 8);
const agent = hash([132, 32, 36], 2);

describe("the other side", () => {
  beforeEach(() => {
    const kept = new Map<string, string>();
    vi.stubGlobal("localStorage", { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value) });
  });

  it("is the counterpart within the village", () => {
    expect(otherName({ far: null, counterpart_name: "Bob" }, null)).toBe("Bob");
  });

  it("is who receives there, by the name they were paid under, and their village", () => {
    noteName({ village, agent, levies: { state_bp: 0, community_bp: 0 }, name: "Bob", village_name: "BobTown" });
    noteMember(agent, "Bob");
    expect(otherName({ far: { village, member: agent }, counterpart_name: "Gate" }, null)).toMatch(/^Bob in BobTown/u);
  });

  it("is somebody there as long as no name is known, and for who gave", () => {
    noteName({ village, agent, levies: { state_bp: 0, community_bp: 0 }, name: "Bob", village_name: "BobTown" });
    for (const member of [agent, null]) {
      expect(otherName({ far: { village, member }, counterpart_name: "Gate" }, null)).toMatch(/^somebody in BobTown/u);
    }
  });
});
