/** Every screen, light and dark, on a 360 pixel wide phone: accessible, inside its width, big enough to tap. */
import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { encodeHashToBase64 } from "@holochain/client";
import { agent, type Sample } from "../samples/conductor.ts";

const TAP_MIN_PX = 44;
const BOB = encodeHashToBase64(agent(1));

interface Shot {
  name: string;
  hash: string;
  sample?: Partial<Sample>;
  /** What to do before looking. */
  act?: (page: Page) => Promise<void>;
  /** What shows that the screen is there. */
  heading: string | RegExp;
}

const invitation = `cc1:${"q83vEjRWeJq8".repeat(10)}`;
const amount = (chip: string) => (page: Page) => page.getByRole("button", { name: chip, exact: true }).click();

const SHOTS: Shot[] = [
  { name: "welcome", hash: "#/", sample: { villages: 0 }, heading: "Hours of help, counted together" },
  { name: "found", hash: "#/found", sample: { villages: 0 }, heading: "Found a village" },
  {
    name: "found-faults",
    hash: "#/found",
    sample: { villages: 0 },
    heading: "Found a village",
    act: async (page) => {
      await page.getByLabel("State fund").fill("60");
      await page.getByLabel("Community fund").fill("seven");
      await page.getByLabel("Council").check();
      await page.getByLabel("How many stewards must agree").fill("0");
      await page.getByRole("button", { name: "Look it over" }).click();
      await expect(page.getByLabel("Name of the village")).toBeFocused();
    },
  },
  {
    name: "found-review",
    hash: "#/found",
    sample: { villages: 0 },
    heading: "Is this right?",
    act: async (page) => {
      await page.getByLabel("Name of the village").fill("Demo Valley");
      await page.getByLabel("Your name").fill("Alice");
      await page.getByRole("button", { name: "Look it over" }).click();
    },
  },
  {
    name: "found-working",
    hash: "#/found",
    sample: { villages: 0 },
    heading: "Founding the village",
    act: async (page) => {
      await page.getByLabel("Name of the village").fill("Demo Valley");
      await page.getByLabel("Your name").fill("Alice");
      await page.getByRole("button", { name: "Look it over" }).click();
      await page.getByRole("button", { name: "Found the village" }).click();
    },
  },
  { name: "join", hash: "#/join", sample: { villages: 0 }, heading: "Join a village" },
  {
    name: "join-review",
    hash: "#/join",
    sample: { villages: 0 },
    heading: "This is the village",
    act: async (page) => {
      await page.getByLabel("Invitation").fill(`Dear Bob,\nhere it is: ${invitation}\nAlice`);
      await page.getByLabel("Your name").fill("Bob");
      await page.getByRole("button", { name: "Read the invitation" }).click();
    },
  },
  { name: "open-book", hash: "#/", sample: { opened: false }, heading: "Your book in Demo Valley" },
  { name: "home", hash: "#/", heading: "Demo Valley" },
  {
    name: "home-full-inbox",
    hash: "#/",
    heading: "Demo Valley",
    sample: {
      balance_s: -39 * 3_600,
      inbox: ["request_to_me", "transfer_unasked", "declined", "refused", "request_by_me", "transfer_asked"],
    },
  },
  { name: "home-first", hash: "#/", heading: "Demo Valley", sample: { balance_s: 0, members: 1, lines: 1, inbox: [], villages: 1 } },
  { name: "home-reconnecting", hash: "#/", heading: "Demo Valley", sample: { link: "reconnecting" } },
  { name: "home-lost", hash: "#/", heading: "Demo Valley", sample: { link: "lost" } },
  {
    name: "refuse",
    hash: "#/",
    heading: "Refuse what Bob asks?",
    act: (page) => page.getByRole("button", { name: "Refuse …" }).click(),
  },
  { name: "choose", hash: "#/pay", heading: "Whom do you pay?" },
  {
    name: "choose-of-600",
    hash: "#/request",
    heading: "Whom do you ask?",
    sample: { members: 600 },
    act: async (page) => {
      await page.getByLabel("Find a name").fill("hohen");
      await expect(page.getByText("55 found")).toBeAttached();
      await expect(page.getByRole("link", { name: /Dorothea/ })).toHaveCount(40);
      await page.getByRole("button", { name: "Show more" }).click();
      await expect(page.getByRole("link", { name: /Dorothea/ })).toHaveCount(55);
    },
  },
  { name: "give", hash: `#/pay/${BOB}`, heading: "Pay Bob" },
  { name: "confirm-pay", hash: `#/pay/${BOB}`, heading: "Check before you pay", act: amount("2 hours") },
  {
    name: "confirm-pay-beyond-floor",
    hash: `#/pay/${BOB}`,
    heading: "Check before you pay",
    sample: { balance_s: -39 * 3_600 },
    act: amount("2 hours"),
  },
  { name: "confirm-request", hash: `#/request/${BOB}`, heading: "Check before you ask", act: amount("30 minutes") },
  {
    name: "paid",
    hash: `#/pay/${BOB}`,
    heading: /You gave Bob 2\sh/,
    act: async (page) => {
      await amount("2 hours")(page);
      await page.getByRole("button", { name: /Give Bob/ }).click();
    },
  },
  {
    name: "pay-refused",
    hash: `#/pay/${BOB}`,
    heading: "Check before you pay",
    sample: { refuse: "E_FLOOR_CROSSED" },
    act: async (page) => {
      await amount("2 hours")(page);
      await page.getByRole("button", { name: /Give Bob/ }).click();
      await expect(page.getByRole("alert")).toContainText("more than you can give now");
    },
  },
  { name: "activity", hash: "#/activity", heading: "Activity", act: (page) => page.getByText("What the marks mean").click() },
  { name: "line", hash: "#/activity/46", heading: "To Chandra" },
  { name: "village", hash: "#/village", heading: "Demo Valley" },
  { name: "invite", hash: "#/invite", heading: "Invite a neighbour" },
  { name: "settings", hash: "#/settings", heading: "Settings" },
  { name: "absent", hash: "#/", sample: { link: "absent" }, heading: "No node here" },
];

