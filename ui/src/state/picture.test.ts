import { describe, expect, it } from "vitest";
import { mediaType, pictureUrl, SIDE_MAX_PX, sidesOf } from "./picture";

const bytes = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const high = (...sides: number[]) => sides.map((side) => String.fromCharCode(side >>> 8, side & 255)).join("");
const low = (...sides: number[]) => sides.map((side) => String.fromCharCode(side & 255, side >>> 8)).join("");

const png = (width: number, height: number) => `\u0089PNG\r\n\u001a\n\0\0\0\rIHDR${high(width >>> 16, width & 0xffff, height >>> 16, height & 0xffff)}\u0008`;
/** With a segment before the frame, as cameras write it, and a filler. */
const jpeg = (width: number, height: number, frame = "\u00c2") =>
  `\u00ff\u00d8\u00ff\u00e0${high(4)}xx\u00ff\u00ff\u00c4${high(3)}y\u00ff${frame}${high(17)}\u0008${high(height, width)}\u0003`;
const riff = (chunk: string) => `RIFF\u0024\0\0\0WEBP${chunk}`;
const lossy = (width: number, height: number) => riff(`VP8 \u0018\0\0\0\u0030\u0001\0\u009d\u0001\u002a${low(width, height)}`);
function lossless(width: number, height: number): string {
  const packed = (width - 1) | ((height - 1) << 14);
  return riff(`VP8L\u000c\0\0\0\u002f${low(packed & 0xffff, packed >>> 16)}`);
}
const extended = (width: number, height: number) =>
  riff(`VP8X\u000a\0\0\0\u0010\0\0\0${low((width - 1) & 0xffff)}${String.fromCharCode((width - 1) >>> 16)}${low((height - 1) & 0xffff)}${String.fromCharCode((height - 1) >>> 16)}`);

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

  it.each([
    ["PNG", png],
    ["JPEG", jpeg],
    ["lossy WebP", lossy],
    ["lossless WebP", lossless],
    ["extended WebP", extended],
  ])("tells its sides before it is opened: %s", (_kind, written) => {
    const sides: [number, number][] = [[1, 1], [192, 128], [16_383, 7]];
    for (const [width, height] of sides) expect(sidesOf(bytes(written(width, height)))).toEqual([width, height]);
    expect(pictureUrl(bytes(written(SIDE_MAX_PX, 1)))).toMatch(/^blob:/);
    // A few bytes that would open as a gigabyte.
    const tooLarge: [number, number][] = [[SIDE_MAX_PX + 1, 1], [1, SIDE_MAX_PX + 1], [16_383, 16_383]];
    for (const [width, height] of tooLarge) expect(pictureUrl(bytes(written(width, height)))).toBeUndefined();
    const whole = bytes(written(64, 64));
    for (let length = 0; length < 20; length += 1) expect(sidesOf(whole.slice(0, length))).toBeUndefined();
  });

  it.each([
    ["an image before its frame", jpeg(64, 64, "\u00da")],
    ["another chunk first", png(64, 64).replace("IHDR", "IDAT")],
    ["a WebP of a kind that is not known", riff("VP9 \u0018\0\0\0\0\0\0\0\0\0\0\0\0\0")],
    ["no side at all", png(0, 64)],
    ["no picture", "<svg xmlns="],
  ])("is not shown where it does not say: %s", (_what, text) => {
    expect(pictureUrl(bytes(text))).toBeUndefined();
  });
});
