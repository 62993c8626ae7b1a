/** The camera reads what another screen shows; without one there are text and file. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, type Page } from "@playwright/test";
import { encodeHashToBase64 } from "@holochain/client";
import { qrPath } from "../../src/handover/qr.ts";
import { LAUNCH } from "../browser.ts";
import { film } from "../film.ts";
import { action, type Sample } from "../samples/conductor.ts";
import { PROOFS } from "../samples/twice.ts";

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

/** A code as a hub's page shows it. */
async function filmCode(page: Page, text: string): Promise<void> {
  const { size, path } = qrPath(text);
  await page.goto("about:blank");
  await page.setContent(`<svg width="300" height="300" viewBox="0 0 ${size} ${size}" role="img"><rect width="${size}" height="${size}" fill="#fff"/><path d="${path}"/></svg>`);
  await film(page, page.getByRole("img"), FILM);
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

test("a proof is read off the other's screen, and looked at where it now stands", async ({ page, context }) => {
  await context.grantPermissions(["camera"]);
  await open(page, `#/twice/${encodeHashToBase64(action(PROOFS))}`);
  await page.getByRole("button", { name: "As large as the screen" }).click();
  await film(page, page.getByRole("dialog").getByRole("img"), FILM);
  // To whom none of the proofs is known.
  await open(page, "#/bring", { matters: false });
  await camera(page).click();
  await expect(page.getByRole("heading", { name: "Ivo gave a page twice" })).toBeVisible();
  await expect(page.getByText("The proof holds.")).toBeVisible();
  await expect(page.locator("video")).toHaveCount(0);
});

test("a proof is saved as a file, and the file is one to be read", async ({ page }) => {
  await open(page, `#/twice/${encodeHashToBase64(action(PROOFS))}`);
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save as a file" }).click();
  const file = await saved;
  expect(file.suggestedFilename()).toBe("Demo-Valley-Emeka-12.cheque");
  await open(page, "#/bring");
  await page.locator("input[type=file]").setInputFiles(await file.path());
  await expect(page.getByRole("heading", { name: "Emeka gave a page twice" })).toBeVisible();
  await expect(page.getByText("Your node knew this already.")).toBeVisible();
});

test("a hub's address is read off its page and added only when it was looked at", async ({ page, context }) => {
  await context.grantPermissions(["camera"]);
  const address = page.getByLabel("Address of the hub", { exact: true });
  await filmCode(page, "http://10.0.0.7:8790");
  await open(page, "#/settings");
  await camera(page).click();
  await expect(address).toHaveValue("http://10.0.0.7:8790");
  await expect(page.getByText("Address read.")).toBeVisible();
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await expect(page.getByText("Added: http://10.0.0.7:8790")).toBeVisible();
  await expect(address).toHaveValue("");

  await test.step("another code is refused in words, and the camera goes on looking", async () => {
    await filmCode(page, "WIFI:T:WPA;S:mill;P:secret;;");
    await open(page, "#/settings");
    await camera(page).click();
    await expect(page.getByText("This is no address of a hub.")).toBeVisible();
    await expect(page.locator("video")).toHaveCount(1);
    await expect(address).toHaveValue("");
  });
});

test("the cheque is saved as a file and marked where it cannot be copied", async ({ page }) => {
  await open(page, "#/cheque/46");
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save as a file" }).click();
  expect((await saved).suggestedFilename()).toBe("Demo-Valley-47.cheque");
});
