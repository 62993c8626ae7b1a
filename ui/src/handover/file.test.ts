/** A file and a link carry the same packet. */
import { describe, expect, it } from "vitest";
import { fileOfLink, textOfFile } from "./file";

const HEAD = [0x89, 0x43, 0x43, 0x48, 0x0d, 0x0a, 0x1a, 0x0a];

describe("a file", () => {
  it.each([
    ["nothing left over", [1, 2, 3], "cc2:AQID"],
    ["one byte left over", [255], "cc2:_w"],
    ["two, with both letters that base64 writes otherwise", [251, 239], "cc2:--8"],
  ])("is the link's packet behind eight bytes: %s", (_what, packet, link) => {
    const file = Uint8Array.from([...HEAD, ...packet]);
    expect(textOfFile(file)).toBe(link);
    expect([...fileOfLink(link)]).toEqual([...file]);
  });

  it("carries every length and byte there and back", () => {
    for (let length = 0; length < 260; length += 1) {
      const file = Uint8Array.from([...HEAD, ...Array.from({ length }, (_, i) => (i * 97 + length) % 256)]);
      expect([...fileOfLink(textOfFile(file))]).toEqual([...file]);
    }
  });

  it("without those bytes is text", () => {
    expect(textOfFile(new TextEncoder().encode("Dear Bob, cc2:AQID"))).toBe("Dear Bob, cc2:AQID");
    expect(textOfFile(Uint8Array.from(HEAD.slice(0, 7)))).not.toMatch(/^cc2:/);
  });
});
