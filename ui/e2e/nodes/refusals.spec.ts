/** What cannot be is refused in plain words, and nothing moves. */
import { expect, test } from "../fixtures.ts";
import { begin, expectBalance, go } from "../steps.ts";

test("more than the floor allows", async ({ neighbours: { alicePage, bobPage } }) => {
  await test.step("paying it is not offered, and the sheet says how much would do", async () => {
    await begin(alicePage, "Pay", "Bob", "1 hour");
    await alicePage.keyboard.press("Escape");
    await alicePage.getByRole("textbox", { name: "Hours" }).fill("41");
    await alicePage.getByRole("button", { name: "Continue" }).click();
    const sheet = alicePage.getByRole("dialog");
    await expect(sheet.getByRole("alert")).toContainText("You can give up to 40 h now");
    await expect(sheet.getByRole("button", { name: /Give Bob/ })).toHaveCount(0);
    await sheet.getByRole("button", { name: "Change it" }).click();
  });

  await test.step("accepting it is refused by the law, and the balance stays", async () => {
    await go(bobPage, "#/");
    await bobPage.getByRole("link", { name: "Request", exact: true }).click();
    await bobPage.getByRole("link", { name: "Alice", exact: true }).click();
    await bobPage.getByRole("textbox", { name: "Hours" }).fill("41");
    await bobPage.getByRole("button", { name: "Continue" }).click();
    await bobPage.getByRole("button", { name: /Ask Alice for 41\sh/ }).click();
    await expect(bobPage.getByRole("heading", { name: /You asked Alice for 41\sh/ })).toBeVisible();

    await go(alicePage, "#/");
    const card = alicePage.getByRole("article").filter({ hasText: /Bob asks you for 41\sh/ });
    await expect(card).toContainText("You can give 40 h now");
    await card.getByRole("button", { name: /Accept/ }).click();
    await expect(card.getByRole("alert")).toContainText("That is more than you can give now");
    await expectBalance(alicePage, "0 hours");
  });

  await test.step("she refuses it with a reason, which Bob reads and puts away", async () => {
    const card = alicePage.getByRole("article").filter({ hasText: /Bob asks you for 41\sh/ });
    await card.getByRole("button", { name: "Refuse …" }).click();
    const sheet = alicePage.getByRole("dialog", { name: "Refuse what Bob asks?" });
    await sheet.getByLabel("Why?").fill("It was one hour");
    await sheet.getByRole("button", { name: "Refuse", exact: true }).click();
    await expect(card).toBeHidden();

    await go(bobPage, "#/");
    const told = bobPage.getByRole("article").filter({ hasText: /Alice refused your request for 41\sh/ });
    await expect(told).toContainText("It was one hour");
    await told.getByRole("button", { name: "Put away" }).click();
    await expect(told).toBeHidden();
  });
});

test("a payment that is sent back", async ({ neighbours: { alicePage, bobPage } }) => {
  await begin(alicePage, "Pay", "Bob", "2 hours");
  await alicePage.getByRole("button", { name: /Give Bob 2\sh/ }).click();
  await expect(alicePage.getByRole("heading", { name: /You gave Bob 2\sh/ })).toBeVisible();

  await go(bobPage, "#/");
  await bobPage.getByRole("button", { name: "Send back …" }).click();
  const sheet = bobPage.getByRole("dialog", { name: "Send the hours back to Alice?" });
  await sheet.getByLabel("Why?").fill("Not for me");
  await sheet.getByRole("button", { name: "Send back", exact: true }).click();
  await expectBalance(bobPage, "0 hours");

  await go(alicePage, "#/");
  const card = alicePage.getByRole("article").filter({ hasText: /Bob sent your 2\sh back/ });
  await expect(card).toContainText("Not for me");
  await expectBalance(alicePage, "minus 2 hours");
  await card.getByRole("button", { name: /Take 2\sh back/ }).click();
  await expect(card).toBeHidden();
  await expectBalance(alicePage, "0 hours");
});

test("a request that is withdrawn", async ({ neighbours: { alicePage, bobPage } }) => {
  await begin(bobPage, "Request", "Alice", "30 minutes");
  await bobPage.getByRole("button", { name: /Ask Alice/ }).click();
  await expect(bobPage.getByRole("heading", { name: /You asked Alice/ })).toBeVisible();
  await go(alicePage, "#/");
  await expect(alicePage.getByRole("article")).toHaveCount(1);
  await go(bobPage, "#/");
  await bobPage.getByRole("button", { name: "Withdraw the request" }).click();
  await expect(bobPage.getByRole("article")).toHaveCount(0);
  await expect(alicePage.getByRole("article")).toHaveCount(0);
});

test("whoever is not invited does not come in", async ({ neighbours: { alicePage, bobPage } }) => {
  await test.step("a text that is no invitation", async () => {
    await go(bobPage, "#/join");
    await bobPage.getByLabel("Invitation").fill("let me in");
    await bobPage.getByLabel("Your name").fill("Mallory");
    await bobPage.getByRole("button", { name: "Read the invitation" }).click();
    await expect(bobPage.getByText("This is not a whole invitation. Copy all of it, from cc1: to the last letter.")).toBeVisible();
    await expect(bobPage.getByLabel("Invitation")).toBeFocused();
  });

  await test.step("half an invitation", async () => {
    await go(alicePage, "#/invite");
    const box = alicePage.getByLabel("Invitation as text");
    await expect(box).toHaveValue(/^cc1:/);
    const whole = await box.inputValue();
    await bobPage.getByLabel("Invitation").fill(whole.slice(0, whole.length / 2));
    await bobPage.getByRole("button", { name: "Read the invitation" }).click();
    await expect(bobPage.getByText("This is not a whole invitation.")).toBeVisible();
  });

  await test.step("a member who is no steward invites nobody", async () => {
    await go(bobPage, "#/people");
    await expect(bobPage.getByText("2 members")).toBeVisible();
    await expect(bobPage.getByRole("link", { name: "Invite a neighbour" })).toHaveCount(0);
    await go(bobPage, "#/invite");
    await expect(bobPage.getByRole("alert")).toContainText("Only a steward of the village can do this.");
  });
});
