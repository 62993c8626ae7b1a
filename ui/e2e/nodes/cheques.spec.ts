/**
 * Two neighbours whose nodes cannot reach each other: one shows a cheque, the other's
 * camera reads it; a kill loses nothing; when the nodes meet it is deposited by itself.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join as path } from "node:path";
import type { Page } from "@playwright/test";
import { LAUNCH } from "../browser.ts";
import { film } from "../film.ts";
import { accessibilityFaults, expect, test } from "../fixtures.ts";
import { Hub } from "../programs.ts";
import { begin, expectBalance, found, go, invitationText, join } from "../steps.ts";

const VILLAGE = "Demo Valley";
const FOLDER = mkdtempSync(path(tmpdir(), "commons-credit-film-"));
const FILM = path(FOLDER, "cheque.y4m");
const NO_NEWS = { timeout: 240_000 };

test.use({
  launchOptions: {
    ...LAUNCH,
    args: [...LAUNCH.args, "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", `--use-file-for-fake-video-capture=${FILM}`],
  },
});

test.afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

const kept = (page: Page) => page.getByRole("region", { name: "Cheques that you took" });

async function paste(page: Page, text: string): Promise<void> {
  await go(page, "#/");
  await go(page, "#/take");
  await page.getByLabel("Cheque as text").fill(text);
  await page.getByRole("button", { name: "Look at it" }).click();
}

test("a cheque is read by the camera without a network and settles when the nodes meet", async ({ fresh, open }, info) => {
  test.setTimeout(900_000);
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

    let text = "";
    await test.step("Alice pays Bob and shows the cheque", async () => {
      await begin(alicePage, "Pay", "Bob", "2 hours", "2 h carpentry");
      await alicePage.getByRole("dialog").getByRole("button", { name: /Give Bob 2\sh/ }).click();
      await expect(alicePage.getByRole("heading", { name: /You gave Bob 2\sh/ })).toBeVisible();
      await alicePage.getByRole("link", { name: "Show the cheque" }).click();
      const code = alicePage.getByRole("img", { name: /QR code of the cheque: 2\sh for Bob/ });
      await expect(code).toBeVisible();
      text = await alicePage.getByLabel("Cheque as text").inputValue();
      expect(text).toMatch(/^cc2:[\w-]{166}$/);
      expect(await accessibilityFaults(alicePage)).toEqual([]);
      await shot(alicePage, "cheque");
      await film(alicePage, code, FILM);
    });

    await test.step("Bob's camera reads it; it is signed, and not in his balance", async () => {
      await bobPage.getByRole("link", { name: "Take a cheque" }).click();
      await bobPage.getByRole("button", { name: "Read with the camera" }).click();
      const sheet = bobPage.getByRole("dialog");
      await expect(sheet).toContainText(/Alice gives\s*2\sh/);
      await expect(sheet).toContainText(/You get\s*1\sh 48\smin/);
      await shot(bobPage, "offered");
      await sheet.getByRole("button", { name: "Take it", exact: true }).click();
      await expect(bobPage.getByRole("heading", { name: "You took Alice's cheque" })).toBeVisible();
      await expect(bobPage.getByText("signed", { exact: true })).toBeVisible();
      await expect(bobPage.getByRole("main")).toContainText(/Your balance now\s*0\s*h/);
      await expect(bobPage.getByRole("main")).toContainText(/Expected with the signed cheques\s*1\sh 48\smin/);
      await shot(bobPage, "taken");
    });

    await test.step("what does not hold is refused, each with its own sentence", async () => {
      await paste(bobPage, text);
      await expect(bobPage.getByText("You have this cheque already. It counts once.")).toBeVisible();
      await paste(bobPage, `${text.slice(0, 60)}${text[60] === "A" ? "B" : "A"}${text.slice(61)}`);
      await expect(bobPage.getByText("A part of this cheque is missing or wrong.")).toBeVisible();
      await paste(bobPage, "two hours, I promise");
      await expect(bobPage.getByText("There is no cheque in this.")).toBeVisible();
      await go(alicePage, "#/take");
      await paste(alicePage, text);
      await expect(alicePage.getByText("This cheque is made out to somebody else.")).toBeVisible();
    });

    await test.step("a kill loses nothing", async () => {
      await bob.moveTo(islands[1], "SIGKILL");
      bobPage = await open(bob);
      await expect(kept(bobPage)).toContainText("From Alice");
      await expect(kept(bobPage).getByText("signed", { exact: true })).toBeVisible();
      await expectBalance(bobPage, "0 hours");
    });

    await test.step("they meet: it is deposited by itself, and witnessed", async () => {
      await Promise.all([alice.moveTo(meeting), bob.moveTo(meeting)]);
      [alicePage, bobPage] = [await open(alice), await open(bob)];
      await expect(bobPage.getByRole("region", { name: "Your balance" }).getByRole("paragraph").first()).toContainText("1 hour 48 minutes", NO_NEWS);
      await expect(kept(bobPage)).toBeHidden(NO_NEWS);
      await go(bobPage, "#/activity");
      await expect(bobPage.getByRole("link", { name: /From Alice/ })).toContainText("witnessed", NO_NEWS);
      await go(alicePage, "#/activity");
      await expect(alicePage.getByRole("link", { name: /To Bob/ })).toContainText(/received|witnessed/, NO_NEWS);
      await shot(bobPage, "witnessed");
    });
  } finally {
    await Promise.all([...islands, meeting].map((one) => one.stop()));
  }
});
