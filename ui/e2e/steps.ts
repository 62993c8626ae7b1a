/** What a member does, in the member's words. */
import { expect, type Page } from "@playwright/test";

/** The first calls of a village compile its zomes. */
const FIRST_CALLS = { timeout: 180_000 };

export async function go(page: Page, hash: string): Promise<void> {
  await page.evaluate((to) => {
    location.hash = to;
  }, hash);
}

/** The levies that the form for a new village begins with, in percent. */
const LEVIES: Levies = { state: "7.5", community: "2.5" };

interface Levies {
  state: string;
  community: string;
}

export async function found(page: Page, { village, me, levies }: { village: string; me: string; levies?: Levies }): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toBeAttached(FIRST_CALLS);
  await go(page, "#/found");
  await page.getByLabel("Name of the village").fill(village);
  await page.getByLabel("Your name").fill(me);
  if (levies) {
    await page.getByLabel("State fund").fill(levies.state);
    await page.getByLabel("Community fund").fill(levies.community);
  }
  await page.getByRole("button", { name: "Look it over" }).click();
  await page.getByRole("button", { name: "Found the village" }).click();
  await expect(page.getByText(`${village} is founded, and your book is open.`)).toBeVisible(FIRST_CALLS);
  await expect(page.getByRole("region", { name: "Your balance" })).toBeVisible(FIRST_CALLS);
}

export async function invitationText(page: Page): Promise<string> {
  await go(page, "#/invite");
  const box = page.getByLabel("Invitation as text");
  await expect(box).toHaveValue(/^cc1:/);
  return box.inputValue();
}

export async function join(page: Page, { text, me, village, levies = LEVIES }: { text: string; me: string; village: string; levies?: Levies }): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toBeAttached(FIRST_CALLS);
  await go(page, "#/join");
  await page.getByLabel("Invitation").fill(text);
  await page.getByLabel("Your name").fill(me);
  await page.getByRole("button", { name: "Read the invitation" }).click();
  await expect(page.getByRole("heading", { name: village })).toBeVisible(FIRST_CALLS);
  await expect(page.getByText(`State fund ${levies.state} %, Community fund ${levies.community} %`)).toBeVisible();
  await page.getByRole("button", { name: `Join ${village}` }).click();
  await expect(page.getByText(`Welcome to ${village}: your book is open.`)).toBeVisible(FIRST_CALLS);
  await expect(page.getByRole("region", { name: "Your balance" })).toBeVisible(FIRST_CALLS);
}

/** Person, amount: up to the sheet that shows the split. */
export async function begin(page: Page, which: "Pay" | "Request", person: string, chip: string, words = ""): Promise<void> {
  await go(page, "#/");
  await page.getByRole("link", { name: which, exact: true }).click();
  // Members appear when the nodes have met.
  await page.getByRole("link", { name: person, exact: true }).click({ timeout: 120_000 });
  if (words) await page.getByLabel("What for?").fill(words);
  await page.getByRole("button", { name: chip, exact: true }).click();
  await expect(page.getByRole("dialog")).toContainText("Your balance");
}

/** Chooses somebody from a list, once they are known. */
export async function choose(page: Page, label: string, name: string): Promise<void> {
  const select = page.getByLabel(label);
  const option = select.locator("option").filter({ hasText: name });
  await expect(option).toBeAttached();
  await select.selectOption((await option.getAttribute("value")) ?? "");
}

/** Asks the village by the form on the screen; answers the address of the ballot. */
export async function ask(page: Page): Promise<string> {
  await page.getByRole("button", { name: "Ask the village", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Still open" })).toBeVisible();
  return page.evaluate(() => location.hash);
}

/** Each says yes once the ballot has come to their node; whoever knows enough of the votes first closes it. */
export async function adopt(ballot: string, voters: Page[]): Promise<void> {
  for (const page of voters) {
    await go(page, ballot);
    await page.getByRole("button", { name: "Yes", exact: true }).click();
    await expect(page.getByText("You said yes.")).toBeVisible();
  }
  const last = voters.at(-1);
  await expect(async () => {
    // The last voter's node may not have had the other votes yet when they voted.
    const close = last?.getByRole("button", { name: "Count and close", exact: true });
    if (close && (await close.isVisible())) await close.click({ timeout: 2_000 });
    if (last) await expect(last.getByRole("heading", { name: "Adopted" })).toBeVisible({ timeout: 5_000 });
  }).toPass({ timeout: 90_000 });
  for (const page of voters) await expect(page.getByRole("heading", { name: "Adopted" })).toBeVisible();
}

export async function expectBalance(page: Page, spoken: string): Promise<void> {
  await expect(page.getByRole("region", { name: "Your balance" }).getByRole("paragraph").first()).toContainText(spoken);
}

/** The levies that the village's books have earned, as this node knows them. */
export async function expectFunds(page: Page, state: string, community: string): Promise<void> {
  await go(page, "#/funds");
  const funds = page.getByRole("region", { name: "Earned for the common funds" });
  await expect(funds.getByRole("definition").nth(0)).toContainText(state);
  await expect(funds.getByRole("definition").nth(1)).toContainText(community);
}
