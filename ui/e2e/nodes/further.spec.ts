/**
 * Three villages on three nodes: a gateway with a book in all three, Alice in the first, Carol in the last.
 * Alice pays Carol, two villages away, over the lines that there are. With a payment back over a third line debts go
 * round in a ring, and are settled: everything on the screens but the plan, which the program draws up from files.
 */
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures.ts";
import { clear } from "../programs.ts";
import { expectBalance, expectFunds, found, go, invitationText, join } from "../steps.ts";
import { button, contactCard, decideLine, decideSame, enter, expectRow, expectUse, heading, knows, LATE, link, neighbours, takeLineOver } from "../villages.ts";

const [A, B, C] = ["AliceVille", "BobTown", "CarolHill"];
const LEVIES_B = { state: "5", community: "5" };
const LEVIES_C = { state: "2", community: "3" };
const HOUR_S = 3_600;
/** An hour of each village is worth 1.2 hours of the next one. */
const TERMS = { gateway: "Greta", limits: ["50", "60"], kind: "carpentry", rate: "1.2" } as const;
/** Who has no book in BobTown knows it by its number, and CarolHill by a card and its number. */
const UNKNOWN = /^Village …\S+$/;

/** As much as CarolHill owes AliceVille, the least of the three debts, goes round: 1 h without 2 % and 3 %. */
const ROUND_S = 57 * 60;

/** What the village that the page shows owes over one of its lines, signed by both gateways, as a file. */
async function statement(page: Page, creditor: string): Promise<{ name: string; content: string }> {
  await neighbours(page);
  await link(page, /^Settle debts in a ring/).click();
  await button(page, `Sign what we owe ${creditor}`).click();
  await expect(page.getByText("Signed by both gateways: ready for the plan.")).toBeVisible();
  const saving = page.waitForEvent("download");
  await button(page, "Save as a file").click();
  const saved = await saving;
  return { name: saved.suggestedFilename(), content: readFileSync(await saved.path(), "utf8") };
}

/** A plan or a round goes in, in the village that the page shows. */
async function lookAt(page: Page, round: string): Promise<void> {
  await neighbours(page);
  await link(page, /^Settle debts in a ring/).click();
  await page.getByLabel("Plan or round as text").fill(round);
  await button(page, "Look at it").click();
  await expect(heading(page, "Round 1, 3 villages")).toBeVisible();
}

/** What goes on to the others, with the signatures that there are. */
const handedOn = (page: Page) => page.getByRole("textbox", { name: "Round with its signatures" }).inputValue();

// A button that never comes is told by its name, not by the end of the test.
test.use({ actionTimeout: 60_000 });

