/** Makes what a camera would see out of what a screen shows. */
import { writeFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";

/** A picture, and the code in it: it fills most of the height, a little turned, as in a hand. */
interface Shape {
  width: number;
  height: number;
  side: number;
}
const STILL: Shape = { width: 640, height: 480, side: 400 };
/** A running code has twice the modules of a cheque's. */
const RUNNING: Shape = { width: 800, height: 600, side: 560 };
const TURN = 0.05;
const STILL_PICTURES = 5;
const STILL_A_SECOND = 10;
/** Fewer than the reader looks at in a second. */
const RUNNING_A_SECOND = 4;

/** A film (YUV4MPEG2) of an element as it stands on the page, in front of a grey wall. */
export async function film(page: Page, shown: Locator, path: string): Promise<void> {
  const grey = await developed(page, await snapshot(shown), STILL);
  write(path, STILL, STILL_A_SECOND, Array.from({ length: STILL_PICTURES }, () => grey));
}

/**
 * A film of an element that changes: so many of its looks that differ, as they come. Tells how many there are, which
 * is fewer when the time is over before.
 */
export async function filmRunning(page: Page, shown: Locator, path: string, looks: number, ms_max: number): Promise<number> {
  const seen = new Set<string>();
  for (const end = Date.now() + ms_max; seen.size < looks && Date.now() < end; ) seen.add(await snapshot(shown));
  const pictures: Buffer[] = [];
  for (const picture of seen) pictures.push(await developed(page, picture, RUNNING));
  write(path, RUNNING, RUNNING_A_SECOND, pictures);
  return seen.size;
}

async function snapshot(shown: Locator): Promise<string> {
  return (await shown.screenshot({ animations: "disabled" })).toString("base64");
}

/** The grey of a picture, which is all that a reader looks at. */
async function developed(page: Page, picture: string, shape: Shape): Promise<Buffer> {
  const grey = await page.evaluate(
    async ({ picture, width, height, side, turn }) => {
      const image = new Image();
      image.src = `data:image/png;base64,${picture}`;
      await image.decode();
      const canvas = document.createElement("canvas");
      canvas.width = width;
      canvas.height = height;
      const context = canvas.getContext("2d");
      if (!context) throw new Error("no canvas");
      context.fillStyle = "#888";
      context.fillRect(0, 0, width, height);
      context.translate(width / 2, height / 2);
      context.rotate(turn);
      context.drawImage(image, -side / 2, -side / 2, side, side);
      const { data } = context.getImageData(0, 0, width, height);
      let text = "";
      for (let i = 0; i < data.length; i += 4) text += String.fromCharCode(data[i + 1] ?? 0);
      return btoa(text);
    },
    { picture, ...shape, turn: TURN },
  );
  return Buffer.from(grey, "base64");
}

function write(path: string, { width, height }: Shape, a_second: number, pictures: readonly Buffer[]): void {
  const no_colour = Buffer.alloc((width * height) / 2, 128);
  writeFileSync(path, `YUV4MPEG2 W${width} H${height} F${a_second}:1 Ip A1:1 C420jpeg\n`);
  for (const picture of pictures) writeFileSync(path, Buffer.concat([Buffer.from("FRAME\n"), picture, no_colour]), { flag: "a" });
}
