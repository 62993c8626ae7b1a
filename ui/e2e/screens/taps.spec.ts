/** What a hurried or a trembling finger does: few taps, double taps, the phone's Back. */
import { readFile } from "node:fs/promises";
import { encodeHashToBase64 } from "@holochain/client";
import { expect, test, type Page } from "@playwright/test";
import { messageText } from "../../src/between/linetext.ts";
import { HOLD_MS } from "../../src/state/steady.ts";
import { dna } from "../samples/basics.ts";
import { NEIGHBOUR, slip } from "../samples/commons.ts";
import type { Sample } from "../samples/conductor.ts";
import { BOB } from "./shots.ts";

test.use({ contextOptions: { reducedMotion: "reduce" } });

const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { name });
const sheet = (page: Page) => page.getByRole("dialog");

async function open(page: Page, hash: string, sample: Partial<Sample> = {}): Promise<void> {
  await page.goto(`/?sample=${encodeURIComponent(JSON.stringify(sample))}${hash}`);
  await expect(page.getByRole("heading", { level: 1 })).toBeAttached();
}

for (const [door, asked] of [["Pay", /Give Fatima 2\sh/], ["Request", /Ask Fatima for 2\sh/]] as const) {
  test(`${door}: three taps to the split, one more to sign`, async ({ page }) => {
    await open(page, "#/", { members: 600 });
    await page.getByRole("link", { name: door, exact: true }).click();
    await page.getByRole("link", { name: "Fatima", exact: true }).click();
    await page.getByRole("button", { name: "2 hours", exact: true }).click();
    await expect(sheet(page)).toContainText(/Community fund\s*3\smin/);
    await page.getByRole("button", { name: asked }).click();
    await expect(heading(page, door === "Pay" ? /You gave Fatima 2\sh/ : /You asked Fatima for 2\sh/)).toBeFocused();
  });
}

test("one of 600 is found by parts of the name, whatever their order and marks", async ({ page }) => {
  await open(page, "#/pay", { members: 600 });
  await page.getByLabel("Find a name").fill("WIESINGER doro 58");
  await expect(page.getByRole("link", { name: "Dorothea Hohenleitner-Wiesinger 586", exact: true })).toBeVisible();
  await page.getByLabel("Find a name").fill("nobody at all");
  await expect(page.getByText("Nobody of that name is known here.")).toBeVisible();
});

test("the second half of a double tap answers nothing; a tap after reading does", async ({ page }) => {
  await page.clock.install();
  await open(page, `#/pay/${BOB}`);
  // From here on time stands still unless it is told to go on.
  await page.clock.pauseAt(Date.now() + 60_000);
  await page.getByRole("button", { name: "2 hours", exact: true }).click();
  const give = page.getByRole("button", { name: /Give Bob/ });
  const box = await give.boundingBox();
  if (!box) throw new Error("the button has no place on the screen");
  const tap = () => page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);

  await tap();
  await page.clock.runFor(HOLD_MS / 2);
  await tap();
  await expect(give).toHaveText(/Give Bob/);
  await page.clock.runFor(HOLD_MS / 2);
  await tap();
  await expect(heading(page, /You gave Bob/)).toBeVisible();
});

test("an answer is held as well when what waits has just come", async ({ page }) => {
  await page.clock.install();
  await open(page, "#/settings");
  await page.clock.pauseAt(Date.now() + 60_000);
  await page.getByRole("link", { name: /^Home/ }).click();
  const accept = page.getByRole("button", { name: /Accept/ });
  await accept.scrollIntoViewIfNeeded();
  const box = await accept.boundingBox();
  if (!box) throw new Error("the button has no place on the screen");
  const tap = () => page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);

  await tap();
  await page.clock.runFor(HOLD_MS / 2);
  await tap();
  await expect(accept).toBeVisible();
  await page.clock.runFor(HOLD_MS / 2);
  await tap();
  await expect(page.getByText(/Accepted\. You gave Bob 2\sh\./)).toBeVisible();
});

