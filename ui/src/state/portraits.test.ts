import { beforeEach, describe, expect, it } from "vitest";
import type { VillageApi } from "../conductor/conductor";
import type { Member } from "../generated/api";
import { Portraits } from "./portraits.svelte";

const PNG = Uint8Array.from("\u0089PNG\r\n\u001a\n\0\0\0\rIHDR\0\0\0\u0040\0\0\0\u0040", (char) => char.charCodeAt(0));
const hash = (n: number) => Uint8Array.from({ length: 39 }, (_, i) => (i === 38 ? n % 256 : i === 37 ? Math.floor(n / 256) : 1));

function member(n: number, more: Partial<Member> = {}): Member {
  return { agent: hash(n), name: `M${n}`, me: false, steward: false, standing: null, profile: hash(n), pictured: true, skills: [], languages: [], ...more };
}

let asked: number;
let most: number;
let under_way: number;
let answer: () => Promise<Uint8Array | null>;
let portraits: Portraits;

beforeEach(() => {
  asked = most = under_way = 0;
  answer = async () => PNG;
  const api: Partial<VillageApi> = {
    profile: async ({ agent }) => {
      asked += 1;
      under_way += 1;
      most = Math.max(most, under_way);
      try {
        await new Promise((resolve) => setTimeout(resolve));
        return { agent, name: "", profile: agent, picture: await answer(), skills: [], languages: [], about: "" };
      } finally {
        under_way -= 1;
      }
    },
  };
  portraits = new Portraits(api as VillageApi);
});

const done = () => new Promise((resolve) => setTimeout(resolve, 400));

describe("pictures of members", () => {
  it("are asked for once each, a few at a time", async () => {
    const village = Array.from({ length: 60 }, (_, n) => member(n));
    for (const one of [...village, ...village]) portraits.want(one);
    await done();
    expect(asked).toBe(60);
    expect(most).toBeLessThanOrEqual(3);
    expect(village.every((one) => portraits.url(one)?.startsWith("blob:"))).toBe(true);
  });

  it("are not asked for where the list knows of none", async () => {
    portraits.want(member(1, { pictured: false }));
    portraits.want(member(2, { profile: null }));
    await done();
    expect(asked).toBe(0);
    expect(portraits.url(member(2, { profile: null }))).toBeUndefined();
  });

  it("are asked for again after a failure, and what is no picture is not shown", async () => {
    answer = () => Promise.reject(new Error("gone"));
    portraits.want(member(1));
    await done();
    answer = async () => new Uint8Array([1, 2, 3]);
    portraits.want(member(1));
    await done();
    expect(asked).toBe(2);
    expect(portraits.url(member(1))).toBeUndefined();
  });
});
