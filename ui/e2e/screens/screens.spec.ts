/** Every screen on a small phone, in both looks and languages: accessible, inside its width, big enough to tap. */
import { expect, test as plain, type BrowserContext, type BrowserContextOptions, type Page } from "@playwright/test";
import { accessibilityFaults } from "../axe.ts";
import { show, SHOTS } from "./shots.ts";

const TAP_MIN_PX = 44;
/** The phone's own width, the narrowest that WCAG asks for, and the phone at twice the size. */
const WIDTHS_PX = [360, 320, 180];

/** Each test has a page of its own; all pages of a worker share what the browser has loaded and compiled. */
const test = plain.extend<object, { profile: BrowserContext }>({
  profile: [
    async ({ browser }, use, { project }) => {
      const context = await browser.newContext({ ...(project.use as BrowserContextOptions), reducedMotion: "reduce" });
      await use(context);
      await context.close();
    },
    { scope: "worker" },
  ],
  page: async ({ profile }, use) => {
    const page = await profile.newPage();
    await use(page);
    await page.close();
  },
});

for (const shot of SHOTS) {
  test(shot.name, async ({ page }, info) => {
    const foreign = strangers(page);
    await show(page, shot);
    for (const colorScheme of ["light", "dark"] as const) await picture(page, info.outputPath(`${shot.name}-${colorScheme}.png`), colorScheme);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await tooSmallToTap(page)).toEqual([]);
    await expectInsideWidths(page);
    expect(foreign, "requests that left this machine").toEqual([]);
  });

  test(`${shot.name} in German`, async ({ page }, info) => {
    await show(page, shot, "de");
    await expect(page.locator("html")).toHaveAttribute("lang", "de");
    await expect(page.locator("body")).not.toContainText(/undefined|\{\w+\}/);
    await picture(page, info.outputPath(`${shot.name}-german.png`), "light");
    expect(await tooSmallToTap(page)).toEqual([]);
    await expectInsideWidths(page);
  });
}

/** Notes every request that leaves this machine. */
function strangers(page: Page): string[] {
  const foreign: string[] = [];
  page.on("request", (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (!["data:", "blob:"].includes(protocol) && hostname !== "127.0.0.1") foreign.push(request.url());
  });
  return foreign;
}

/** To be looked at by whoever works on the screens. */
async function picture(page: Page, path: string, colorScheme: "light" | "dark"): Promise<void> {
  if (process.env.CI) return;
  await page.emulateMedia({ colorScheme });
  await page.screenshot({ path, fullPage: true });
}

/** Nothing is wider than the window, neither the page nor a word in its box. */
async function expectInsideWidths(page: Page): Promise<void> {
  const height = page.viewportSize()?.height ?? 0;
  for (const width of WIDTHS_PX) {
    await page.setViewportSize({ width, height });
    // A new width is laid out a moment after it was asked for.
    await expect.poll(() => tooWide(page, width), { message: `at ${width}` }).toEqual([]);
  }
}

async function tooWide(page: Page, asked: number): Promise<string[]> {
  return page.locator("body *").evaluateAll((elements, asked) => {
    if (innerWidth !== asked) return [`the window is still ${innerWidth} wide`];
    const width = document.documentElement.clientWidth;
    return elements
      .filter((element) => element.checkVisibility() && !element.closest(".out-of-sight, .label, .icon, svg, input, textarea"))
      .filter((element) => {
        const box = element.getBoundingClientRect();
        // Names in the bars are cut off or lie beside their icons.
        const cut = getComputedStyle(element).textOverflow === "ellipsis" || element.matches("nav a");
        return box.right > width + 0.5 || box.left < -0.5 || (!cut && element.scrollWidth > Math.ceil(box.width) + 1);
      })
      .map((element) => element.outerHTML.slice(0, 120));
  }, asked);
}

async function tooSmallToTap(page: Page): Promise<unknown[]> {
  return page.locator("a, button, input, textarea, summary, label:has(input)").evaluateAll((elements, least) => {
    // A radio button is tapped by its whole label.
    const seen = elements.filter((element) => element.checkVisibility() && !element.matches("label input"));
    return seen
      .map((element) => ({ html: element.outerHTML.slice(0, 90), box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.height < least || box.width < least)
      .map(({ html, box }) => `${html} ${box.width}x${box.height}`);
  }, TAP_MIN_PX);
}