test("after an answer by keyboard the focus is on the screen, not lost", async ({ page }) => {
  await open(page, "#/");
  await page.getByRole("button", { name: /Accept/ }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("article")).toHaveCount(0);
  await expect(heading(page, "Demo Valley")).toBeFocused();
});

test("two taps on the confirmation give once", async ({ page }) => {
  await open(page, `#/pay/${BOB}`, { lines: 3 });
  await page.getByRole("button", { name: "2 hours", exact: true }).click();
  await page.getByRole("button", { name: /Give Bob/ }).dblclick();
  await expect(heading(page, /You gave Bob/)).toBeVisible();
  await page.getByRole("link", { name: "Back to home" }).click();
  await expect(page.getByRole("link", { name: /To Bob/ })).toHaveCount(1);
});

test("Back closes the sheet first, then leaves the screen", async ({ page }) => {
  await open(page, "#/");
  await page.getByRole("link", { name: "Pay", exact: true }).click();
  await page.getByRole("link", { name: "Chandra", exact: true }).click();
  await page.getByRole("button", { name: "1 hour", exact: true }).click();
  await expect(sheet(page)).toBeVisible();
  await page.goBack();
  await expect(sheet(page)).toBeHidden();
  await expect(heading(page, "Pay Chandra")).toBeVisible();

  await test.step("a sheet closed by its own button leaves no step behind", async () => {
    await page.getByRole("button", { name: "1 hour", exact: true }).click();
    await page.getByRole("button", { name: "Change it" }).click();
    await expect(sheet(page)).toBeHidden();
    await page.goBack();
    await expect(heading(page, "Whom do you pay?")).toBeVisible();
  });

  await test.step("the arrow goes the same way back", async () => {
    await page.getByRole("link", { name: "Back", exact: true }).click();
    await expect(page.getByRole("region", { name: "Your balance" })).toBeVisible();
    expect(await page.evaluate(() => history.state)).toBeNull();
  });
});

test("Back does not leave while an answer is looked for", async ({ page }) => {
  await open(page, "#/");
  await page.getByRole("link", { name: "Pay", exact: true }).click();
  await open(page, `#/pay/${BOB}`, { lost: true });
  await page.getByRole("button", { name: "2 hours", exact: true }).click();
  await page.getByRole("button", { name: /Give Bob/ }).click();
  await expect(sheet(page)).toContainText("do not pay a second time");
  await page.goBack();
  await expect(sheet(page)).toContainText("do not pay a second time");
  await expect(sheet(page)).toContainText("this payment is not in your book", { timeout: 20_000 });
  await page.goBack();
  await expect(sheet(page)).toBeHidden();
  await expect(heading(page, "Pay Bob")).toBeVisible();
});

test("Back from the second look keeps what was typed", async ({ page }) => {
  await open(page, "#/found", { villages: 0 });
  await page.getByLabel("Name of the village").fill("Demo Valley");
  await page.getByLabel("Your name").fill("Alice");
  await page.getByRole("button", { name: "Look it over" }).click();
  await expect(heading(page, "Is this right?")).toBeVisible();
  await page.goBack();
  await expect(page.getByLabel("Name of the village")).toHaveValue("Demo Valley");
});

test("what was replaced after joining does not stand in the way of joining again", async ({ page }) => {
  await open(page, "#/join");
  await page.getByLabel("Invitation").fill("cc1:q83vEjRWeJq8");
  await page.getByLabel("Your name").fill("Alice");
  await page.getByRole("button", { name: "Read the invitation" }).click();
  await page.getByRole("button", { name: "Join Demo Valley" }).click();
  await expect(page.getByText("Welcome to Demo Valley")).toBeVisible();
  await page.evaluate(() => (location.hash = "#/join"));
  await expect(heading(page, "Join a village")).toBeFocused();
  await page.goBack();
  await expect(page.getByRole("region", { name: "Your balance" })).toBeVisible();
});

