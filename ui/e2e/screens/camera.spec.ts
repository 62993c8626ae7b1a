/** The camera reads what another screen shows; without one there are text and file. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, type Page } from "@playwright/test";
import { LAUNCH } from "../browser.ts";
import { film } from "../film.ts";
import type { Sample } from "../samples/conductor.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "commons-credit-film-"));
const FILM = join(FOLDER, "cheque.y4m");

test.use({
  contextOptions: { reducedMotion: "reduce" },
  launchOptions: {
    ...LAUNCH,
    args: [...LAUNCH.args, "--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${FILM}`],
  },
});

test.afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

async function open(page: Page, hash: string, sample: Partial<Sample> = {}): Promise<void> {
  await page.goto(`/?sample=${encodeURIComponent(JSON.stringify(sample))}${hash}`);
  await expect(page.getByRole("heading", { level: 1 })).toBeAttached();
}

const code = (page: Page) => page.getByRole("img", { name: /QR code of the cheque/ });
const camera = (page: Page) => page.getByRole("button", { name: "Read with the camera" });

test("the code is read off the other's screen, as it stands there and as large as the screen", async ({ page, context }) => {
  await context.grantPermissions(["camera"]);
  for (const large of [false, true]) {
    await open(page, "#/cheque/46");
    if (large) await page.getByRole("button", { name: "As large as the screen" }).click();
    await film(page, large ? page.getByRole("dialog").getByRole("img") : code(page), FILM);
    await open(page, "#/take");
    await camera(page).click();
    await expect(page.getByRole("dialog")).toContainText(/Bob gives\s*2\sh/);
    // Nothing goes on filming behind the answer.
    await expect(page.locator("video")).toHaveCount(0);
  }
});

test("what the camera reads and is refused is said once, and it goes on looking", async ({ page, context }) => {
  await context.grantPermissions(["camera"]);
  await open(page, "#/cheque/46");
  await film(page, code(page), FILM);
  await open(page, "#/take", { unread: "E_HANDOVER_WRONG_RECEIVER" });
  await camera(page).click();
  await expect(page.getByRole("alert")).toContainText("This cheque is made out to somebody else.");
  await expect(page.getByText("Hold the code in front of the camera")).toBeVisible();
});

test("who forbids the camera is told of the other ways, and a file is one", async ({ page }) => {
  // A fake camera is never asked about: the browser's answer to a "no" stands in for it.
  await page.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("Permission denied", "NotAllowedError"));
  });
  await open(page, "#/take");
  await camera(page).click();
  await expect(page.getByText("This page may not use the camera.")).toBeVisible();
  await page.locator("input[type=file]").setInputFiles({ name: "two-hours.cheque", mimeType: "application/octet-stream", buffer: Buffer.alloc(132, 1) });
  await expect(page.getByRole("dialog")).toContainText(/You get\s*1\sh 48\smin/);
  await page.getByRole("button", { name: "Leave it" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("the cheque is saved as a file and marked where it cannot be copied", async ({ page }) => {
  await open(page, "#/cheque/46");
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save as a file" }).click();
  expect((await saved).suggestedFilename()).toBe("Demo-Valley-47.cheque");
});
