import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { parcels } from "./node";

const fetched = vi.fn<(path: string, init: RequestInit) => Promise<Response>>();
const answer = (body: unknown, status = 200) => fetched.mockResolvedValue(Response.json(body, { status }));

beforeEach(() => {
  vi.stubGlobal("window", {});
  vi.stubGlobal("fetch", fetched);
});
afterEach(() => {
  vi.unstubAllGlobals();
  fetched.mockReset();
});

describe("what the node is asked about parcels", () => {
  it("is a question with the village and the days", async () => {
    answer({ fragments: 3 });
    expect(await parcels.pack("uhC0k_a-b", 36_500)).toEqual({ fragments: 3 });
    expect(fetched).toHaveBeenCalledWith("api/parcel?village=uhC0k_a-b&days=36500", { cache: "no-store" });
  });

  it.each([
    ["a frame", () => parcels.takeFrame("UR:CC-PARCEL/1-5/LPAD"), "api/parcel/frame", { frame: "UR:CC-PARCEL/1-5/LPAD" }],
    ["a file", () => parcels.takeFile("q83v-_A"), "api/parcel", { file: "q83v-_A" }],
  ])("is handed %s as JSON", async (_what, ask, path, body) => {
    answer({ known: 1 });
    expect(await ask()).toEqual({ known: 1 });
    const [asked, init] = fetched.mock.calls[0] ?? [];
    expect([asked, init?.method, JSON.parse(String(init?.body))]).toEqual([path, "POST", body]);
  });

  it("is refused with the node's code, or with one of this side when there is no node", async () => {
    answer({ error: { code: "E_PARCEL_EMPTY", message: "nothing in 7 days" } }, 404);
    await expect(parcels.pack("uhC0k", 7)).rejects.toMatchObject({ code: "E_PARCEL_EMPTY", message: "nothing in 7 days", outcome: "refused" });
    fetched.mockRejectedValue(new TypeError("Failed to fetch"));
    await expect(parcels.pack("uhC0k", 7)).rejects.toMatchObject({ code: "E_NO_NODE" });
  });

  it("is not asked at all inside a packaged runtime", async () => {
    vi.stubGlobal("window", { __HC_ZOME_CALL_SIGNER__: {} });
    await expect(parcels.takeFile("AAEC")).rejects.toMatchObject({ code: "E_NO_NODE" });
    expect(fetched).not.toHaveBeenCalled();
  });
});
