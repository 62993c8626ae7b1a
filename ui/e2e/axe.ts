/** What axe finds wrong on a page, in the light and in the dark look. */
import type { Page } from "@playwright/test";
import axe from "axe-core";

/** The rules whose verdict hangs on colours. */
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];

/**
 * Everything in the light look; in the dark one the colours, and everything again when more than colours differs: an
 * element, a word, its place or whether it is seen.
 */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  const faults: string[] = [];
  let judged: string | undefined;
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await settled(page);
    const layout = await layoutOf(page);
    const found = await violations(page, layout === judged ? COLOUR_RULES : undefined);
    faults.push(...found.map((fault) => `${colorScheme} ${fault}`));
    judged = layout;
  }
  return faults;
}

/**
 * Waits until nothing fades or moves any more: on its way from one look to the other a text may be as dark as what it
 * stands on. With reduced motion every colour changes by a transition of its own, however short.
 */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const ending = () => document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity);
    do {
      await Promise.allSettled(ending().map((one) => one.finished));
      // What the new look, or the end of another change, sets going has begun two frames later.
      for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
    } while (ending().some((one) => one.playState === "running"));
  });
}

/** All that axe can see of the page besides colours. */
function layoutOf(page: Page): Promise<string> {
  return page.evaluate(() => {
    const boxes = [...document.querySelectorAll("*")].map((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return [x, y, width, height, element.checkVisibility({ opacityProperty: true, visibilityProperty: true })].join();
    });
    return document.documentElement.outerHTML + boxes.join(";");
  });
}

/** By these rules, or by all that axe has switched on. */
async function violations(page: Page, rules?: string[]): Promise<string[]> {
  // A page keeps it until it is loaded anew. No page of ours has frames, so it can judge where it is.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  return page.evaluate(async (only) => {
    if (document.querySelector("iframe, frame")) throw new Error("axe would not see into this frame");
    const results = await window.axe.run(document, { resultTypes: ["violations"], ...(only && { runOnly: only }) });
    return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
  }, rules);
}

declare global {
  interface Window {
    axe: typeof axe;
  }
}
