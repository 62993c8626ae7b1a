/**
 * Two neighbours, two nodes: found, invite, join, request, accept, pay, take,
 * and everything is still there after a restart.
 */
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "@playwright/test";
import { PHONE } from "../browser.ts";
import { expect, test } from "../fixtures.ts";
import { begin, expectBalance, expectFunds, found, go, invitationText, join } from "../steps.ts";

const VILLAGE = "Demo Valley";
const PICTURES = fileURLToPath(new URL("../../../docs/pictures/", import.meta.url));

test("two neighbours pay each other in hours and nothing is lost", async ({ browser, fresh, open }, info) => {
  test.setTimeout(900_000);
  const { alice, bob } = fresh;
  const alicePage = await open(alice);
  const bobPage = await open(bob);
  const shot = (page: Page, name: string) => page.screenshot({ path: info.outputPath(`${name}.png`), animations: "disabled" });

  await test.step("a fresh node asks to found or to join", async () => {
    await expect(alicePage.getByRole("heading", { name: "Hours of help, counted together" })).toBeVisible();
    await expect(alicePage.getByRole("link", { name: /Join with an invitation/ })).toBeVisible();
    await expect(alicePage.getByRole("link", { name: /Found a village/ })).toBeVisible();
  });

  await test.step("Alice founds a village and invites Bob, who joins", async () => {
    await found(alicePage, { village: VILLAGE, me: "Alice" });
    await expectBalance(alicePage, "0 hours");
    await expect(alicePage.getByText("You can give 40 h more: your balance may go down to −40 h in Demo Valley.")).toBeVisible();
    const text = await invitationText(alicePage);
    await expect(alicePage.getByRole("img", { name: `QR code of the invitation to ${VILLAGE}` })).toBeVisible();
    await join(bobPage, { text: `Dear Bob,\nhere it is: ${text}\nYours, Alice`, me: "Bob", village: VILLAGE });
    await expectBalance(bobPage, "0 hours");
  });

  await test.step("Bob asks Alice for two hours of carpentry", async () => {
    await begin(bobPage, "Request", "Alice", "2 hours", "2 h carpentry");
    const sheet = bobPage.getByRole("dialog");
    await expect(sheet).toContainText(/Alice gives\s*2\sh/);
    await expect(sheet).toContainText(/You get\s*1\sh 48\smin/);
    await expect(sheet).toContainText(/State fund\s*9\smin/);
    await expect(sheet).toContainText(/Community fund\s*3\smin/);
    await sheet.getByRole("button", { name: /Ask Alice for 2\sh/ }).click();
    await expect(bobPage.getByRole("heading", { name: /You asked Alice for 2\sh/ })).toBeVisible();
    await go(bobPage, "#/");
    await expect(bobPage.getByRole("heading", { name: /You asked Alice for 2\sh/ })).toBeVisible();
  });

  await test.step("Alice sees it with its split and accepts with one tap", async () => {
    await go(alicePage, "#/");
    const card = alicePage.getByRole("article").filter({ hasText: /Bob asks you for 2\sh/ });
    await expect(card).toBeVisible();
    await expect(card).toContainText("2 h carpentry");
    await expect(card).toContainText(/Bob gets\s*1\sh 48\smin/);
    await expect(alicePage.getByRole("link", { name: /Home/ })).toContainText("1 waiting");
    await shot(alicePage, "request-to-me");
    await card.getByRole("button", { name: /Accept: give 2\sh/ }).click();
    await expectBalance(alicePage, "minus 2 hours");
    await expect(card).toBeHidden();
    await expect(alicePage.getByText("You can give 38 h more")).toBeVisible();
  });

  await test.step("Bob's book takes it by itself", async () => {
    await expectBalance(bobPage, "1 hour 48 minutes");
    await expect(bobPage.getByRole("article")).toHaveCount(0);
  });

  await test.step("both see the same levies and honest states", async () => {
    for (const page of [alicePage, bobPage]) {
      await expectFunds(page, "9 minutes", "3 minutes");
    }
    await go(alicePage, "#/activity");
    const line = alicePage.getByRole("link", { name: /To Bob/ });
    await expect(line).toContainText(/received|witnessed/);
    await line.click();
    await expect(alicePage.getByRole("heading", { name: "To Bob" })).toBeVisible();
    await expect(alicePage.getByText("“2 h carpentry”")).toBeVisible();
    await expect(alicePage.getByText(/Bob has taken it/)).toBeVisible();
    await go(bobPage, "#/activity");
    await expect(bobPage.getByRole("link", { name: /From Alice/ })).toContainText("“2 h carpentry”");
  });

  await test.step("Alice pays Bob in three taps; unasked, he takes it with one", async () => {
    if (process.env.COMMONS_CREDIT_PICTURES) await readmePicture(browser, alicePage);
    await begin(alicePage, "Pay", "Bob", "30 minutes", "Apples");
    const sheet = alicePage.getByRole("dialog");
    await expect(sheet).toContainText(/You give\s*30\smin/);
    await expect(sheet).toContainText(/Bob gets\s*27\smin/);
    await expect(sheet).toContainText(/Your balance after\s*−2\sh 30\smin/);
    await shot(alicePage, "confirm-pay");
    await sheet.getByRole("button", { name: /Give Bob 30\smin/ }).click();
    await expect(alicePage.getByRole("heading", { name: /You gave Bob 30\smin/ })).toBeVisible();
    await expect(alicePage.getByText("Bob has not taken it yet.")).toBeVisible();

    await go(bobPage, "#/");
    const card = bobPage.getByRole("article").filter({ hasText: /Alice gave you 30\smin/ });
    await expect(card).toContainText("Apples");
    await card.getByRole("button", { name: /Take 27\smin/ }).click();
    await expectBalance(bobPage, "2 hours 15 minutes");
    await expect(alicePage.getByText("Bob has taken it")).toBeVisible();
    await go(alicePage, "#/");
    await expectBalance(alicePage, "minus 2 hours 30 minutes");
  });

  await test.step("a page whose node ends says so and comes to the new start's address", async () => {
    const port = bob.port;
    await bob.stop();
    await expect(bobPage.getByText("Reconnecting")).toBeVisible();

    await go(bobPage, "#/pay");
    await bobPage.getByRole("link", { name: "Alice", exact: true }).click();
    await bobPage.getByRole("button", { name: "15 minutes", exact: true }).click();
    await expect(bobPage.getByRole("alert")).toContainText("Your node does not answer just now, so nothing was written.");
    await shot(bobPage, "node-gone");
    await bob.start(port);
    await expect(bobPage.getByText("Your node was started anew")).toBeVisible();
    await bobPage.goto(bob.url);
  });

  await test.step("after the restart all is still there", async () => {
    await expectBalance(bobPage, "2 hours 15 minutes");
    await go(bobPage, "#/activity");
    await expect(bobPage.getByRole("link", { name: /From Alice/ })).toHaveCount(2);
    for (const page of [alicePage, bobPage]) {
      await expectFunds(page, "11 minutes 15 seconds", "3 minutes 45 seconds");
    }
    await go(alicePage, "#/");
    await expectBalance(alicePage, "minus 2 hours 30 minutes");
  });

  await test.step("and it goes on", async () => {
    await begin(bobPage, "Pay", "Alice", "15 minutes");
    await bobPage.getByRole("button", { name: /Give Alice 15\smin/ }).click();
    await expect(bobPage.getByRole("heading", { name: /You gave Alice 15\smin/ })).toBeVisible();
    await go(alicePage, "#/");
    await alicePage.getByRole("button", { name: /Take 13\smin 31\ss/ }).click();
    await expectBalance(alicePage, "minus 2 hours 16 minutes 29 seconds");
  });

  await test.step("an audit on either node finds everything in its place", async () => {
    for (const node of [alice, bob]) {
      await expect(async () => {
        const [audit, ...others] = await node.audit();
        expect(others).toEqual([]);
        expect(audit).toMatchObject({
          name: VILLAGE,
          verdict: "sound",
          report: { transfers: 3, transfers_in_flight: 0, findings: [], missing: [], sums: { total_s: 0, in_flight_s: 0 } },
        });
      }).toPass({ timeout: 60_000 });
    }
  });
});

/** The README's picture: home and the confirm sheet, side by side, as large as on a phone. */
async function readmePicture(browser: Browser, page: Page): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  const context = await browser.newContext({ viewport: { width: 2 * PHONE.width + 72, height: PHONE.height + 48 }, deviceScaleFactor: 1 });
  const frame = await context.newPage();
  await go(page, "#/");
  await expectBalance(page, "minus 2 hours");
  const home = await page.screenshot({ path: `${PICTURES}home.png`, animations: "disabled" });
  await begin(page, "Pay", "Bob", "2 hours", "2 h carpentry");
  const confirm = await page.screenshot({ path: `${PICTURES}confirm.png`, animations: "disabled" });
  await page.keyboard.press("Escape");
  const image = (png: Buffer) => `<img src="data:image/png;base64,${png.toString("base64")}" alt="">`;
  await frame.setContent(
    `<style>body{margin:0;display:flex;gap:24px;padding:24px;background:#dcd8cb}img{border-radius:18px}</style>${image(home)}${image(confirm)}`,
  );
  await frame.screenshot({ path: `${PICTURES}home-and-confirm.png` });
  await context.close();
}
