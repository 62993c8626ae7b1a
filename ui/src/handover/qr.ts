/** A QR code as one SVG path: sharp at any size, no canvas, no request. */
import { encode } from "uqr";

export interface QrPath {
  size: number;
  path: string;
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
