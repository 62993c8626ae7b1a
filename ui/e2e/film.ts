/** Makes what a camera would see out of what a screen shows. */
import { writeFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";

const WIDTH = 640;
const HEIGHT = 480;
/** The code fills most of the picture's height, a little turned, as in a hand. */
const SIDE = 400;
const TURN = 0.05;
const FRAMES = 5;
/** Grey is all that a reader looks at. */
const NO_COLOUR = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);

/** A film (YUV4MPEG2) of an element as it stands on the page, in front of a grey wall. */
export async function film(page: Page, shown: Locator, path: string): Promise<void> {
  const picture = (await shown.screenshot({ animations: "disabled" })).toString("base64");
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
    { picture, width: WIDTH, height: HEIGHT, side: SIDE, turn: TURN },
  );
  const frame = Buffer.concat([Buffer.from("FRAME\n"), Buffer.from(grey, "base64"), NO_COLOUR]);
  const head = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`);
  writeFileSync(path, Buffer.concat([head, ...Array.from({ length: FRAMES }, () => frame)]));
}
