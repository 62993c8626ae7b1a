/**
 * Two villages whose gateways share no node: the terms, a payment and its answer are carried by hand, as text. Cleo has
 * a book in both: what she gives in the one arrives in the other, and carried home again it leaves no debt.
 */
import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures.ts";
import { adopt, ask, choose, expectBalance, found, go, invitationText, join } from "../steps.ts";
import { button, contactCard, LATE, link } from "../villages.ts";

const HERE = "AliceVille";
const THERE = "BobTown";

/** Decides on the line by terms that are typed; the other gateway's card names village and gateway. */
async function decide(page: Page, gateway: string, other: string, limits: [string, string]): Promise<void> {
  await go(page, "#/propose/line");
  await page.getByLabel("Neighbour village: its number, or a contact card from there").fill(other);
  await choose(page, "Who holds the line here", gateway);
  await page.getByLabel("Limit either way").fill(limits[0]);
  await page.getByLabel("The same limit in their hours").fill(limits[1]);
  await page.getByLabel("What is done").fill("anything");
  await adopt(await ask(page), [page]);
}

async function byHand(page: Page): Promise<void> {
  await go(page, "#/neighbours");
  await link(page, /^Hand over by text, code or file/).click();
  await expect(page.getByRole("heading", { level: 1, name: /by hand$/ })).toBeVisible();
}

async function signature(page: Page): Promise<string> {
  await byHand(page);
  await button(page, "Sign for the other gateway").click();
  const text = page.getByRole("textbox", { name: "Your signature for the other gateway" });
  await expect(text).toHaveValue(/^cc-agreed1:.*\.$/);
  return text.inputValue();
}

async function takeSignature(page: Page, text: string): Promise<void> {
  await byHand(page);
  await page.getByLabel("Signature of the other gateway").fill(`Dear colleague, here it is: ${text} Yours`);
  await button(page, "Take their signature").click();
  await expect(page.getByText("These terms are in your book, signed by the other gateway.")).toBeVisible(LATE);
}

/** All that waits at a gateway, once there is a message of that kind. */
async function outgoing(page: Page, kind: RegExp): Promise<string> {
  await byHand(page);
  await expect(page.getByText(kind).first()).toBeVisible(LATE);
  return page.getByLabel("All messages as text").inputValue();
}

async function incoming(page: Page, text: string): Promise<void> {
  await byHand(page);
  await page.getByLabel("Messages of the other gateway").fill(text);
  await button(page, "Take them").click();
  await expect(page.getByText(/^\d+ messages? taken\.$/)).toBeVisible(LATE);
}

/** Another of one's villages, from where they stand side by side. */
async function enter(page: Page, village: string): Promise<void> {
  await go(page, "#/homes");
  await button(page, `Go to ${village}`).click();
  await expect(page.locator("header").getByText(village)).toBeVisible();
  await expect(page.getByRole("region", { name: "Your balance" })).toBeVisible();
}

// A button that never comes is told by its name, not by the end of the test.
test.use({ actionTimeout: 60_000 });

test("two gateways who share no node carry terms, payments and answers by hand; Cleo carries hours home", async ({ apart, open }) => {
  test.setTimeout(600_000);
  const [alice, bob, cleo] = await Promise.all([open(apart.alice), open(apart.bob), open(apart.cleo)]);

  await test.step("Alice founds one village, Bob another; Cleo joins both", async () => {
    await found(alice, { village: HERE, me: "Alice" });
    await found(bob, { village: THERE, me: "Bob" });
    await join(cleo, { text: await invitationText(alice), me: "Cleo", village: HERE });
    await join(cleo, { text: await invitationText(bob), me: "Cleo", village: THERE });
  });

  await test.step("each village decides on the line by itself", async () => {
    const [fromAlice, fromBob] = [await contactCard(alice), await contactCard(bob)];
    await decide(alice, "Alice", fromBob, ["50", "50"]);
    await decide(bob, "Bob", fromAlice, ["50", "50"]);
  });

  await test.step("the gateways hand their signatures to each other; one's own is no use", async () => {
    const [byAlice, byBob] = [await signature(alice), await signature(bob)];
    await alice.getByLabel("Signature of the other gateway").fill(byAlice);
    await button(alice, "Take their signature").click();
    await expect(alice.getByText("This signature is for another line.")).toBeVisible();
    await takeSignature(alice, byBob);
    await takeSignature(bob, byAlice);
  });

  await test.step("Cleo gives 2 h in AliceVille, to herself in BobTown", async () => {
    await enter(cleo, HERE);
    await go(cleo, "#/neighbours");
    const pay = link(cleo, "Pay somebody there");
    await expect(pay).toBeVisible(LATE);
    await go(cleo, `${await pay.getAttribute("href")}/clearing`);
    await expect(cleo.getByText(`To yourself: your account in ${THERE}`)).toBeVisible();
    await cleo.getByLabel("Hours that you give").fill("2");
    await expect(cleo.getByText("Arrives at Cleo")).toBeVisible();
    await button(cleo, "Pay across").click();
    await expect(cleo.getByText(`It is on its way to your account in ${THERE}.`)).toBeVisible();
  });

  await test.step("the payment is carried to Bob, its answer to Alice; what was cut is not taken", async () => {
    const promise = await outgoing(alice, /a payment$/);
    await byHand(bob);
    await bob.getByLabel("Messages of the other gateway").fill(promise.slice(0, -1));
    await button(bob, "Take them").click();
    await expect(bob.getByText("There is no whole message in this")).toBeVisible();
    await incoming(bob, promise);
    await enter(cleo, THERE);
    // Taken by the page itself: 1 h 48 came over, and 10 % of that stay.
    await expect(async () => expectBalance(cleo, "1 hour 37 minutes 12 seconds")).toPass(LATE);
    await incoming(alice, await outgoing(bob, /an answer: it was received$/));
    await expect(alice.getByText(`Nothing waits to be carried to`)).toBeVisible(LATE);
  });

  await test.step("AliceVille owes now; Cleo sees how to make it less and carries the hours home", async () => {
    await go(cleo, "#/travel");
    await expect(cleo.getByRole("heading", { name: new RegExp(`^${HERE} owes 1\\sh 48\\smin to ${THERE}$`) })).toBeVisible(LATE);
    await button(cleo, new RegExp(`^Carry 2\\sh from ${THERE} to ${HERE}$`)).click();
    await expect(cleo.getByLabel("Hours that you give")).toHaveValue("2");
    await button(cleo, "Pay across").click();
    await expect(cleo.getByText(`It is on its way to your account in ${HERE}.`)).toBeVisible();
    await incoming(alice, await outgoing(bob, /a payment$/));
    await button(cleo, `Go to ${HERE}`).click();
    await expect(async () => expectBalance(cleo, "minus 22 minutes 48 seconds")).toPass(LATE);
    await incoming(bob, await outgoing(alice, /an answer: it was received$/));
  });

  await test.step("nobody owes anything any more", async () => {
    for (const page of [alice, bob]) {
      await go(page, "#/neighbours");
      await expect(page.getByText(/^Nobody owes anything; up to 50\sh may be owed\.$/)).toBeVisible(LATE);
    }
    await go(cleo, "#/travel");
    await expect(cleo.getByText("There is no debt between your villages")).toBeVisible();
  });
  // The fixture ends with an audit on each node: sound in every village, nothing missing, all hours add up to 0.
});
