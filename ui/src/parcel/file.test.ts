import { describe, expect, it } from "vitest";
import { bytesOfText, PARCEL_FILE_BYTES_MAX, readParcel, textOfBytes } from "./file";

describe("a parcel's file", () => {
  it.each([
    [[], ""],
    [[0xfb], "-w"],
    [[0xff, 0xff], "__8"],
    [[0, 1, 2], "AAEC"],
  ])("of %j is %j as text, and back", (bytes, text) => {
    expect(textOfBytes(Uint8Array.from(bytes))).toBe(text);
    expect([...bytesOfText(text)]).toEqual(bytes);
  });

  it("may be as long as a parcel", async () => {
    const text = await readParcel(new File([new Uint8Array(PARCEL_FILE_BYTES_MAX).fill(7)], "whole.parcel"));
    expect(bytesOfText(text)).toHaveLength(PARCEL_FILE_BYTES_MAX);
  });

  it("is refused before it is handed over when it is longer", async () => {
    const film = new File([new Uint8Array(PARCEL_FILE_BYTES_MAX + 1)], "film.mp4");
    await expect(readParcel(film)).rejects.toMatchObject({ code: "E_PARCEL_TOO_LONG", message: `film.mp4: ${PARCEL_FILE_BYTES_MAX + 1} bytes` });
  });
});