test("Back returns to where the list was scrolled to", async ({ page }) => {
  await open(page, "#/activity");
  const line = page.getByRole("link", { name: /To Fatima/ }).nth(1);
  await line.scrollIntoViewIfNeeded();
  const before = await page.evaluate(() => scrollY);
  expect(before).toBeGreaterThan(300);
  await line.click();
  await expect(heading(page, "To Fatima")).toBeFocused();
  expect(await page.evaluate(() => scrollY)).toBe(0);
  await page.getByRole("link", { name: "Back", exact: true }).click();
  await expect(heading(page, "Activity")).toBeFocused();
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(before);
});

test("the reminder of guardians is put off, stays away, and comes back at twice the balance", async ({ page }) => {
  const HOUR_S = 3_600;
  const reminder = page.getByText("You have something to lose by now");
  await open(page, "#/", { balance_s: 12 * HOUR_S, inbox: [] });
  await page.getByRole("button", { name: "Remind me later" }).focus();
  await page.keyboard.press("Enter");
  await expect(reminder).toHaveCount(0);
  await expect(heading(page, "Demo Valley")).toBeFocused();
  for (const [balance_s, times] of [[12 * HOUR_S, 0], [24 * HOUR_S - 1, 0], [24 * HOUR_S, 1]] as const) {
    await open(page, "#/", { balance_s, inbox: [] });
    await expect(page.getByRole("region", { name: "Your balance" })).toBeVisible();
    await expect(reminder).toHaveCount(times);
  }
  await page.getByRole("link", { name: "Name guardians" }).click();
  await expect(heading(page, "Guardians")).toBeFocused();
});

test("what was given twice is asked of the village by keyboard, and the fund's holder makes it good once", async ({ page }) => {
  await open(page, "#/village");
  const enter = async (role: "link" | "button", name: string | RegExp) => {
    const target = page.getByRole(role, { name }).last();
    await target.focus();
    await page.keyboard.press("Enter");
  };
  await enter("link", /^Given twice.*1 waiting for you/);
  await expect(heading(page, "Given twice")).toBeFocused();
  await enter("link", /^Georg: page 14/);
  await expect(heading(page, "Georg gave a page twice")).toBeFocused();
  await enter("link", "Ask the village to make it good");
  await expect(page.getByLabel("How much?")).toHaveValue("1:30");
  await enter("button", "Ask the village");
  await expect(heading(page, /Make good 1\sh 30\smin that Georg gave twice/)).toBeFocused();
  await enter("link", "Look at the proof");
  await expect(page.getByText(/The village is asked to make 1\sh 30\smin good/)).toBeVisible();
  await expect(page.getByRole("link", { name: "Ask the village to make it good" })).toHaveCount(0);

  await page.evaluate(() => (location.hash = "#/twice"));
  await enter("link", /^Fatima: page 13/);
  await enter("button", /^Make good 45\smin …/);
  await expect(sheet(page)).toContainText(/In the fund afterwards\s*13\sh 15\smin/);
  await enter("button", /^Make good 45\smin$/);
  await expect(page.getByText(/You have made 45\smin good\./)).toBeVisible();
  await page.evaluate(() => (location.hash = "#/village"));
  await expect(page.getByRole("link", { name: /^Given twice/ })).not.toContainText("waiting for you");
});

test("a vote by keyboard: from the village to the adopted project", async ({ page }) => {
  await open(page, "#/village");
  const enter = async (role: "link" | "button", name: string | RegExp) => {
    const target = page.getByRole(role, { name }).first();
    await target.focus();
    await page.keyboard.press("Enter");
  };
  await enter("link", /^Decisions.*5 waiting for you/);
  await expect(heading(page, "Decisions")).toBeFocused();
  await enter("link", /^Project: Root cellar/);
  await expect(page.getByText("1 more yes is needed.")).toBeVisible();
  await enter("button", "Yes");
  await expect(heading(page, "Adopted")).toBeVisible();
  await expect(page.getByText("You said yes.")).toBeVisible();
  await expect(heading(page, "Project: Root cellar")).toBeFocused();
  await enter("link", "To the project");
  await expect(heading(page, "Root cellar")).toBeFocused();
});

