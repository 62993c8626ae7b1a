import { describe, expect, it } from "vitest";
import { findInvitation } from "./invitation";
import { qrPath } from "./qr";

const TEXT = "cc1:hKd2aWxsYWdl_-x9";

describe("an invitation among other words", () => {
  it.each([
    ["alone", TEXT],
    ["with blanks", `  ${TEXT}\n`],
    ["in a message", `Dear Bob,\nhere: ${TEXT}\n\nAlice`],
    ["in brackets", `(${TEXT})`],
    ["in a link", `http://127.0.0.1:8787/#/join/${TEXT}`],
    ["in a written link", `http://127.0.0.1:8787/#/join/${encodeURIComponent(TEXT)}`],
    ["broken by a mail program", `${TEXT.slice(0, 9)}\n ${TEXT.slice(9)}`],
  ])("is found %s", (_where, text) => {
    expect(findInvitation(text)).toBe(TEXT);
  });

  it.each([
    ["nothing", ""],
    ["another text", "hello"],
    ["the beginning only", "cc1:"],
    ["another version", "cc2:abcd"],
    ["a text too long to search", `${" ".repeat(20_001)}${TEXT}`],
  ])("is not seen in %s", (_what, text) => {
    expect(findInvitation(text)).toBeUndefined();
  });
});

describe("a QR code", () => {
  it("keeps the quiet border and draws every dark module once", () => {
    const { size, path } = qrPath(TEXT);
    expect(size).toBeGreaterThanOrEqual(21 + 8);
    const runs = [...path.matchAll(/M(\d+) (\d+)h(\d+)v1h-(\d+)z/g)].map((run) => run.slice(1).map(Number));
    expect(runs.map(([x, y]) => `M${x} ${y}`).length).toBe(path.split("M").length - 1);
    const cells = new Set<string>();
    for (const [x = 0, y = 0, width = 0, back] of runs) {
      expect(back).toBe(width);
      expect(Math.min(x, y)).toBeGreaterThanOrEqual(4);
      expect(x + width).toBeLessThanOrEqual(size - 4);
      for (let i = x; i < x + width; i += 1) {
        expect(cells.has(`${i} ${y}`)).toBe(false);
        cells.add(`${i} ${y}`);
      }
    }
    // The corner mark: dark, light, dark.
    expect([cells.has("4 4"), cells.has("5 5"), cells.has("6 6")]).toEqual([true, false, true]);
  });

  it("holds an invitation as long as the law allows to read, or says that it cannot", () => {
    expect(qrPath(`cc1:${"a".repeat(1_500)}`).size).toBeGreaterThan(100);
    expect(() => qrPath("a".repeat(4_096))).toThrow();
  });
});
