/**
 * Three neighbours, three nodes: a village that admits, appoints, adopts a project, works,
 * pays out of its fund, disputes and makes good, and in which people see who can do what.
 */
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "../fixtures.ts";
import { adopt, ask, begin, choose, expectBalance, found, go, invitationText, join } from "../steps.ts";

const VILLAGE = "Demo Valley";
/** A photo as it comes from a phone: far larger than what travels. */
const PHOTO_PX = 1_200;

const button = (place: Page | Locator, name: string | RegExp) => place.getByRole("button", { name, exact: typeof name === "string" });
const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { name });

/** A photo as a file, drawn by the browser itself. */
async function photo(page: Page): Promise<Buffer> {
  const base64 = await page.evaluate(async (side) => {
    const canvas = document.createElement("canvas");
    canvas.width = side;
    canvas.height = Math.round(side / 2);
    const pen = canvas.getContext("2d");
    for (let x = 0; pen && x < side; x += 8) {
      for (let y = 0; y < side / 2; y += 8) {
        pen.fillStyle = `hsl(${(x * x + y * 31) % 360} 60% ${30 + ((x + y * y) % 40)}%)`;
        pen.fillRect(x, y, 8, 8);
      }
    }
    return canvas.toDataURL("image/png").split(",")[1] ?? "";
  }, PHOTO_PX);
  return Buffer.from(base64, "base64");
}

// A button that never comes is told by its name, not by the end of the test.
test.use({ actionTimeout: 60_000 });

