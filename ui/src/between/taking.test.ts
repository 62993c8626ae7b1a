/** Messages are taken one by one; a refused one keeps none of the others. */
import { describe, expect, it } from "vitest";
import { Refusal } from "../conductor/refusal";
import type { LineMessage } from "../generated/api";
import { takeAll, workOn } from "./taking";

const message = (n: number): LineMessage => ({ to: new Uint8Array(39).fill(9), bytes: Uint8Array.of(n) });
const work = (pages: number) => ({ lines: 1, pages, sent: 0, waiting: 0 });

describe("taking messages", () => {
  it("answers in their order, goes on behind a refusal, then does what waits", async () => {
    const calls: string[] = [];
    const done = await takeAll(
      {
        takeMessage: async ({ bytes }) => {
          const [n = 0] = bytes;
          calls.push(`take ${n}`);
          if (n === 2) throw new Refusal("E_IOU_NUMBER", "refused", "sample");
          return { messages: n === 3 ? [] : [message(100 + n)] };
        },
        lineWork: async () => {
          calls.push("work");
          return work(calls.filter((call) => call === "work").length < 3 ? 1 : 0);
        },
      },
      [1, 2, 3, 4].map(message),
    );
    expect(calls).toEqual(["take 1", "take 2", "take 3", "take 4", "work", "work", "work"]);
    expect(done.taken).toBe(3);
    expect(done.answers).toEqual([message(101), message(104)]);
    expect(done.refused.map(({ number, why }) => [number, why.code])).toEqual([[2, "E_IOU_NUMBER"]]);
  });

  it("ends although there is always more to do, and when nothing can be done", async () => {
    let steps = 0;
    await workOn({ lineWork: async () => work((steps += 1)) });
    expect(steps).toBe(16);
    await workOn({ lineWork: () => Promise.reject(new Error("sample")) });
  });
});
