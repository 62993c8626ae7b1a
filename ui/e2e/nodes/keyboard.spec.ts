/** Everything that matters is done with a keyboard alone, and the focus is always where one expects it. */
import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures.ts";
import { expectBalance, go } from "../steps.ts";

/** Far more stops than any screen has. */
const STOPS_MAX = 60;

/** Tabs on until the element of this role and name has the focus; it must be seen to have it. */
async function tabTo(page: Page, role: "link" | "button" | "textbox", name: string | RegExp): Promise<void> {
  const wanted = page.getByRole(role, { name, exact: typeof name === "string" });
  await expect(wanted.first()).toBeVisible();
  for (let stop = 0; stop < STOPS_MAX; stop += 1) {
    await page.keyboard.press("Tab");
    const reached = await wanted.evaluateAll((elements) => elements.includes(document.activeElement as HTMLElement));
    if (!reached) continue;
    const outline = await page.evaluate(() => {
      const at = document.activeElement;
      const shown = (element: Element | null) => element !== null && getComputedStyle(element).outlineStyle !== "none";
      return shown(at) || shown(at?.parentElement ?? null);
    });
    expect(outline, `the focus on ${name} is visible`).toBe(true);
    return;
  }
  throw new Error(`${role} ${name} was not reached with the Tab key`);
}

test("paying with a keyboard alone", async ({ neighbours: { alicePage: page, bobPage } }) => {
  await go(page, "#/");
  await expectBalance(page, "0 hours");

  await tabTo(page, "link", "Pay");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Whom do you pay?" })).toBeFocused();

  await tabTo(page, "link", "Bob");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Pay Bob" })).toBeFocused();

  await tabTo(page, "textbox", "Hours");
  await page.keyboard.type("1:30");
  await tabTo(page, "textbox", /What for/);
  await expect(page.getByRole("textbox", { name: "Hours" })).toHaveValue("1");
  await expect(page.getByRole("textbox", { name: "Minutes" })).toHaveValue("30");
  await page.keyboard.type("Bread");
  await page.keyboard.press("Enter");

  const sheet = page.getByRole("dialog", { name: "Check before you pay" });
  await expect(sheet).toContainText(/You give\s*1\sh 30\smin/);

  await test.step("Escape closes the sheet and gives the focus back", async () => {
    await page.keyboard.press("Escape");
    await expect(sheet).toBeHidden();
    await expect(page.getByLabel("What for?")).toBeFocused();
    await expect(page.getByLabel("What for?")).toHaveValue("Bread");
  });

  await test.step("the focus stays inside the sheet", async () => {
    await page.keyboard.press("Enter");
    await expect(sheet).toContainText("Bob gets");
    for (let stop = 0; stop < 8; stop += 1) {
      await page.keyboard.press("Tab");
      expect(await page.evaluate(() => document.activeElement?.closest("dialog, body")?.tagName)).toMatch(/DIALOG|BODY/);
      expect(await page.evaluate(() => document.activeElement?.closest("main") !== null)).toBe(false);
    }
  });

  await tabTo(page, "button", /Give Bob 1\sh 30\smin/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: /You gave Bob 1\sh 30\smin/ })).toBeFocused();
  await tabTo(page, "link", "Back to home");
  await page.keyboard.press("Enter");
  await expectBalance(page, "minus 1 hour 30 minutes");

  await go(bobPage, "#/");
  await tabTo(bobPage, "button", /Take 1\sh 21\smin/);
  await bobPage.keyboard.press("Space");
  await expectBalance(bobPage, "1 hour 21 minutes");
});

test("two quick taps pay once", async ({ neighbours: { alicePage: page, bobPage } }) => {
  await go(page, "#/pay");
  await page.getByRole("link", { name: "Bob", exact: true }).click({ timeout: 120_000 });
  await page.getByRole("button", { name: "15 minutes", exact: true }).click();
  const give = page.getByRole("button", { name: /Give Bob 15\smin/ });
  await expect(give).toBeVisible();
  await give.evaluate((button: HTMLButtonElement) => {
    button.click();
    button.click();
    button.click();
  });
  await expect(page.getByRole("heading", { name: /You gave Bob 15\smin/ })).toBeVisible();
  await go(page, "#/");
  await expectBalance(page, "minus 15 minutes");
  await go(bobPage, "#/");
  await expect(bobPage.getByRole("article")).toHaveCount(1);
  await go(page, "#/activity");
  await expect(page.getByRole("link", { name: /To Bob/ })).toHaveCount(1);
});