test("a village governs itself from the first vote to a refund", async ({ three, open }) => {
  test.setTimeout(600_000);
  const [alice, bob, cleo] = await Promise.all([open(three.alice), open(three.bob), open(three.cleo)]);
  let project = "";

  await test.step("Alice founds it; Bob and Cleo join", async () => {
    await found(alice, { village: VILLAGE, me: "Alice" });
    for (const [page, me] of [[bob, "Bob"], [cleo, "Cleo"]] as const) {
      await join(page, { text: await invitationText(alice), me, village: VILLAGE });
    }
  });

  await test.step("Bob says who he is, and the others see it", async () => {
    const file = { name: "me.png", mimeType: "image/png", buffer: await photo(bob) };
    expect(file.buffer.length).toBeGreaterThan(8_192);
    await go(bob, "#/profile");
    await expect(bob.getByLabel("Your name")).toHaveValue("Bob");
    await bob.locator("input[type=file]").setInputFiles({ name: "me.svg", mimeType: "image/svg+xml", buffer: Buffer.from("<svg") });
    await expect(bob.getByText("This is no picture that can be shown.")).toBeVisible();
    await bob.locator("input[type=file]").setInputFiles(file);
    await expect(bob.getByRole("img", { name: "Your picture" })).toBeVisible();
    await bob.getByLabel("A skill").fill("Carpentry, bicycles");
    await bob.getByLabel("Add a language").selectOption("pt");
    await bob.getByLabel("A sentence about me").fill("Behind the mill, mornings.");
    await button(bob, "Save").click();
    await expect(bob.getByText("Your profile is saved.")).toBeVisible();

    await go(alice, "#/people");
    await button(alice, /^bicycles/).click();
    const row = alice.getByRole("list", { name: /members/ }).getByRole("link");
    await expect(row).toHaveCount(1);
    await expect(row.locator("img")).toBeVisible();
    await row.click();
    await expect(heading(alice, "Bob")).toBeVisible();
    await expect(alice.getByText("Behind the mill, mornings.")).toBeVisible();
    await expect(alice.getByText("Portuguese")).toBeVisible();
    // Shown, not only there: the browser could read what came.
    await expect.poll(() => alice.locator("main img").first().evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(60);
  });

  await test.step("the village admits Bob and appoints Alice to hold the Community fund", async () => {
    await go(alice, "#/propose/roll");
    await choose(alice, "Who?", "Bob");
    await adopt(await ask(alice), [alice]);
    await go(alice, "#/propose/holder");
    await choose(alice, "Who?", "Alice");
    await adopt(await ask(alice), [alice, bob]);
  });

  await test.step("Alice gives Bob two hours, so that the funds earn something", async () => {
    await begin(alice, "Pay", "Bob", "2 hours", "A shelf");
    await button(alice, /Give Bob 2\sh/).click();
    await expect(heading(alice, /You gave Bob 2\sh/)).toBeVisible();
    await go(bob, "#/");
    await button(bob, /Take 1\sh 48\smin/).click();
    await expectBalance(bob, "1 hour 48 minutes");
  });

  await test.step("Alice opens the fund and collects the levies", async () => {
    await go(alice, "#/funds");
    const fund = alice.getByRole("region", { name: "Community fund", exact: true });
    await button(fund, "Open the fund in my book").click();
    await expect(async () => {
      await button(fund, "Collect the levies").click();
      await expect(fund.getByRole("listitem").first()).toContainText("3 minutes", { timeout: 5_000 });
    }).toPass({ timeout: 90_000 });
  });

  await test.step("Bob proposes a project; both adopt it", async () => {
    await go(bob, "#/propose/project");
    await bob.getByLabel("Name of the project").fill("Root cellar");
    await bob.getByLabel("What it is for").fill("Apples and potatoes for everybody");
    await bob.getByLabel("Budget").fill("1");
    await bob.getByLabel("Confirmations for each labour").fill("1");
    const ballot = await ask(bob);
    await adopt(ballot, [bob, alice]);
    project = ballot.replace("decisions", "projects");
  });

  await test.step("Bob and Cleo work on it; Bob confirms Cleo's hours", async () => {
    for (const [page, words] of [[bob, "Steps"], [cleo, "Stones from the brook"]] as const) {
      await go(page, project);
      await button(page, "I worked on this").click();
      await button(page, "15 minutes").click();
      await page.getByLabel("What did you do?").fill(words);
      await button(page, "Write it down").click();
      await expect(page.getByText(/^You$/)).toBeVisible();
    }
    await button(bob, "Confirm the work of Cleo").click();
    await expect(bob.getByText("confirmed by 1 other")).toBeVisible();
  });

  await test.step("the holder pays it out of the fund, and Cleo takes it", async () => {
    await go(alice, project);
    await button(alice, "Pay Cleo").click();
    const sheet = alice.getByRole("dialog");
    await sheet.getByLabel("How many hours").fill("0:03");
    await button(sheet, /Pay 3\smin/).click();
    await expect(alice.getByText(/3\smin paid/)).toBeVisible();
    await go(cleo, "#/");
    await button(cleo, /Take 2\smin 43\ss/).click();
    await expectBalance(cleo, "2 minutes 43 seconds");
  });

  await test.step("Alice disputes the shelf; Bob makes half of it good", async () => {
    await go(alice, "#/activity");
    await alice.getByRole("link", { name: /To Bob/ }).click();
    await button(alice, /Something is wrong/).click();
    await alice.getByRole("dialog").getByRole("textbox").fill("It fell down");
    await button(alice, "Open the dispute").click();
    await expect(heading(alice, /Dispute about 2\sh/)).toBeVisible();
    const dispute = await alice.evaluate(() => location.hash);
    await go(bob, "#/");
    await expect(bob.getByText(/Alice disputes a payment of 2\sh/)).toBeVisible();
    await go(bob, dispute);
    await expect(bob.getByText("“It fell down”")).toBeVisible();
    await button(bob, /^Give back/).click();
    const sheet = bob.getByRole("dialog");
    await sheet.getByLabel("Hours to give back").fill("1");
    await sheet.getByLabel("Your words").fill("True, half of it");
    await button(sheet, "Give back now").click();
    await expect(bob.getByText("Given back.")).toBeVisible();
    await go(alice, "#/");
    await button(alice, /Take 54\smin/).click();
    await expectBalance(alice, "minus 1 hour 6 minutes");
    await go(alice, dispute);
    await expect(alice.getByText("Made good")).toBeVisible();
    await expectBalanceAt(bob, "48 minutes");
  });
  // The fixture ends with an audit on each node: sound, nothing missing, all hours add up to 0.
});

async function expectBalanceAt(page: Page, spoken: string): Promise<void> {
  await go(page, "#/");
  await expectBalance(page, spoken);
}
