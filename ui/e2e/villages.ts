/** What members and gateways of several villages do, in their words: villages, lines, contact cards. */
import { expect, type Locator, type Page } from "@playwright/test";
import { adopt, ask, choose, go } from "./steps.ts";

/** What comes to another node, or over a line. */
export const LATE = { timeout: 120_000 };

export const button = (place: Page | Locator, name: string | RegExp) => place.getByRole("button", { name, exact: typeof name === "string" });
export const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { name });
export const link = (place: Page | Locator, name: string | RegExp) => place.getByRole("link", { name, exact: typeof name === "string" });

/** Another of one's villages, chosen where one sees them all. */
export async function enter(page: Page, village: string): Promise<void> {
  await go(page, "#/village");
  await button(page, new RegExp(`^${village}`)).click();
  await expect(page.locator("header").getByText(village)).toBeVisible();
  await expect(page.getByRole("region", { name: "Your balance" })).toBeVisible();
}

export async function neighbours(page: Page): Promise<void> {
  await go(page, "#/");
  await go(page, "#/neighbours");
  await expect(heading(page, "Neighbours")).toBeVisible();
}

/** What the list of neighbours says about the line to one of them, by the name that is shown. */
export const lineTo = (page: Page, neighbour: string | RegExp) => page.getByRole("main").getByRole("listitem").filter({ has: heading(page, neighbour) });

/** How far a line is used, in words and as a bar. */
export async function expectUse(page: Page, neighbour: string | RegExp, words: RegExp, used_s: number, limit_s: number): Promise<void> {
  await neighbours(page);
  const card = lineTo(page, neighbour);
  await expect(card.getByText(words)).toBeVisible(LATE);
  await expect(card.getByText("on the way")).toHaveCount(0);
  await expect(card.locator(".meter i")).toHaveCSS("flex-grow", String(used_s));
  await expect(card.locator(".meter span")).toHaveCSS("flex-grow", String(limit_s - used_s));
}

/** A row of a quote: what it says and how much. */
export async function expectRow(page: Page, label: string | RegExp, spoken: string): Promise<void> {
  const row = page.getByRole("definition").filter({ hasText: spoken });
  await expect(page.locator("dl.card > div").filter({ hasText: label }).filter({ has: row })).toBeVisible();
}

/** Waits until somebody is known here: a gateway refuses whom it does not know yet. */
export async function knows(page: Page, name: string): Promise<void> {
  await go(page, "#/people");
  await expect(page.getByRole("main").getByRole("link", { name: new RegExp(`^${name}`) })).toBeVisible(LATE);
}

export interface LineAsked {
  /** The neighbour, another of the asker's villages. */
  to: string;
  /** Who holds both ends. */
  gateway: string;
  /** Hours either way, in the hours of here and of there. */
  limits: readonly [string, string];
  kind: string;
  /** What one hour here is worth there. */
  rate: string;
}

/** The village that the page shows decides on a line to another of the asker's, who decides alone. */
export async function decideLine(page: Page, { to, gateway, limits, kind, rate }: LineAsked): Promise<void> {
  await neighbours(page);
  await link(page, "Propose a trust-line to another village").click();
  await button(page, to).click();
  await choose(page, "Who holds it there", gateway);
  await choose(page, "Who holds the line here", gateway);
  await page.getByLabel("Limit either way").fill(limits[0]);
  await page.getByLabel("The same limit in their hours").fill(limits[1]);
  await page.getByLabel("What is done").fill(kind);
  await page.getByLabel("are hours there").fill(rate);
  await adopt(await ask(page), [page]);
  await expect(page.getByRole("definition").first()).toHaveText(to);
}

/** The village at the other end decides the same: `looked` sees what the form begins with. */
export async function decideSame(page: Page, from: string, looked?: () => Promise<void>): Promise<void> {
  await neighbours(page);
  const offer = page.getByText(`${from} has decided on a trust-line to here.`);
  await expect(offer).toBeVisible();
  await link(page, "Propose the same here").click();
  await button(page, `Begin with what ${from} decided`).click();
  await looked?.();
  await adopt(await ask(page), [page]);
}

/** The gateway of both ends takes the line over, in the village that the page shows. */
export async function takeLineOver(page: Page, neighbour: string): Promise<void> {
  await neighbours(page);
  const card = lineTo(page, neighbour);
  await button(card, "Take the line over").click();
  await expect(page.getByText("The line is in your book.")).toBeVisible();
  await expect(link(card, "Pay somebody there")).toBeVisible();
  await expect(card.getByText(/Nobody owes anything; up to \d+\sh may be owed\./)).toBeVisible();
}

export async function contactCard(page: Page): Promise<string> {
  await go(page, "#/contact");
  const box = page.getByLabel("Contact card as text");
  await expect(box).toHaveValue(/^cc-card1:/);
  return box.inputValue();
}
