/** Every screen with sample data, by name, and the way to it in the reader's words. */
import { expect, type Page } from "@playwright/test";
import { encodeHashToBase64 } from "@holochain/client";
import { agent, type Sample } from "../samples/conductor.ts";
import { sayer, type Language, type Say } from "./say.ts";

export const BOB = encodeHashToBase64(agent(1));

export interface Shot {
  name: string;
  hash: string;
  sample?: Partial<Sample>;
  /** What to do before looking. */
  act?: (page: Page, say: Say) => Promise<unknown>;
  /** The heading that shows that the screen is there. */
  heading: (say: Say) => string | RegExp;
  /** Words that must be seen besides. */
  seen?: (say: Say) => string;
}

const invitation = `cc1:${"q83vEjRWeJq8".repeat(10)}`;
const NONE: Partial<Sample> = { villages: 0 };
const LONG: Partial<Sample> = { long: true, balance_s: -(1_000 * 3_600 + 59 * 60 + 45) };
const village = () => "Demo Valley";

/** A message with anything in its blanks. */
const like = (text: string) => new RegExp(text.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{\w+\}/g, ".+"));
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

const chip = (amount: "half" | "two") => (page: Page, say: Say) =>
  press(page, amount === "half" ? say("spoken.minutes.other", { n: "30" }) : say("spoken.hours.other", { n: "2" }));

async function give(page: Page, say: Say): Promise<void> {
  await chip("two")(page, say);
  await page.getByRole("button", { name: like(say("confirm.pay")) }).click();
}

async function foundingForm(page: Page, say: Say): Promise<void> {
  await page.getByLabel(say("found.village")).fill("Demo Valley");
  await page.getByLabel(say("found.me"), { exact: true }).fill("Alice");
  await press(page, say("found.review"));
}

async function joiningForm(page: Page, say: Say): Promise<void> {
  await page.getByLabel(say("join.text"), { exact: true }).fill(`Dear Bob,\nhere it is: ${invitation}\nAlice`);
  await page.getByLabel(say("found.me"), { exact: true }).fill("Bob");
  await press(page, say("join.read"));
}

