/**
 * A photo made small enough to travel: cut to its middle square, scaled down in the
 * browser, and stripped by that of where and when it was taken.
 */
import { PICTURE_MAX_BYTES } from "../generated/api";

/** Sides to try, largest first; on a phone's screen the largest is sharp. */
const SIDES_PX = [192, 160, 128, 96, 64];
const QUALITIES = [0.85, 0.7, 0.55];
/** A browser that cannot write WebP writes PNG instead, which is too large for photos. */
const TYPES = ["image/webp", "image/jpeg"];
/** More than any phone's photo: decoding it could stop the page. */
const FILE_MAX_BYTES = 40_000_000;
/**
 * The longest side of another's picture that is shown. Eight kilobytes can claim a gigabyte of
 * pixels, and a list of members would open them all.
 */
export const SIDE_MAX_PX = 512;

export type PictureFault = "E_PICTURE_KIND" | "E_PICTURE_TOO_LARGE";

export class PictureRefused extends Error {
  readonly code: PictureFault;

  constructor(code: PictureFault) {
    super(code);
    this.code = code;
  }
}

/** The media type that a picture's first bytes tell. */
export function mediaType(bytes: Uint8Array): string | undefined {
  const starts = (at: number, text: string) => [...text].every((char, i) => bytes[at + i] === char.charCodeAt(0));
  if (starts(0, "\u0089PNG\r\n\u001a\n")) return "image/png";
  if (starts(0, "\u00ff\u00d8\u00ff")) return "image/jpeg";
  return starts(0, "RIFF") && starts(8, "WEBP") ? "image/webp" : undefined;
}

/** A file as a picture of at most `PICTURE_MAX_BYTES`; throws `PictureRefused`. */
export async function smallPicture(file: Blob): Promise<Uint8Array> {
  if (file.size > FILE_MAX_BYTES) throw new PictureRefused("E_PICTURE_TOO_LARGE");
  let image: ImageBitmap;
  try {
    image = await createImageBitmap(file);
  } catch {
    throw new PictureRefused("E_PICTURE_KIND");
  }
  try {
    for (const side of SIDES_PX) {
      const canvas = square(image, side);
      for (const type of TYPES) {
        for (const quality of QUALITIES) {
          const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, quality));
          if (blob?.type === type && blob.size <= PICTURE_MAX_BYTES) return new Uint8Array(await blob.arrayBuffer());
        }
      }
    }
  } finally {
    image.close();
  }
  throw new PictureRefused("E_PICTURE_TOO_LARGE");
}

/** The middle of an image, on white where it can be seen through. */
function square(image: ImageBitmap, side: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const pen = canvas.getContext("2d");
  if (!pen) throw new PictureRefused("E_PICTURE_KIND");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, side, side);
  pen.imageSmoothingQuality = "high";
  const from = Math.min(image.width, image.height);
  pen.drawImage(image, (image.width - from) / 2, (image.height - from) / 2, from, from, 0, 0, side, side);
  return canvas;
}

/** A picture's width and height as its head says, in pixels; absent if it does not say. */
export function sidesOf(bytes: Uint8Array): [number, number] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    switch (mediaType(bytes)) {
      case "image/png":
        return fourLetters(view, 12) === "IHDR" ? [view.getUint32(16), view.getUint32(20)] : undefined;
      case "image/jpeg":
        return sidesOfJpeg(view);
      case "image/webp":
        return sidesOfWebp(view);
      default:
        return undefined;
    }
  } catch (error) {
    // Read past the end: it was cut.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function fourLetters(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));
}

/** The first frame header; nothing else in front of the image says how large it is. */
function sidesOfJpeg(view: DataView): [number, number] | undefined {
  for (let at = 2; view.getUint8(at) === 0xff; ) {
    const kind = view.getUint8(at + 1);
    // Any number of these may stand before a segment.
    if (kind === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = kind >= 0xc0 && kind <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(kind);
    if (isFrame) return [view.getUint16(at + 7), view.getUint16(at + 5)];
    // The image or the end before any frame.
    if (kind === 0xda || kind === 0xd9) return undefined;
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

function sidesOfWebp(view: DataView): [number, number] | undefined {
  const low = (at: number) => view.getUint16(at, true);
  switch (fourLetters(view, 12)) {
    case "VP8X":
      return [1 + (low(24) | (view.getUint8(26) << 16)), 1 + (low(27) | (view.getUint8(29) << 16))];
    case "VP8L": {
      const packed = view.getUint32(21, true);
      return view.getUint8(20) === 0x2f ? [1 + (packed & 0x3fff), 1 + ((packed >>> 14) & 0x3fff)] : undefined;
    }
    case "VP8 ": {
      const begins = view.getUint8(23) === 0x9d && low(24) === 0x2a01;
      return begins ? [low(26) & 0x3fff, low(28) & 0x3fff] : undefined;
    }
    default:
      return undefined;
  }
}

/** A picture as an address for an image; absent if it is none, or too large to be shown. */
export function pictureUrl(bytes: Uint8Array): string | undefined {
  const [type, sides] = [mediaType(bytes), sidesOf(bytes)];
  const fits = sides?.every((side) => side > 0 && side <= SIDE_MAX_PX);
  return type && fits ? URL.createObjectURL(new Blob([bytes.slice()], { type })) : undefined;
}