const NEIGHBOURS_LINE = `#/gateway/${encodeHashToBase64(dna(NEIGHBOUR))}`;
const promise = (length: number) => messageText({ to: dna(0), bytes: slip("iou", length) });

test("what is typed about a line stays as it is when the lines of the village come later: neighbours", async ({ page }) => {
  await open(page, "#/propose/line", { late_ms: 1_500 });
  const field = page.getByLabel("Neighbour village: its number, or a contact card from there");
  await field.fill(encodeHashToBase64(dna(NEIGHBOUR)));
  await expect(page.getByRole("button", { name: "Begin with the terms of now" })).toBeVisible();
  await expect(field).toBeFocused();
});

test("a gateway takes messages out of a file, more than a cheque's file may have, and saves what goes back", async ({ page }) => {
  await open(page, NEIGHBOURS_LINE, { gateway: "held" });
  const text = Array.from({ length: 40 }, (_, i) => promise(600 + i)).join("\n");
  expect(text.length).toBeGreaterThan(20_001);
  const choosing = page.waitForEvent("filechooser");
  await page.getByRole("region", { name: "Take messages" }).getByRole("button", { name: "Open a file" }).click();
  await (await choosing).setFiles({ name: "messages.txt", mimeType: "text/plain", buffer: Buffer.from(text) });
  await expect(page.getByText("40 messages taken.")).toBeVisible();
  const saving = page.waitForEvent("download");
  await page.getByRole("region", { name: "Take messages" }).getByRole("button", { name: "Save as a file" }).click();
  const saved = await saving;
  expect(saved.suggestedFilename()).toMatch(/^Demo-Valley-.*\.txt$/);
  const answers = await readFile(await saved.path(), "utf8");
  expect(answers.match(/cc-line1:/g)).toHaveLength(40);
});

test("to settle debts, a statement is saved as JSON: the program for plans knows it by its name", async ({ page }) => {
  await open(page, "#/settle", { gateway: "held" });
  await page.getByRole("button", { name: /^Sign what we owe/ }).click();
  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save as a file" }).click();
  const saved = await saving;
  expect(saved.suggestedFilename()).toMatch(/^Demo-Valley-.*\.json$/);
  expect(JSON.parse(await readFile(await saved.path(), "utf8"))).toMatchObject({ number: 12, amount_s: 64_800 });
});

test("a file that is far too long is refused, not cut and taken", async ({ page }) => {
  await open(page, NEIGHBOURS_LINE, { gateway: "held" });
  const choosing = page.waitForEvent("filechooser");
  await page.getByRole("region", { name: "Take messages" }).getByRole("button", { name: "Open a file" }).click();
  await (await choosing).setFiles({ name: "all.txt", mimeType: "text/plain", buffer: Buffer.from(`${promise(400)}\n${" ".repeat(300_000)}`) });
  await expect(page.getByText("This is far too much at once.")).toBeVisible();
});

test("by keyboard alone: from Home to hours carried home", async ({ page }) => {
  await open(page, "#/", { owes: true });
  const press = async (name: string | RegExp, role: "link" | "button") => {
    const target = page.getByRole(role, { name });
    await expect(target).toBeVisible();
    for (let step = 0; step < 80 && !(await target.evaluate((element) => element === document.activeElement)); step += 1) await page.keyboard.press("Tab");
    await expect(target).toBeFocused();
    await page.keyboard.press("Enter");
  };
  await press("All your accounts side by side", "link");
  await expect(heading(page, "All your accounts side by side")).toBeFocused();
  await press(/^Carry hours home/, "link");
  await press(/^Carry 17\sh 46\smin from Hill 1 to Demo Valley$/, "button");
  await expect(page.getByText("Arrives at Alice Baumgartner")).toBeVisible();
  await press("Pay across", "button");
  await expect(page.getByText("It is on its way to your account in Demo Valley.")).toBeVisible();
  await press("Go to Demo Valley", "button");
  await expect(page.locator("header").getByText("Demo Valley")).toBeVisible();
});