export const SHOTS: Shot[] = [
  { name: "welcome", hash: "#/", sample: NONE, heading: (say) => say("welcome.title") },
  { name: "connecting", hash: "#/", sample: { link: "connecting" }, heading: (say) => say("link.connecting") },
  { name: "first-look", hash: "#/", sample: { looks: "never" }, heading: (say) => say("link.first_look") },
  { name: "absent", hash: "#/", sample: { link: "absent" }, heading: (say) => say("link.absent_title") },
  { name: "found", hash: "#/found", sample: NONE, heading: (say) => say("found.title") },
  {
    name: "found-faults",
    hash: "#/found",
    sample: NONE,
    heading: (say) => say("found.title"),
    act: async (page, say) => {
      await page.getByLabel(say("fund.state")).fill("60");
      await page.getByLabel(say("fund.community")).fill("seven");
      await page.getByRole("radio", { name: new RegExp(`^${say("voting.council")}`) }).check();
      await page.getByLabel(say("voting.council_number")).fill("0");
      await press(page, say("found.review"));
      await expect(page.getByLabel(say("found.village"))).toBeFocused();
    },
  },
  { name: "found-review", hash: "#/found", sample: NONE, heading: (say) => say("found.review_title"), act: foundingForm },
  {
    name: "found-working",
    hash: "#/found",
    sample: NONE,
    heading: (say) => say("found.working_title"),
    act: async (page, say) => {
      await foundingForm(page, say);
      await press(page, say("found.create"));
    },
  },
  { name: "join", hash: "#/join", sample: NONE, heading: (say) => say("join.title") },
  { name: "join-review", hash: "#/join", sample: NONE, heading: (say) => say("join.review_title"), act: joiningForm },
  {
    name: "join-refused",
    hash: "#/join",
    sample: { ...NONE, refuse: "E_INVITATION_FORGED" },
    heading: (say) => say("join.title"),
    seen: (say) => say("refusal.E_INVITATION_FORGED"),
    act: joiningForm,
  },
  { name: "open-book", hash: "#/", sample: { opened: false }, heading: (say) => say("open.title", { village: "Demo Valley" }) },
  { name: "home", hash: "#/", heading: village },
  {
    name: "home-full-inbox",
    hash: "#/",
    heading: village,
    sample: {
      balance_s: -39 * 3_600,
      inbox: ["request_to_me", "transfer_unasked", "declined", "refused", "request_by_me", "transfer_asked"],
    },
  },
  { name: "home-first", hash: "#/", heading: village, sample: { balance_s: 0, members: 1, lines: 1, inbox: [], villages: 1 } },
  {
    name: "home-alone",
    hash: "#/",
    heading: village,
    seen: (say) => say("home.alone"),
    sample: { balance_s: 0, members: 1, lines: 1, inbox: [], villages: 1, steward: false },
  },
  { name: "home-spent", hash: "#/", heading: village, sample: { balance_s: -40 * 3_600, inbox: [] } },
  {
    name: "home-long",
    hash: "#/",
    heading: () => "Oberösterreichische Nachbarschaftshilfen",
    sample: { ...LONG, inbox: ["request_to_me", "transfer_unasked", "declined", "refused", "request_by_me", "transfer_asked"] },
  },
  { name: "home-reconnecting", hash: "#/", heading: village, sample: { link: "reconnecting" }, seen: (say) => say("link.reconnecting") },
  { name: "home-lost", hash: "#/", heading: village, sample: { link: "lost" }, seen: (say) => say("link.lost") },
  { name: "home-stale", hash: "#/", heading: village, sample: { looks: "once" }, seen: (say) => say("link.stale") },
  {
    name: "said",
    hash: "#/",
    heading: village,
    act: (page, say) => page.getByRole("button", { name: like(say("inbox.accept")) }).click(),
    seen: (say) => say("said.accepted", { name: "Bob", amount: "2\u00a0h" }),
  },
  {
    name: "refuse",
    hash: "#/",
    heading: (say) => say("reason.refuse_title", { name: "Bob" }),
    act: (page, say) => press(page, say("inbox.refuse")),
  },
  { name: "choose", hash: "#/pay", heading: (say) => say("choose.pay") },
  { name: "choose-nobody", hash: "#/pay", sample: { members: 1 }, heading: (say) => say("choose.pay"), seen: (say) => say("choose.nobody") },
  { name: "choose-long", hash: "#/pay", sample: LONG, heading: (say) => say("choose.pay") },
  {
    name: "choose-of-600",
    hash: "#/request",
    heading: (say) => say("choose.request"),
    sample: { members: 600 },
    act: async (page, say) => {
      await page.getByLabel(say("person.search")).fill("hohen");
      await expect(page.getByText(say("person.found", { n: "55" }))).toBeAttached();
      await expect(page.getByRole("link", { name: /Dorothea/ })).toHaveCount(40);
      await press(page, say("action.show_more"));
      await expect(page.getByRole("link", { name: /Dorothea/ })).toHaveCount(55);
    },
  },
  { name: "give", hash: `#/pay/${BOB}`, heading: (say) => say("give.pay", { name: "Bob" }) },
  {
    name: "give-fault",
    hash: `#/pay/${BOB}`,
    heading: (say) => say("give.pay", { name: "Bob" }),
    act: (page, say) => press(page, say("give.continue")),
    seen: (say) => say("refusal.E_AMOUNT_NOT_POSITIVE"),
  },
  { name: "confirm-pay", hash: `#/pay/${BOB}`, heading: (say) => say("confirm.pay_title"), act: chip("two") },
  {
    name: "confirm-long",
    hash: `#/request/${BOB}`,
    heading: (say) => say("confirm.request_title"),
    sample: LONG,
    act: async (page, say) => {
      await page.getByLabel(say("amount.hours"), { exact: true }).fill("1000");
      await page.getByLabel(say("amount.minutes"), { exact: true }).fill("59");
      await page.getByLabel(say("give.words")).fill("Rechtsschutzversicherungsgesellschaften verglichen");
      await press(page, say("give.continue"));
    },
  },
  {
    name: "confirm-pay-beyond-floor",
    hash: `#/pay/${BOB}`,
    heading: (say) => say("confirm.pay_title"),
    sample: { balance_s: -39 * 3_600 },
    act: chip("two"),
  },
  { name: "confirm-request", hash: `#/request/${BOB}`, heading: (say) => say("confirm.request_title"), act: chip("half") },
  {
    name: "paid",
    hash: `#/pay/${BOB}`,
    heading: (say) => say("done.pay", { name: "Bob", amount: "2\u00a0h" }),
    seen: (say) => say("meaning.gift.signed", { name: "Bob" }),
    act: give,
  },
  {
    name: "asked",
    hash: `#/request/${BOB}`,
    heading: (say) => say("done.request", { name: "Bob", amount: "2\u00a0h" }),
    act: async (page, say) => {
      await chip("two")(page, say);
      await page.getByRole("button", { name: like(say("confirm.request")) }).click();
    },
  },
  {
    name: "pay-refused",
    hash: `#/pay/${BOB}`,
    heading: (say) => say("confirm.pay_title"),
    sample: { refuse: "E_FLOOR_CROSSED" },
    seen: (say) => say("refusal.E_FLOOR_CROSSED"),
    act: give,
  },
  {
    name: "pay-lost",
    hash: `#/pay/${BOB}`,
    heading: (say) => say("confirm.pay_title"),
    sample: { lost: true },
    seen: (say) => say("confirm.checking"),
    act: give,
  },
  {
    name: "activity",
    hash: "#/activity",
    heading: (say) => say("activity.title"),
    act: (page, say) => page.getByText(say("activity.legend"), { exact: true }).click(),
  },
  { name: "activity-long", hash: "#/activity", sample: LONG, heading: (say) => say("activity.title") },
  { name: "line", hash: "#/activity/46", heading: (say) => say("line.gave", { name: "Chandra" }) },
  { name: "line-long", hash: "#/activity/46", sample: LONG, heading: (say) => like(say("line.gave")) },
  { name: "line-missing", hash: "#/activity/999", heading: (say) => say("line.title"), seen: (say) => say("line.missing", { number: "999" }) },
  { name: "village", hash: "#/village", heading: village },
  { name: "village-long", hash: "#/village", sample: LONG, heading: () => "Oberösterreichische Nachbarschaftshilfen" },
  { name: "invite", hash: "#/invite", heading: (say) => say("invite.title") },
  { name: "settings", hash: "#/settings", heading: (say) => say("settings.title") },
  { name: "settings-before", hash: "#/settings", sample: NONE, heading: (say) => say("settings.title") },
];

export async function show(page: Page, shot: Shot, language: Language = "en"): Promise<void> {
  const say = sayer(language);
  await page.addInitScript((chosen) => localStorage.setItem("commons-credit.language", chosen), language);
  await page.goto(`/?sample=${encodeURIComponent(JSON.stringify(shot.sample ?? {}))}${shot.hash}`);
  await shot.act?.(page, say);
  await expect(page.getByRole("heading", { name: shot.heading(say) }).first()).toBeAttached();
  if (shot.seen) await expect(page.getByText(shot.seen(say)).first()).toBeVisible({ timeout: 10_000 });
}
