import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { keepAwake } from "./awake";

const release = vi.fn(async () => {});
const request = vi.fn(async () => ({ release }));
let page: EventTarget & { visibilityState: string };

beforeEach(() => {
  page = Object.assign(new EventTarget(), { visibilityState: "visible" });
  vi.stubGlobal("document", page);
  vi.stubGlobal("navigator", { wakeLock: { request } });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

const settled = () => new Promise((resolve) => setTimeout(resolve));
const turn = (visibilityState: string) => {
  page.visibilityState = visibilityState;
  page.dispatchEvent(new Event("visibilitychange"));
};

describe("a screen kept lit", () => {
  it("is asked for again whenever the page comes to the front, and let go in the end", async () => {
    const end = keepAwake();
    await settled();
    turn("hidden");
    expect(request).toHaveBeenCalledTimes(1);
    turn("visible");
    await settled();
    expect(request).toHaveBeenCalledTimes(2);
    end();
    expect(release).toHaveBeenCalledTimes(1);
    turn("visible");
    expect(request).toHaveBeenCalledTimes(2);
  });

  it("is let go as well when the answer comes after the end", async () => {
    keepAwake()();
    await settled();
    expect(release).toHaveBeenCalledTimes(1);
  });

  it("does without where the browser has none or says no", async () => {
    vi.stubGlobal("navigator", {});
    keepAwake()();
    request.mockRejectedValueOnce(new Error("low battery"));
    vi.stubGlobal("navigator", { wakeLock: { request } });
    keepAwake()();
    await settled();
    expect(release).not.toHaveBeenCalled();
  });
});
