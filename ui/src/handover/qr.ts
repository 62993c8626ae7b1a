/** A QR code as one SVG path: sharp at any size, no canvas, no request. */
import { encode } from "uqr";

export interface QrPath {
  size: number;
  path: string;
}

/** More letters make modules that a simple phone cannot read from a screen. */
const LETTERS_MAX = 1_200;

/** A text in pieces of about the same length, each small enough for a code of its own. */
export function qrParts(text: string): string[] {
  const parts = Math.max(1, Math.ceil(text.length / LETTERS_MAX));
  const length = Math.ceil(text.length / parts);
  return Array.from({ length: parts }, (_, i) => text.slice(i * length, (i + 1) * length));
}

/** The text's modules with the quiet border that readers need. Throws when the text is too long. */
export function qrPath(text: string): QrPath {
  const { data, size } = encode(text, { ecc: "L", border: 4 });
  const runs: string[] = [];
  data.forEach((row, y) => {
    for (let x = 0; x < row.length; x += 1) {
      if (!row[x]) continue;
      const start = x;
      while (row[x + 1]) x += 1;
      runs.push(`M${start} ${y}h${x - start + 1}v1h-${x - start + 1}z`);
    }
  });
  return { size, path: runs.join("") };
}