test("Alice pays Carol two villages away; what three villages owe each other in a ring is settled", async ({ three, open }) => {
  test.setTimeout(600_000);
  const [alice, carol, greta] = await Promise.all([open(three.alice), open(three.bob), open(three.cleo)]);
  let invitationToB = "";
  let card = "";
  let given = "";

  await test.step("Greta founds three villages; Alice joins the first, Carol the last", async () => {
    await found(greta, { village: C, me: "Greta", levies: LEVIES_C });
    await join(carol, { text: await invitationText(greta), me: "Carol", village: C, levies: LEVIES_C });
    await knows(greta, "Carol");
    await found(greta, { village: B, me: "Greta", levies: LEVIES_B });
    invitationToB = await invitationText(greta);
    await found(greta, { village: A, me: "Greta" });
    await join(alice, { text: await invitationText(greta), me: "Alice", village: A });
    await knows(greta, "Alice");
  });

  await test.step("the villages decide on a line from each to the next; Greta holds both ends of both", async () => {
    for (const [from, to] of [[A, B], [B, C]] as const) {
      await enter(greta, from);
      await decideLine(greta, { ...TERMS, to });
      await enter(greta, to);
      await decideSame(greta, from);
      await takeLineOver(greta, from);
      await enter(greta, from);
      await takeLineOver(greta, to);
    }
  });

  await test.step("who has no book in between is told where the page cannot see", async () => {
    card = await contactCard(carol);
    await neighbours(alice);
    await link(alice, /^Pay further away/).click(LATE);
    await alice.getByLabel("Contact card of the receiver").fill(card);
    await expect(alice.getByText("No way is known by which hours go there now.")).toBeVisible();
    await expect(alice.getByText("because you have no book there: Village …")).toBeVisible();
    await expect(button(alice, "Pay across")).toHaveCount(0);
    await join(alice, { text: invitationToB, me: "Alice", village: B, levies: LEVIES_B });
    await enter(alice, A);
  });

  await test.step("Alice sees every levy and every rate on the way, and confirms once", async () => {
    await neighbours(alice);
    await link(alice, /^Pay further away/).click();
    await alice.getByLabel("Contact card of the receiver").fill(`Here I am: ${card} Carol`);
    await expect(alice.getByText(new RegExp(`^Carol in ${C} \\(…\\S+\\)$`))).toBeVisible();
    await expect(alice.getByText(new RegExp(`^The way: ${B} → ${C} `))).toBeVisible(LATE);
    await alice.getByLabel("Hours that you give").fill("2");
    await expectRow(alice, "You give", "2 hours");
    await expectRow(alice, `State fund of ${A}`, "9 minutes");
    await expectRow(alice, `Community fund of ${A}`, "3 minutes");
    await expectRow(alice, "Goes over the line", "1 hour 48 minutes");
    await expectRow(alice, `Worth in ${B}, as carpentry`, "2 hours 9 minutes 36 seconds");
    await expectRow(alice, `State fund of ${B}`, "6 minutes 28 seconds");
    await expectRow(alice, `Community fund of ${B}`, "6 minutes 28 seconds");
    await expectRow(alice, `Goes on from ${B}`, "1 hour 56 minutes 40 seconds");
    await expectRow(alice, `Worth in ${C}, as carpentry`, "2 hours 20 minutes");
    await expectRow(alice, `Levies of ${C}`, "7 minutes");
    await expectRow(alice, "Arrives at Carol", "2 hours 13 minutes");
    await button(alice, "Pay across").click();
    await expect(alice.getByText("It is on its way.")).toBeVisible();
    await link(alice, "Look at it").click();
    given = await alice.evaluate(() => location.hash);
    await go(alice, "#/");
    await expectBalance(alice, "minus 2 hours");
  });

  await test.step("Carol finds it in her inbox and takes it", async () => {
    await go(carol, "#/");
    await button(carol, /Take 2\sh 13\smin/).click(LATE);
    await expectBalance(carol, "2 hours 13 minutes");
  });

  await test.step("her receipt opens both lines: every village sees its own", async () => {
    await expectUse(alice, B, /We owe 1\sh 48\smin of at most 50\sh\./, 108 * 60, 50 * HOUR_S);
    await expectUse(carol, UNKNOWN, /They owe us 2\sh 20\smin of at most 60\sh\./, 140 * 60, 60 * HOUR_S);
    await go(alice, given);
    await expect(alice.getByText("has taken it into their book").or(alice.getByText("has taken it, and enough other nodes"))).toBeVisible(LATE);
    await expectFunds(alice, "9 minutes", "3 minutes");
    await expectFunds(carol, "2 minutes 48 seconds", "4 minutes 12 seconds");
    await enter(alice, B);
    await expectUse(alice, A, /They owe us 2\sh 9\smin 36\ss of at most 60\sh\./, 7_776, 60 * HOUR_S);
    await expectUse(alice, C, /We owe 1\sh 56\smin 40\ss of at most 50\sh\./, 7_000, 50 * HOUR_S);
    await expectFunds(alice, "6 minutes 28 seconds", "6 minutes 28 seconds");
    for (const village of [A, B, C]) {
      await enter(greta, village);
      // The gateway itself has neither given nor earned.
      await expectBalance(greta, "0 hours");
    }
  });

  await test.step("CarolHill and AliceVille decide on a line, too; Carol pays Alice over it", async () => {
    await enter(greta, C);
    await decideLine(greta, { ...TERMS, to: A, limits: ["50", "50"], rate: "1" });
    await enter(greta, A);
    await decideSame(greta, C);
    await takeLineOver(greta, C);
    await enter(greta, C);
    await takeLineOver(greta, A);
    await enter(alice, A);
    const alices = await contactCard(alice);
    await neighbours(carol);
    await link(carol, /^Pay further away/).click();
    await carol.getByLabel("Contact card of the receiver").fill(alices);
    await expect(carol.getByText(new RegExp(`^The way: ${A} `))).toBeVisible(LATE);
    await carol.getByLabel("Hours that you give").fill("1");
    await expectRow(carol, "Goes over the line", "57 minutes");
    await expectRow(carol, "Arrives at Alice", "51 minutes 19 seconds");
    await button(carol, "Pay across").click();
    await expect(carol.getByText("It is on its way.")).toBeVisible();
    await go(alice, "#/");
    await button(alice, /Take 51\smin 19\ss/).click(LATE);
    await expectBalance(alice, "minus 1 hour 8 minutes 41 seconds");
    await expectUse(carol, new RegExp(`^${A} `), /We owe 57\smin of at most 50\sh\./, ROUND_S, 50 * HOUR_S);
  });

  let plan = "";
  await test.step("each village says what it owes; the program finds what goes round", async () => {
    const statements = [];
    for (const [debtor, creditor] of [[A, B], [B, C], [C, A]] as const) {
      await enter(greta, debtor);
      statements.push(await statement(greta, creditor));
    }
    plan = await clear(statements);
    expect(JSON.parse(plan)).toMatchObject({ villages: 3, owed_s: 6_480 + 7_000 + ROUND_S, cleared_s: 3 * ROUND_S, signing: { unbooked_s: 0 } });
  });

  await test.step("Greta signs in each village what falls and what rises there, and books it once all have signed", async () => {
    let round = plan;
    for (const [village, creditor, debtor] of [[A, B, C], [B, C, A], [C, A, B]] as const) {
      await enter(greta, village);
      await lookAt(greta, round);
      await expect(greta.getByText(new RegExp(`^We owe ${creditor} 57\\smin less\\.$`))).toBeVisible();
      await expect(greta.getByText(new RegExp(`^${debtor} owes us 57\\smin less\\.$`))).toBeVisible();
      await expect(greta.getByText("Not signed yet:")).toContainText(village);
      await expect(button(greta, "Book it")).toHaveCount(0);
      await button(greta, "Sign for our village").click();
      await expect(button(greta, "Sign for our village")).toHaveCount(0);
      round = await handedOn(greta);
    }
    for (const village of [A, B, C]) {
      await enter(greta, village);
      await lookAt(greta, round);
      await expect(greta.getByText("All gateways have signed.")).toBeVisible();
      await button(greta, "Book it").click();
      await expect(greta.getByText("It is booked here.")).toBeVisible();
    }
    // Who is not sure takes the text again: twice is once.
    await enter(greta, B);
    await lookAt(greta, round);
    await button(greta, "Book it").click();
    await expect(greta.getByText("It is booked here.")).toBeVisible();
  });

  await test.step("every debt has fallen by as much, and nobody's hours have", async () => {
    await expectUse(alice, B, /We owe 51\smin of at most 50\sh\./, 6_480 - ROUND_S, 50 * HOUR_S);
    await expectUse(alice, C, /Nobody owes anything; up to 50\sh may be owed\./, 0, 50 * HOUR_S);
    await expectUse(carol, UNKNOWN, /They owe us 1\sh 23\smin of at most 60\sh\./, 8_400 - ROUND_S, 60 * HOUR_S);
    await expectUse(carol, new RegExp(`^${A} `), /Nobody owes anything; up to 50\sh may be owed\./, 0, 50 * HOUR_S);
    await go(alice, "#/");
    await expectBalance(alice, "minus 1 hour 8 minutes 41 seconds");
    await go(carol, "#/");
    await expectBalance(carol, "1 hour 13 minutes");
    await enter(alice, B);
    await expectUse(alice, A, /They owe us 1\sh 12\smin 36\ss of at most 60\sh\./, 7_776 - ROUND_S, 60 * HOUR_S);
    await expectUse(alice, C, /We owe 59\smin 40\ss of at most 50\sh\./, 7_000 - ROUND_S, 50 * HOUR_S);
  });
  // The fixture ends with an audit on each node: sound in every village, nothing missing, all hours add up to 0.
});
