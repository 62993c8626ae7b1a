/** News without a network: the code runs, a camera reads it part by part, and a file does as well. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, type Page } from "@playwright/test";
import { accessibilityFaults } from "../axe.ts";
import { LAUNCH } from "../browser.ts";
import { film, filmRunning } from "../film.ts";
import type { Sample } from "../samples/conductor.ts";
import { FRAGMENTS } from "../samples/parcels.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "commons-credit-film-"));
const FILM = join(FOLDER, "news.y4m");
/** A round takes six seconds; not every code is caught the first time. */
const FILMED_MS_MAX = 25_000;
const READ = { timeout: 40_000 };

test.use({
  // The code runs all the same.
  contextOptions: { reducedMotion: "reduce" },
  launchOptions: {
    ...LAUNCH,
    args: [...LAUNCH.args, "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", `--use-file-for-fake-video-capture=${FILM}`],
  },
});

test.afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

async function open(page: Page, hash: string, sample: Partial<Sample> = {}): Promise<void> {
  await page.goto(`/?sample=${encodeURIComponent(JSON.stringify(sample))}${hash}`);
  await expect(page.getByRole("heading", { level: 1 })).toBeAttached();
}

const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
const code = (page: Page) => page.getByRole("img", { name: "Running code with the news of Demo Valley" });
const modules = (page: Page) => code(page).locator("path").getAttribute("d");
const taken = (page: Page) => page.getByText("Entries taken in for Demo Valley: 214.");

/** Films so many codes of the news. */
async function filmNews(page: Page, codes: number): Promise<void> {
  await open(page, "#/parcel/show");
  await press(page, "Show the running code");
  expect(await filmRunning(page, code(page), FILM, codes, FILMED_MS_MAX)).toBe(codes);
}

test("from the village to the running code: it runs, is halted, and made slower and faster", async ({ page }) => {
  await page.clock.install();
  await open(page, "#/village");
  await page.getByRole("link", { name: /^News without a network/ }).click();
  await page.getByRole("link", { name: /^Show my news/ }).click();
  await page.clock.pauseAt(Date.now() + 60_000);
  await press(page, "Show the running code");
  await expect(page.getByText("24 codes, 5 a second. One round takes about 6 seconds.")).toBeVisible();

  const first = await modules(page);
  await page.clock.runFor(200);
  const second = await modules(page);
  expect(second).not.toBe(first);
  await page.clock.runFor(28 * 200);
  expect(await modules(page), "a round has 29 ticks").toBe(first);

  await press(page, "Pause");
  await page.clock.runFor(1_000);
  expect(await modules(page)).toBe(first);
  await press(page, "Slower");
  await expect(page.getByText("24 codes, 3 a second. One round takes about 10 seconds.")).toBeVisible();
  await press(page, "Go on");
  await page.clock.runFor(200);
  expect(await modules(page)).toBe(first);
  await page.clock.runFor(200);
  expect(await modules(page)).toBe(second);
  for (let i = 0; i < 5; i += 1) await press(page, "Faster");
  await expect(page.getByText("24 codes, 10 a second. One round takes about 3 seconds.")).toBeVisible();
});

test("a camera reads the running code part by part, and goes off when all is there", async ({ page, context }) => {
  await context.grantPermissions(["camera"]);
  await filmNews(page, FRAGMENTS + 2);
  await open(page, "#/parcel/read");
  await press(page, "Read with the camera");
  await expect(taken(page)).toBeVisible(READ);
  await expect(page.locator("video")).toHaveCount(0);
  await press(page, "Read more news");
  await expect(page.getByRole("button", { name: "Read with the camera" })).toBeVisible();
});

test("how much is there stands as a bar and in words, and each code counts once", async ({ page, context }) => {
  await context.grantPermissions(["camera"]);
  await filmNews(page, 6);
  await open(page, "#/parcel/read");
  await press(page, "Read with the camera");
  await expect(page.getByText(`6 of ${FRAGMENTS} parts are here`)).toBeVisible(READ);
  await expect(page.locator("[aria-live=polite]").getByText("50 percent are here")).toBeAttached();
  await expect(page.locator(".meter i")).toHaveCSS("flex-grow", "6");
  expect(await accessibilityFaults(page)).toEqual([]);
});

test("what belongs to no village here ends the reading; a code of another kind does not", async ({ page, context }) => {
  await context.grantPermissions(["camera"]);
  await filmNews(page, 2);
  await open(page, "#/parcel/read", { unread: "E_PARCEL_VILLAGE" });
  await press(page, "Read with the camera");
  await expect(page.getByRole("alert")).toContainText("You have no book in the village that this is about.");
  await expect(page.locator("video")).toHaveCount(0);

  await open(page, "#/cheque/46");
  await film(page, page.getByRole("img", { name: /QR code of the cheque/ }), FILM);
  await open(page, "#/parcel/read");
  await press(page, "Read with the camera");
  await expect(page.getByText("This code carries no news.")).toBeVisible();
  await expect(page.locator("video")).toHaveCount(1);
});

test("news are saved as a file, and the file is taken; one that is too long is not even handed over", async ({ page }) => {
  await open(page, "#/parcel/show");
  await press(page, "Show the running code");
  const saved = page.waitForEvent("download");
  await press(page, "Save as a file");
  const file = await saved;
  expect(file.suggestedFilename()).toMatch(/^Demo-Valley-\d{4}-\d\d-\d\d\.parcel$/);
  await open(page, "#/parcel/read");
  const chooser = page.locator("input[type=file]");
  await chooser.setInputFiles({ name: "film.mp4", mimeType: "video/mp4", buffer: Buffer.alloc(300_000) });
  await expect(page.getByRole("alert")).toContainText("This is too long to be news of a village.");
  await chooser.setInputFiles(await file.path());
  await expect(taken(page)).toBeVisible();
});
