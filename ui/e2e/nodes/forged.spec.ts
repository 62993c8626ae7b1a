/** An invitation whose signatures do not hold opens no door. */
import { expect, test } from "../fixtures.ts";
import { found, go, invitationText, join } from "../steps.ts";

/** The last byte of the steward's signature, changed; the rest reads as before. */
function forged(text: string): string {
  const bytes = Buffer.from(text.slice("cc1:".length), "base64url");
  const field = bytes.indexOf(Buffer.from("steward_signature"));
  const signature = field + "steward_signature".length;
  // A MessagePack byte string of 64 (0xc4 0x40) or an array of small numbers; either way its middle is signature.
  const at = signature + 20;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return `cc1:${bytes.toString("base64url")}`;
}

test("a forged invitation is refused in plain words", async ({ running, open }) => {
  const alicePage = await open(running.alice);
  const bobPage = await open(running.bob);
  await found(alicePage, { village: "Closed Hill", me: "Alice" });
  const text = await invitationText(alicePage);

  await expect(bobPage.getByRole("heading", { level: 1 })).toBeAttached();
  await go(bobPage, "#/join");
  await bobPage.getByLabel("Invitation").fill(forged(text));
  await bobPage.getByLabel("Your name").fill("Mallory");
  await bobPage.getByRole("button", { name: "Read the invitation" }).click();
  // The lobby may see it while reading; if not, the clone's own check does.
  const refused = bobPage.getByText("The signatures on this invitation do not hold. Ask for a new invitation.");
  const joining = bobPage.getByRole("button", { name: "Join Closed Hill" });
  await expect(refused.or(joining)).toBeVisible();
  if (await joining.isVisible()) await joining.click();
  await expect(refused).toBeVisible({ timeout: 120_000 });

  await test.step("it leaves nothing behind, also after a reload", async () => {
    await bobPage.reload();
    await go(bobPage, "#/village");
    await expect(bobPage.getByRole("heading", { level: 1 })).toBeAttached();
    await expect(bobPage.getByText("Connecting to your node")).toHaveCount(0);
    await expect(bobPage.getByText("Closed Hill")).toHaveCount(0);
  });

  await test.step("the true one still opens the door", async () => {
    await join(bobPage, { text, me: "Bob", village: "Closed Hill" });
    await go(bobPage, "#/people");
    await expect(bobPage.getByRole("region", { name: "2 members" })).toBeVisible();
  });
});
