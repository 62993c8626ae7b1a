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

/** A picture as an address for an image; absent if it is none. */
export function pictureUrl(bytes: Uint8Array): string | undefined {
  const type = mediaType(bytes);
  return type && URL.createObjectURL(new Blob([bytes.slice()], { type }));
}
