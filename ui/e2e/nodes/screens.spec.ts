/** Every screen of a real village, on a small phone and on a wide desk, in both colour schemes and languages. */
import { accessibilityFaults, expect, test } from "../fixtures.ts";
import { begin, go } from "../steps.ts";

const PLACES = ["#/", "#/pay", "#/request", "#/activity", "#/activity/1", "#/village", "#/people", "#/projects", "#/funds", "#/decisions", "#/propose/levies", "#/disputes", "#/invite", "#/settings", "#/welcome", "#/found", "#/join"];

test("every screen of a real village", async ({ neighbours: { alicePage: page, bobPage } }, info) => {
  await begin(bobPage, "Request", "Alice", "2 hours", "2 h carpentry");
  await bobPage.getByRole("button", { name: /Ask Alice/ }).click();
  await go(page, "#/");
  await expect(page.getByRole("article")).toHaveCount(1);

  for (const [width, height] of [[360, 740], [1280, 800]] as const) {
    await page.setViewportSize({ width, height });
    for (const place of PLACES) {
      await go(page, place);
      await expect(page.getByRole("heading", { level: 1 })).toBeAttached();
      await expect(page.getByText("One moment …")).toHaveCount(0);
      if (place === "#/invite") await expect(page.getByLabel("Invitation as text")).toBeVisible();
      expect(await accessibilityFaults(page), `${place} at ${width}`).toEqual([]);
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(beyond, `${place} at ${width}`).toBe(0);
      await page.emulateMedia({ colorScheme: "light" });
      await page.screenshot({ path: info.outputPath(`${place.replace(/\W+/g, "-")}-${width}.png`) });
    }
  }

  await test.step("German is chosen in the settings and stays after a reload", async () => {
    await go(page, "#/settings");
    await page.getByLabel("Deutsch").check();
    await expect(page.getByRole("heading", { name: "Optionen" })).toBeVisible();
    await page.reload();
    await expect(page.getByRole("heading", { name: "Optionen" })).toBeVisible();
    await go(page, "#/");
    await expect(page.getByRole("region", { name: "Dein Stand" })).toContainText("Du kannst noch 40 h geben");
    await expect(page.getByRole("button", { name: /Zustimmen: 2\sh geben/ })).toBeVisible();
  });

  await test.step("a dark look is chosen on a light device and stays", async () => {
    await page.emulateMedia({ colorScheme: "light" });
    const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await paper();
    await go(page, "#/settings");
    await page.getByLabel("Dunkel").check();
    await expect.poll(paper).not.toBe(light);
    await page.reload();
    await expect.poll(paper).not.toBe(light);
  });

  await test.step("another village opens from the list, and this one again", async () => {
    await go(page, "#/found");
    await page.getByLabel("Name des Dorfs").fill("Second Hill");
    await page.getByLabel("Dein Name").fill("Alice");
    await page.getByRole("button", { name: "Noch einmal ansehen" }).click();
    await expect(page.getByText("Staatskasse 7,5 %, Gemeinschaftskasse 2,5 %")).toBeVisible();
    await page.getByRole("button", { name: "Dorf gründen" }).click();
    await expect(page.getByRole("banner")).toContainText("Second Hill", { timeout: 120_000 });
    await go(page, "#/village");
    await page.getByRole("button", { name: info.title, exact: true }).click();
    await expect(page.getByRole("banner")).toContainText(info.title);
  });
});
