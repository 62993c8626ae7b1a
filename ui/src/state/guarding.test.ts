/** When the reminder to name guardians comes back. */
import { describe, expect, it } from "vitest";
import { putOffAt, reminderDue } from "./guarding";

const HOUR_S = 3_600;

describe("the reminder to name guardians", () => {
  it.each([
    ["was never put off", 10 * HOUR_S, null, true],
    ["was put off at this balance", 10 * HOUR_S, putOffAt(10 * HOUR_S), false],
    ["a second before it has doubled", 20 * HOUR_S - 1, putOffAt(10 * HOUR_S), false],
    ["when it has doubled", 20 * HOUR_S, putOffAt(10 * HOUR_S), true],
    ["is quiet again once put off there", 20 * HOUR_S, putOffAt(20 * HOUR_S), false],
    ["when the memory holds something else", 10 * HOUR_S, "soon", true],
    ["when the memory is empty", 10 * HOUR_S, "", true],
  ])("%s", (_what, balance_s, putOff, due) => {
    expect(reminderDue(balance_s, putOff)).toBe(due);
  });
});
