/**
 * Two villages on three nodes: a gateway with a book in both, Alice in one, Bob in the other.
 * The line is decided, taken over and used, all on the screens; the hours go over by themselves.
 */
import { expect, test } from "../fixtures.ts";
import { expectBalance, expectFunds, found, go, invitationText, join } from "../steps.ts";
import { button, contactCard, decideLine, decideSame, enter, expectRow, expectUse, heading, knows, LATE, link, neighbours, takeLineOver } from "../villages.ts";

const HERE = "AliceVille";
const THERE = "BobTown";
const LEVIES_THERE = { state: "5", community: "5" };
/** Alice gives 2 h; 7.5 % and 2.5 % stay; 1 h is worth 1.2 h over there; 5 % and 5 % of that stay, in whole seconds. */
const OVER_S = 6_480;
const WORTH_S = 7_776;

// A button that never comes is told by its name, not by the end of the test.
test.use({ actionTimeout: 60_000 });

test("Alice pays Bob in another village over a line that both villages decided", async ({ three, open }) => {
  test.setTimeout(600_000);
  const [alice, bob, greta] = await Promise.all([open(three.alice), open(three.bob), open(three.cleo)]);
  let given = "";

  await test.step("Greta founds two villages; Alice joins the one, Bob the other", async () => {
    await found(greta, { village: HERE, me: "Greta" });
    await join(alice, { text: await invitationText(greta), me: "Alice", village: HERE });
    await found(greta, { village: THERE, me: "Greta", levies: LEVIES_THERE });
    await join(bob, { text: await invitationText(greta), me: "Bob", village: THERE, levies: LEVIES_THERE });
    await knows(greta, "Bob");
  });

  await test.step("AliceVille decides on the line: nothing of BobTown has to be copied", async () => {
    await enter(greta, HERE);
    await knows(greta, "Alice");
    await decideLine(greta, { to: THERE, gateway: "Greta", limits: ["50", "60"], kind: "carpentry", rate: "1.2" });
    // Nobody can pay before the gateway holds the line.
    await neighbours(alice);
    await expect(alice.getByText("The gateway has not opened the line yet.")).toBeVisible(LATE);
    await expect(link(alice, "Pay somebody there")).toHaveCount(0);
  });

  await test.step("BobTown decides the same, from its other end", async () => {
    await enter(greta, THERE);
    await decideSame(greta, HERE, async () => {
      await expect(greta.getByLabel("Limit either way")).toHaveValue("60");
      await expect(greta.getByLabel("The same limit in their hours")).toHaveValue("50");
      await expect(greta.getByLabel("Hours here")).toHaveValue("6");
      await expect(greta.getByLabel("are hours there")).toHaveValue("5");
    });
  });

  await test.step("Greta takes the line over on both sides", async () => {
    for (const [village, neighbour] of [[THERE, HERE], [HERE, THERE]] as const) {
      await enter(greta, village);
      await takeLineOver(greta, neighbour);
    }
  });

  await test.step("Bob shows his contact card; Alice reads it, sees what comes of 2 h, and pays", async () => {
    await go(bob, "#/neighbours");
    await bob.getByRole("link", { name: /^Your contact card/ }).click();
    await expect(heading(bob, "Your contact card")).toBeVisible();
    const card = await contactCard(bob);
    await go(alice, "#/");
    await link(alice, "Pay").click();
    await link(alice, "Somebody in another village").click();
    await link(alice, "Pay somebody there").click(LATE);
    await alice.getByLabel("Contact card of the receiver").fill(`Here I am: ${card} Bob`);
    await expect(heading(alice, `Pay in ${THERE}`)).toBeVisible();
    await expect(alice.getByText(`Bob in ${THERE}`)).toBeVisible();
    await alice.getByLabel("Hours that you give").fill("2");
    await expectRow(alice, "You give", "2 hours");
    await expectRow(alice, `State fund of ${HERE}`, "9 minutes");
    await expectRow(alice, `Community fund of ${HERE}`, "3 minutes");
    await expectRow(alice, "Goes over the line", "1 hour 48 minutes");
    await expectRow(alice, "Rate for carpentry", "5 h here, 6 h there");
    await expectRow(alice, `Worth in ${THERE}`, "2 hours 9 minutes 36 seconds");
    await expectRow(alice, `State fund of ${THERE}`, "6 minutes 28 seconds");
    await expectRow(alice, `Community fund of ${THERE}`, "6 minutes 28 seconds");
    await expectRow(alice, "Arrives at Bob", "1 hour 56 minutes 40 seconds");
    await button(alice, "Pay across").click();
    await expect(alice.getByText("It is on its way.")).toBeVisible();
    await link(alice, "Look at it").click();
    given = await alice.evaluate(() => location.hash);
    await go(alice, "#/");
    await expectBalance(alice, "minus 2 hours");
  });

  await test.step("Bob finds it in his inbox and takes it", async () => {
    await go(bob, "#/");
    await button(bob, /Take 1\sh 56\smin 40\ss/).click(LATE);
    await expectBalance(bob, "1 hour 56 minutes 40 seconds");
  });

  await test.step("everybody sees the same line, and Alice that her hours have arrived", async () => {
    await expectUse(greta, THERE, /We owe 1\sh 48\smin of at most 50\sh\./, OVER_S, 50 * 3_600);
    await expectUse(alice, THERE, /We owe 1\sh 48\smin of at most 50\sh\./, OVER_S, 50 * 3_600);
    await expectUse(bob, /^Village/, /They owe us 2\sh 9\smin 36\ss of at most 60\sh\./, WORTH_S, 60 * 3_600);
    await go(alice, given);
    await expect(alice.getByText("has taken it into their book").or(alice.getByText("has taken it, and enough other nodes"))).toBeVisible(LATE);
    await expectFunds(alice, "9 minutes", "3 minutes");
    await expectFunds(bob, "6 minutes 28 seconds", "6 minutes 28 seconds");
    for (const village of [HERE, THERE]) {
      await enter(greta, village);
      // The gateway itself has neither given nor earned.
      await expectBalance(greta, "0 hours");
    }
    await go(alice, "#/");
    await expectBalance(alice, "minus 2 hours");
  });
  // The fixture ends with an audit on each node: sound in every village, nothing missing, all hours add up to 0.
});
