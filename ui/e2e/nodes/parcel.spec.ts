/**
 * A village whose nodes cannot reach each other: what happened on the one is shown as a running code, and the other's
 * camera reads it; the answer goes back as a file. Each node judges all of it by itself.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join as path } from "node:path";
import type { Page } from "@playwright/test";
import { LAUNCH } from "../browser.ts";
import { filmRunning } from "../film.ts";
import { expect, test } from "../fixtures.ts";
import { Hub } from "../programs.ts";
import { begin, expectBalance, found, go, invitationText, join } from "../steps.ts";
import { button } from "../villages.ts";

const VILLAGE = "Demo Valley";
const FOLDER = mkdtempSync(path(tmpdir(), "commons-credit-film-"));
const FILM = path(FOLDER, "news.y4m");
const NO_NEWS = { timeout: 240_000 };
/** Sums of several fragments may tell what is known already: a few codes more than there are fragments. */
const CODES_MORE = 1.3;
const FILMED_MS_MAX = 240_000;

test.use({
  launchOptions: {
    ...LAUNCH,
    args: [...LAUNCH.args, "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", `--use-file-for-fake-video-capture=${FILM}`],
  },
});

test.afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

/** All news of this node, as a running code. */
async function showNews(page: Page): Promise<void> {
  await go(page, "#/parcel/show");
  await page.getByRole("radio", { name: /^Everything/ }).check();
  await button(page, "Show the running code").click();
  await expect(page.getByText(/^\d+ codes, 5 a second\./)).toBeVisible();
}

const taken = (page: Page) => page.getByText(new RegExp(`^Entries taken in for ${VILLAGE}: [1-9]\\d*\\.`));

test("news go from a screen to a camera and back as a file, without any network", async ({ fresh, open }, info) => {
  test.setTimeout(1_200_000);
  const { hub, alice, bob } = fresh;
  let alicePage = await open(alice);
  let bobPage = await open(bob);
  const shot = (page: Page, name: string) => page.screenshot({ path: info.outputPath(`${name}.png`), animations: "disabled" });

  await test.step("Alice and Bob are of one village and know each other", async () => {
    await found(alicePage, { village: VILLAGE, me: "Alice" });
    await join(bobPage, { text: await invitationText(alicePage), me: "Bob", village: VILLAGE });
    for (const [page, other] of [[alicePage, "Bob"], [bobPage, "Alice"]] as const) {
      await go(page, "#/pay");
      await expect(page.getByRole("link", { name: other, exact: true })).toBeVisible(NO_NEWS);
    }
  });

  const [islands, meeting] = [await Promise.all([Hub.start(), Hub.start()]), await Hub.start()];
  try {
    await test.step("the net is gone: each is alone on an island", async () => {
      await hub.stop();
      await Promise.all([alice.moveTo(islands[0]), bob.moveTo(islands[1])]);
      [alicePage, bobPage] = [await open(alice), await open(bob)];
      await expectBalance(alicePage, "0 hours");
      await expectBalance(bobPage, "0 hours");
    });

    await test.step("Alice pays Bob; nothing of it comes to him", async () => {
      await begin(alicePage, "Pay", "Bob", "2 hours", "2 h carpentry");
      await alicePage.getByRole("dialog").getByRole("button", { name: /Give Bob 2\sh/ }).click();
      await expect(alicePage.getByRole("heading", { name: /You gave Bob 2\sh/ })).toBeVisible();
      await go(bobPage, "#/activity");
      await go(bobPage, "#/");
      await expectBalance(bobPage, "0 hours");
      await expect(button(bobPage, /Take 1\sh 48\smin/)).toHaveCount(0);
    });

    await test.step("Alice shows her news; Bob's camera reads them off her screen", async () => {
      const packed = alicePage.waitForResponse((response) => new URL(response.url()).pathname.endsWith("/api/parcel"));
      await showNews(alicePage);
      const { fragments, frames, bytes } = (await (await packed).json()) as { fragments: number; frames: string[]; bytes: number };
      console.log(`  news of ${bytes} bytes in ${fragments} fragments, shown as ${frames.length} codes`);
      await shot(alicePage, "shown");
      const code = alicePage.getByRole("img", { name: `Running code with the news of ${VILLAGE}` });
      const wanted = Math.min(frames.length, Math.ceil(fragments * CODES_MORE));
      const filmed = await filmRunning(alicePage, code, FILM, wanted, FILMED_MS_MAX);
      console.log(`  ${filmed} codes filmed`);
      expect(filmed).toBeGreaterThanOrEqual(fragments);

      await go(bobPage, "#/parcel/read");
      await button(bobPage, "Read with the camera").click();
      await expect(bobPage.getByText(new RegExp(`^\\d+ of ${fragments} parts are here$`))).toBeVisible();
      await shot(bobPage, "reading");
      await expect(taken(bobPage)).toBeVisible(NO_NEWS);
      await expect(bobPage.locator("video")).toHaveCount(0);
      await shot(bobPage, "read");
    });

    await test.step("Bob finds the payment in his inbox and takes it", async () => {
      await go(bobPage, "#/");
      await expect(bobPage.getByRole("heading", { name: /Alice gave you 2\sh/ })).toBeVisible();
      await button(bobPage, /Take 1\sh 48\smin/).click();
      await expectBalance(bobPage, "1 hour 48 minutes");
    });

    await test.step("the same news again change nothing, and Alice still knows nothing of his page", async () => {
      const saved = alicePage.waitForEvent("download");
      await button(alicePage, "Save as a file").click();
      await go(bobPage, "#/parcel/read");
      await bobPage.locator("input[type=file]").setInputFiles(await (await saved).path());
      await expect(taken(bobPage)).toBeVisible();
      await go(bobPage, "#/");
      await expectBalance(bobPage, "1 hour 48 minutes");
      await go(alicePage, "#/activity");
      await expect(alicePage.getByRole("link", { name: /To Bob/ })).toContainText("signed");
    });

    await test.step("Bob's news go back as a file; a damaged one is refused", async () => {
      await showNews(bobPage);
      const saved = bobPage.waitForEvent("download");
      await button(bobPage, "Save as a file").click();
      const file = await saved;
      expect(file.suggestedFilename()).toMatch(/^Demo-Valley-.*\.parcel$/);
      await go(alicePage, "#/parcel/read");
      const chooser = alicePage.locator("input[type=file]");
      await chooser.setInputFiles({ name: "two-hours.parcel", mimeType: "application/octet-stream", buffer: Buffer.from("two hours, I promise") });
      await expect(alicePage.getByRole("alert")).toContainText(/A part of this news is missing or wrong|A newer program packed this news/);
      await chooser.setInputFiles(await file.path());
      await expect(taken(alicePage)).toBeVisible();
      await go(alicePage, "#/activity");
      await expect(alicePage.getByRole("link", { name: /To Bob/ })).toContainText(/received|witnessed/);
    });

    await test.step("when the nodes meet again, all is as they have it", async () => {
      await Promise.all([alice.moveTo(meeting), bob.moveTo(meeting)]);
      [alicePage, bobPage] = [await open(alice), await open(bob)];
      await expectBalance(alicePage, "minus 2 hours");
      await expectBalance(bobPage, "1 hour 48 minutes");
      await go(bobPage, "#/activity");
      await expect(bobPage.getByRole("link", { name: /From Alice/ })).toContainText("witnessed", NO_NEWS);
    });
  } finally {
    await Promise.all([...islands, meeting].map((one) => one.stop()));
  }
  // The fixture ends with an audit on each node: sound, nothing missing, all hours add up to 0.
});
