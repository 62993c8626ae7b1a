import { describe, expect, it } from "vitest";
import type { ParcelProgress } from "../conductor/conductor";
import { Refusal } from "../conductor/refusal";
import { FrameFeed, isFrame } from "./feed";

const frame = (n: number) => `UR:CC-PARCEL/${n}-5/LPAD`;
const known = (n: number): ParcelProgress => ({ known: n, fragments: 5, taken: null });
const refusal = (code: string) => new Refusal(code, "refused", "as the test wants it");
const settled = () => new Promise((resolve) => setTimeout(resolve));

/** A feed whose node answers when and what the test wants. */
function feed() {
  const asked: string[] = [];
  const told: (ParcelProgress | string)[] = [];
  const waiting: { resolve: (progress: ParcelProgress) => void; reject: (error: unknown) => void }[] = [];
  const feed = new FrameFeed(
    (text) => {
      asked.push(text);
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    { progress: (progress) => told.push(progress), refused: ({ code }) => told.push(code) },
  );
  const answer = async (what: ParcelProgress | Error) => {
    const first = waiting.shift();
    if (!first) throw new Error("nothing was asked");
    if (what instanceof Error) first.reject(what);
    else first.resolve(what);
    await settled();
  };
  return { feed, asked, told, answer, waiting };
}

describe("frames that the camera reads", () => {
  it("are told from other codes", () => {
    expect(isFrame(frame(1))).toBe(true);
    expect(isFrame(` ${frame(1).toLowerCase()}\n`)).toBe(true);
    expect(isFrame("cc2:EAAABwAAHCC8")).toBe(false);
    expect(isFrame("UR:CRYPTO-SEED/OYAD")).toBe(false);
    expect(isFrame(`UR:CC-PARCEL/1-5/${"A".repeat(2_096)}`)).toBe(false);
  });

  it("are asked about one at a time, the newest next; those between are not kept", async () => {
    const { feed: one, asked, answer, waiting } = feed();
    for (const n of [1, 2, 3, 4]) one.offer(frame(n));
    expect(asked).toEqual([frame(1)]);
    await answer(known(1));
    expect(asked).toEqual([frame(1), frame(4)]);
    await answer(known(2));
    expect(waiting).toHaveLength(0);
    // They come round again.
    one.offer(frame(2));
    await answer(known(3));
    expect(asked).toEqual([frame(1), frame(4), frame(2)]);
  });

  it("are asked about once each, also while they are asked about", async () => {
    const { feed: one, asked, answer } = feed();
    one.offer(frame(1));
    one.offer(frame(1));
    await answer(known(1));
    one.offer(frame(2));
    await answer(known(2));
    for (const n of [1, 2, 1]) one.offer(frame(n));
    expect(asked).toEqual([frame(1), frame(2)]);
  });

  it("are asked about again after the node began anew", async () => {
    const { feed: one, asked, answer } = feed();
    for (const [n, so_far] of [[1, 3], [2, 4], [7, 1]] as const) {
      one.offer(frame(n));
      await answer(known(so_far));
    }
    one.offer(frame(7));
    one.offer(frame(1));
    await answer(known(2));
    expect(asked).toEqual([1, 2, 7, 1].map(frame));
  });

  it("that are refused are not asked about again; those that the node never saw are", async () => {
    const { feed: one, asked, told, answer } = feed();
    one.offer(frame(1));
    await answer(refusal("E_HANDOVER_DAMAGED"));
    one.offer(frame(1));
    one.offer(frame(2));
    await answer(refusal("E_NO_NODE"));
    one.offer(frame(2));
    await answer(known(2));
    expect(asked).toEqual([1, 2, 2].map(frame));
    expect(told).toEqual(["E_HANDOVER_DAMAGED", "E_NO_NODE", known(2)]);
  });

  it("end with the last one that was needed", async () => {
    const { feed: one, asked, told, answer } = feed();
    one.offer(frame(1));
    one.offer(frame(2));
    const done = { known: 5, fragments: 5, taken: { village: "uhC0k", name: "Demo Valley", operations: 40 } };
    await answer(done);
    one.offer(frame(3));
    expect(asked).toEqual([frame(1)]);
    expect(told).toEqual([done]);
  });

  it("end when the whole is refused, and say nothing once they were ended", async () => {
    const whole = feed();
    whole.feed.offer(frame(1));
    await whole.answer(refusal("E_PARCEL_VILLAGE"));
    whole.feed.offer(frame(2));
    expect([whole.asked, whole.told]).toEqual([[frame(1)], ["E_PARCEL_VILLAGE"]]);

    const left = feed();
    left.feed.offer(frame(1));
    left.feed.end();
    await left.answer(known(1));
    left.feed.offer(frame(2));
    expect([left.asked, left.told]).toEqual([[frame(1)], []]);
  });

  it("of an endless row are forgotten rather than kept without a limit", async () => {
    const asked: string[] = [];
    const one = new FrameFeed(
      async (text) => {
        asked.push(text);
        return known(4);
      },
      { progress: () => {}, refused: () => {} },
    );
    for (let n = 0; n <= 4_096; n += 1) {
      one.offer(frame(n));
      await null;
      await null;
      if (asked.length <= n) await settled();
    }
    one.offer(frame(0));
    await settled();
    expect(asked).toHaveLength(4_098);
  });
});
