/** Handing over by file: what `docs/cheque-format.md` says of it, and the browser's way to save one. */

/** What a file begins with; the packet follows. */
const HEAD = [0x89, 0x43, 0x43, 0x48, 0x0d, 0x0a, 0x1a, 0x0a];
const LINK = "cc2:";
const MEDIA_TYPE = "application/x-commons-credit-cheque";
const SAVED_BY_MS = 10_000;

/** More than the node reads is not even loaded: the longest file has some 250 bytes. */
export const FILE_MAX_BYTES = 20_000;

/** The content of a file as the text that the node reads: a file's packet as a link, any other content as the text that it is. */
export function textOfFile(bytes: Uint8Array): string {
  if (!HEAD.every((byte, i) => bytes[i] === byte)) return new TextDecoder().decode(bytes);
  const packet = Array.from(bytes.subarray(HEAD.length), (byte) => String.fromCharCode(byte)).join("");
  return LINK + btoa(packet).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The file of what a link carries. */
export function fileOfLink(link: string): Uint8Array {
  const packet = atob(link.slice(LINK.length).replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from([...HEAD, ...Array.from(packet, (char) => char.charCodeAt(0))]);
}

/** The bytes of a chosen file, as far as the node would read them. */
export async function bytesOf(file: File, most = FILE_MAX_BYTES): Promise<Uint8Array> {
  return new Uint8Array(await file.slice(0, most + 1).arrayBuffer());
}

/** Has the browser save a cheque, named after what it belongs to. */
export function save(bytes: Uint8Array, ...name: (string | number)[]): void {
  saveAs(new Blob([new Uint8Array(bytes)], { type: MEDIA_TYPE }), "cheque", name);
}

/** The same for a text. */
export function saveText(text: string, ...name: string[]): void {
  saveAs(new Blob([text], { type: "text/plain" }), "txt", name);
}

/** The same for JSON: programs tell it by the name. */
export function saveJson(text: string, ...name: string[]): void {
  saveAs(new Blob([text], { type: "application/json" }), "json", name);
}

/** Has the browser save anything else. */
export function saveAs(blob: Blob, ending: string, name: (string | number)[]): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = `${name.map((part) => String(part).replace(/[^\p{L}\p{N}]+/gu, "-")).join("-")}.${ending}`;
  link.click();
  // The browser has begun to save by then.
  setTimeout(() => URL.revokeObjectURL(url), SAVED_BY_MS);
}
