import { HolochainError } from "@holochain/client";
import { describe, expect, it } from "vitest";
import { headMoved, networkStarting, Refusal, toRefusal, unauthorized } from "./refusal";

describe("refusals", () => {
  it.each([
    ["plain", "E_NAME: this cannot be a name", "E_NAME", "this cannot be a name"],
    [
      "a guest error as the conductor wraps it",
      'Wasm runtime error while working with Ribosome: RuntimeError: WasmError { file: "src/refusal.rs", line: 80, error: Guest("E_FLOOR_CROSSED: this would leave -147600 seconds, below the limit of -144000; give less") }',
      "E_FLOOR_CROSSED",
      "this would leave -147600 seconds, below the limit of -144000; give less",
    ],
    [
      "a refused commit",
      'InvalidCommit("E_NOT_INVITED: nobody joins this village uninvited; ask a steward for an invitation")',
      "E_NOT_INVITED",
      "nobody joins this village uninvited; ask a steward for an invitation",
    ],
    ["one with quotes in it", 'Guest("E_NAME: \\" a\\" cannot be a name")', "E_NAME", ""],
  ])("are read out of %s", (_what, text, code, sentence) => {
    const refusal = toRefusal(new HolochainError("ribosome_error", text));
    expect(refusal).toMatchObject({ code, outcome: "refused", message: sentence });
  });

  it.each([
    new Error("Request timed out in 45000 ms: call_zome"),
    new HolochainError("ClientClosedWithPendingRequests", "client closed with pending requests - close event code: 1006"),
    new Error("Response canceled by responder"),
  ])("tell a lost answer apart: %s", (error) => {
    expect(toRefusal(error)).toMatchObject({ code: "E_NO_ANSWER", outcome: "unknown" });
  });

  it("never take an unknown failure for a refusal", () => {
    expect(toRefusal(new Error("something else"))).toMatchObject({ code: "E_UNEXPECTED", outcome: "unknown" });
    expect(toRefusal({ odd: true })).toMatchObject({ code: "E_UNEXPECTED", outcome: "unknown" });
    expect(toRefusal(undefined).code).toBe("E_UNEXPECTED");
  });

  it("pass through as they are", () => {
    const refusal = new Refusal("E_NO_NODE", "refused", "gone");
    expect(toRefusal(refusal)).toBe(refusal);
  });

  it("know when another commit came first, which is safe to repeat", () => {
    const moved = new HolochainError("internal_error", "Source chain error: HeadMoved([], None, None)");
    expect(headMoved(moved)).toBe(true);
    expect(toRefusal(moved)).toMatchObject({ code: "E_BUSY", outcome: "refused" });
    expect(headMoved(new Error("E_NAME: no"))).toBe(false);
  });

  it("know a node that has not reached its hub yet, where nothing is written either", () => {
    const early = new HolochainError(
      "internal_error",
      'Source chain error: Other: Wasm runtime error while working with Ribosome: RuntimeError: holochain::core::ribosome::host_fn::must_get_valid_record:71: Host("Connection attempted before home relay URL is known (src: None)")',
    );
    expect(networkStarting(early)).toBe(true);
    expect(toRefusal(early)).toMatchObject({ code: "E_NETWORK_STARTING", outcome: "refused" });
  });

  it("know when the page's credentials no longer hold", () => {
    expect(unauthorized(new HolochainError("zome_call_unauthorized", "BadCapGrant"))).toBe(true);
    expect(unauthorized(new Error("E_NOT_STEWARD: only a steward does this"))).toBe(false);
  });
});
