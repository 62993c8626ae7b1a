/** A parcel as a file, and as the text in which the node is handed one. */
import { Refusal } from "../conductor/refusal";
import { bytesOf, saveAs } from "../handover/file";

/** A parcel has at most 256 KiB; its file may have a head before it. More is not even loaded. */
export const PARCEL_FILE_BYTES_MAX = 256 * 1024 + 64;

/** Bytes as base64url without padding. */
export function textOfBytes(bytes: Uint8Array): string {
  const letters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The bytes of such a text. */
export function bytesOfText(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}

/** The content of a chosen file as text for the node. Throws `E_PARCEL_TOO_LONG`. */
export async function readParcel(file: File): Promise<string> {
  const bytes = await bytesOf(file, PARCEL_FILE_BYTES_MAX);
  if (bytes.length > PARCEL_FILE_BYTES_MAX) throw new Refusal("E_PARCEL_TOO_LONG", "refused", `${file.name}: ${file.size} bytes`);
  return textOfBytes(bytes);
}

/** Has the browser save a parcel, named after its village and the day. */
export function saveParcel(text: string, village: string): void {
  const day = new Date().toISOString().slice(0, 10);
  saveAs(new Blob([bytesOfText(text)], { type: "application/octet-stream" }), "parcel", [village, day]);
}
