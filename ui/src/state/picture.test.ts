import { describe, expect, it } from "vitest";
import { mediaType } from "./picture";

const bytes = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

describe("a picture", () => {
  it.each([
    ["\u0089PNG\r\n\u001a\n…", "image/png"],
    ["\u00ff\u00d8\u00ff\u00e0", "image/jpeg"],
    ["RIFF\u0024\u0000\u0000\u0000WEBPVP8 ", "image/webp"],
    ["RIFF\u0024\u0000\u0000\u0000WAVE", undefined],
    ["<svg xmlns=", undefined],
    ["GIF89a", undefined],
    ["", undefined],
  ])("is told by its first bytes: %j", (text, type) => {
    expect(mediaType(bytes(text))).toBe(type);
  });
});
