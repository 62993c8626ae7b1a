/** One tap writes once, whatever becomes of the answer. */
import { describe, expect, it } from "vitest";
import { Refusal } from "../conductor/refusal";
import { Deed } from "./deed.svelte";

const lost = () => Promise.reject(new Refusal("E_NO_ANSWER", "unknown", "lost"));
const deed = () => new Deed(0);

describe("a deed", () => {
  it("is done when it is answered", async () => {
    const one = deed();
    expect(await one.run("vote", async () => {})).toBe(true);
    expect(one.trouble).toBeNull();
    expect(one.busy).toBe(false);
  });

  it("is not begun again while it is under way", async () => {
    const one = deed();
    let calls = 0;
    let answer = () => {};
    const first = one.run("vote", () => {
      calls += 1;
      return new Promise<void>((resolve) => (answer = resolve));
    });
    expect(one.working).toBe("vote");
    expect(await one.run("vote", async () => void (calls += 1))).toBe(false);
    answer();
    expect(await first).toBe(true);
    expect(calls).toBe(1);
  });

  it("says why it was refused, without looking further", async () => {
    const one = deed();
    let looks = 0;
    const call = () => Promise.reject(new Refusal("E_OVER_BUDGET", "refused", "too much"));
    expect(await one.run("pay", call, async () => Boolean((looks += 1)))).toBe(false);
    expect(one.trouble?.code).toBe("E_OVER_BUDGET");
    expect(looks).toBe(0);
  });

  it("is found by its trace when the answer is lost", async () => {
    const one = deed();
    let looks = 0;
    expect(await one.run("pay", lost, async () => (looks += 1) === 3)).toBe(true);
    expect(one.trouble).toBeNull();
  });

  it("is not done when several looks find no trace", async () => {
    const one = deed();
    let looks = 0;
    expect(await one.run("pay", lost, async () => !(looks += 1))).toBe(false);
    expect(looks).toBe(4);
    expect(one.trouble?.outcome).toBe("unknown");
  });

  it("does not take looks that fail for looks that find nothing, nor look for ever", async () => {
    const one = deed();
    let looks = 0;
    const failing = async () => {
      looks += 1;
      if (looks < 6) throw new Error("not now");
      return true;
    };
    expect(await one.run("pay", lost, failing)).toBe(true);
    expect(await one.run("pay", lost, () => Promise.reject(new Error("never")))).toBe(false);
  });
});
