import { describe, expect, it } from "vitest";
import { textOf } from "../conductor/hash";
import { closedNote, findClosedNote, findWitness } from "./closing";
import { qrParts } from "./qr";

const hash = (kind: number[], seed: number) => Uint8Array.from({ length: 39 }, (_, i) => kind[i] ?? (seed * 31 + i * 7) % 256);
const note = { author: hash([132, 32, 36], 1), closing: hash([132, 41, 36], 2) };

describe("a note about a closed book", () => {
  it("is found among other words, in any order and over lines", () => {
    expect(findClosedNote(closedNote(note))).toEqual(note);
    expect(findClosedNote(`Dear Ann,\n${textOf(note.closing)}\nis my last page; I am\n${textOf(note.author)}.`)).toEqual(note);
  });

  it.each(["", "uhCAk", closedNote(note).slice(0, -1), textOf(note.author), "x".repeat(20_001)])("is refused when it is not whole: %#", (text) => {
    expect(findClosedNote(text)).toBeUndefined();
  });
});

describe("a witness", () => {
  it("is found, whatever broke its lines", () => {
    expect(findWitness("Here it is:\ncw1:q83v\n EjRW")).toBe("cw1:q83vEjRW");
  });

  it.each(["", "cw1:", "cc1:q83v", `cw1:${"a".repeat(20_000)}`])("is refused when it is none: %#", (text) => {
    expect(findWitness(text)).toBeUndefined();
  });
});

describe("QR codes of a long text", () => {
  it("hold all of it in order, none too fine", () => {
    for (const length of [1, 1_200, 1_201, 16_384]) {
      const text = "a".repeat(length - 1) + "z";
      const parts = qrParts(text);
      expect(parts.join("")).toBe(text);
      expect(Math.max(...parts.map((part) => part.length))).toBeLessThanOrEqual(1_200);
    }
    expect(qrParts("short")).toEqual(["short"]);
  });
});