async function show(page: Page, shot: Shot): Promise<void> {
  await page.goto(`/?sample=${encodeURIComponent(JSON.stringify(shot.sample ?? {}))}${shot.hash}`);
  await shot.act?.(page);
  await expect(page.getByRole("heading", { name: shot.heading }).first()).toBeAttached();
}

test.use({ contextOptions: { reducedMotion: "reduce" } });

for (const shot of SHOTS) {
  test(shot.name, async ({ page }, info) => {
    await show(page, shot);
    if (shot.name === "home-reconnecting") await expect(page.getByText("Reconnecting")).toBeVisible();
    if (shot.name === "home-lost") await expect(page.getByText("started anew")).toBeVisible();

    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: info.outputPath(`${shot.name}-${colorScheme}.png`), fullPage: true });
      expect(await accessibilityFaults(page), colorScheme).toEqual([]);
    }
    expect(await pixelsBeyondWidth(page)).toBe(0);
    expect(await tooSmallToTap(page)).toEqual([]);
  });
}

async function accessibilityFaults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
}

async function pixelsBeyondWidth(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

async function tooSmallToTap(page: Page): Promise<unknown[]> {
  return page.locator("a, button, input, textarea, summary, label:has(input)").evaluateAll((elements, least) => {
    // A radio button is tapped by its whole label.
    const seen = elements.filter((element) => element.checkVisibility() && !element.matches("label input"));
    return seen
      .map((element) => ({ html: element.outerHTML.slice(0, 90), height: element.getBoundingClientRect().height }))
      .filter(({ height }) => height < least);
  }, TAP_MIN_PX);
}

test("every screen in German is as accessible and as narrow", async ({ page }) => {
  test.setTimeout(180_000);
  await page.addInitScript(() => localStorage.setItem("commons-credit.language", "de"));
  for (const shot of SHOTS.filter((one) => !one.act)) {
    await page.goto(`/?sample=${encodeURIComponent(JSON.stringify(shot.sample ?? {}))}${shot.hash}`);
    await expect(page.locator("html")).toHaveAttribute("lang", "de");
    await expect(page.getByRole("heading").first()).toBeAttached();
    expect(await pixelsBeyondWidth(page), shot.name).toBe(0);
    await expect(page.locator("body")).not.toContainText("undefined");
  }
});
