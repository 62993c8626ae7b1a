/** Every screen with sample data, by name, and the way to it in the reader's words. */
import { expect, type Page } from "@playwright/test";
import { encodeHashToBase64 } from "@holochain/client";
import { agreedText, messageText } from "../../src/between/linetext.ts";
import { roundText } from "../../src/between/settle.ts";
import { contactText } from "../../src/handover/contact.ts";
import { dna, LONG_NAMES } from "../samples/basics.ts";
import { BALLOTS, DISPUTED, NEIGHBOUR, slip } from "../samples/commons.ts";
import { action, agent, type Sample } from "../samples/conductor.ts";
import { PROOFS } from "../samples/twice.ts";
import { sayer, type Language, type Say } from "./say.ts";

export const BOB = encodeHashToBase64(agent(1));

const ballot = (i: number) => `#/decisions/${encodeHashToBase64(action(BALLOTS + i))}`;
const move = (i: number) => `#/move/${encodeHashToBase64(action(BALLOTS + i))}`;
const project = (i: number) => `#/projects/${encodeHashToBase64(action(BALLOTS + i))}`;
const hill = `#/propose/line/${encodeHashToBase64(dna(1))}`;
const card = (village: number) => contactText({ village: dna(village), agent: agent(1), levies: { state_bp: 500, community_bp: 500 }, name: "Bob", village_name: "BobTown" });
const neighbour = `#/neighbours/${encodeHashToBase64(dna(NEIGHBOUR))}`;
const gateway = `#/gateway/${encodeHashToBase64(dna(NEIGHBOUR))}`;
const rates = `#/rates/${encodeHashToBase64(dna(NEIGHBOUR))}`;
const dispute = (i: number) => `#/disputes/${encodeHashToBase64(action(DISPUTED + i))}`;
const proof = (i: number) => encodeHashToBase64(action(PROOFS + i));

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

async function takingForm(page: Page, say: Say): Promise<void> {
  await page.getByLabel(say("take.text"), { exact: true }).fill("cc2:EAAABwAAHCC8");
  await press(page, say("take.read"));
}

async function bringingForm(page: Page, say: Say): Promise<void> {
  await page.getByLabel(say("twice.text"), { exact: true }).fill("cc2:QAAAAoE5dw6ofRdfVqNUZsNMfszLjYqR");
  await press(page, say("twice.read"));
}

/** The running code, halted so that it can be looked at. */
async function showParcel(page: Page, say: Say): Promise<void> {
  await press(page, say("parcel.start"));
  await press(page, say("parcel.pause"));
}

const openParcel = (page: Page) => page.locator("input[type=file]").setInputFiles({ name: "news.parcel", mimeType: "application/octet-stream", buffer: Buffer.alloc(800, 1) });

/** What the other gateway has sent, pasted. */
async function hand(page: Page, say: Say, what: "signature" | "messages", text: string): Promise<void> {
  await page.getByLabel(say(`gateway.their_${what}`), { exact: true }).fill(text);
  await press(page, say(what === "signature" ? "gateway.take" : "gateway.in_take"));
}

/** A round of three villages with the signatures of some, pasted. */
async function settle(page: Page, say: Say, signed: number[]): Promise<void> {
  const [core, key] = [(n: number) => dna(n).slice(3, 35), (n: number) => agent(n).slice(3, 35)];
  const line = (debtor: number, creditor: number) => ({
    debtor: core(debtor), creditor: core(creditor), debtor_gateway: key(debtor), creditor_gateway: key(creditor), freed_s: 7_200, given_up_s: 7_200,
  });
  const round = { lines: [line(0, NEIGHBOUR), line(6, 0), line(NEIGHBOUR, 6)] };
  const signatures = signed.map((n) => ({ village: core(n), signature: new Uint8Array(64).fill(n) }));
  await page.getByLabel(say("settle.round_text"), { exact: true }).fill(roundText({ round, signatures }));
  await press(page, say("settle.take_round"));
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
  {
    name: "home-cheques",
    hash: "#/",
    heading: village,
    sample: { cheques: ["signed", "received", "doubled"], inbox: [] },
    seen: (say) => say("cheques.not_yet"),
  },
  { name: "home-cheques-long", hash: "#/", heading: () => "Oberösterreichische Nachbarschaftshilfen", sample: { ...LONG, cheques: ["signed", "doubled"], inbox: [] } },
  { name: "cheque", hash: "#/cheque/46", heading: (say) => say("cheque.title"), seen: (say) => say("qr.bright") },
  { name: "cheque-missing", hash: "#/cheque/1", heading: (say) => say("cheque.title"), seen: (say) => say("cheque.missing", { number: "1" }) },
  {
    name: "cheque-large",
    hash: "#/cheque/46",
    heading: (say) => say("cheque.title"),
    act: async (page, say) => {
      await press(page, say("qr.large"));
      await expect(page.getByRole("dialog")).toBeVisible();
    },
  },
  { name: "take", hash: "#/take", heading: (say) => say("take.title") },
  { name: "take-offered", hash: "#/take", heading: (say) => say("take.sheet"), act: takingForm },
  {
    name: "take-advised",
    hash: "#/take",
    sample: { ...LONG, advice: ["unknown_giver", "exposure", "policy_expired"] },
    heading: (say) => say("take.sheet"),
    seen: (say) => say("advice.unknown_giver"),
    act: takingForm,
  },
  {
    name: "take-refused",
    hash: "#/take",
    sample: { unread: "E_HANDOVER_SIGNATURE" },
    heading: (say) => say("take.title"),
    seen: (say) => say("refusal.E_HANDOVER_SIGNATURE"),
    act: takingForm,
  },
  {
    name: "taken",
    hash: "#/take",
    heading: (say) => like(say("take.done")),
    act: async (page, say) => {
      await takingForm(page, say);
      await press(page, say("take.take"));
    },
  },
  { name: "parcel", hash: "#/parcel", heading: (say) => say("commons.parcel"), seen: (say) => say("parcel.trust") },
  { name: "parcel-show", hash: "#/parcel/show", heading: (say) => say("parcel.show"), seen: (say) => say("parcel.start_hint") },
  { name: "parcel-shown", hash: "#/parcel/show", heading: (say) => say("parcel.show"), seen: (say) => say("parcel.how"), act: showParcel },
  {
    name: "parcel-shown-long",
    hash: "#/parcel/show",
    sample: LONG,
    heading: (say) => say("parcel.show"),
    seen: (say) => say("parcel.left_out", { n: "12345" }),
    act: showParcel,
  },
  {
    name: "parcel-empty",
    hash: "#/parcel/show",
    sample: { refuse: "E_PARCEL_EMPTY" },
    heading: (say) => say("parcel.show"),
    seen: (say) => say("refusal.E_PARCEL_EMPTY"),
    act: (page, say) => press(page, say("parcel.start")),
  },
  { name: "parcel-read", hash: "#/parcel/read", heading: (say) => say("parcel.read"), seen: (say) => say("parcel.read_lead") },
  {
    name: "parcel-refused",
    hash: "#/parcel/read",
    sample: { unread: "E_PARCEL_VILLAGE" },
    heading: (say) => say("parcel.read"),
    seen: (say) => say("refusal.E_PARCEL_VILLAGE"),
    act: openParcel,
  },
  {
    name: "parcel-taken",
    hash: "#/parcel/read",
    heading: (say) => say("parcel.read"),
    seen: (say) => say("parcel.taken", { village: "Demo Valley", n: "214" }),
    act: openParcel,
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
  { name: "village-nothing", hash: "#/village", heading: village, sample: { matters: false, mine: null } },
  { name: "people", hash: "#/people", heading: (say) => say("commons.people"), seen: (say) => say("people.take_floor") },
  { name: "people-long", hash: "#/people", sample: LONG, heading: (say) => say("commons.people") },
  { name: "people-closed", hash: "#/people", sample: { closed: true }, heading: (say) => say("commons.people"), seen: (say) => say("people.closed") },
  {
    name: "leave",
    hash: "#/people",
    heading: (say) => say("people.leave_sure", { village: "Demo Valley" }),
    seen: (say) => say("refusal.E_LEAVES_OWING"),
    act: (page, say) => press(page, say("people.leave")),
  },
  { name: "person", hash: `#/people/${encodeHashToBase64(agent(2))}`, heading: () => "Chandra", seen: (say) => say("person.floor_taken") },
  { name: "person-long", hash: `#/people/${BOB}`, sample: LONG, heading: () => /Donaudampf/ },
  { name: "projects", hash: "#/projects", heading: (say) => say("commons.projects"), seen: () => "Root cellar" },
  { name: "projects-none", hash: "#/projects", sample: { matters: false }, heading: (say) => say("commons.projects"), seen: (say) => say("projects.none") },
  { name: "project", hash: project(0), heading: () => "Root cellar", seen: (say) => say("project.unnamed") },
  { name: "project-long", hash: project(0), sample: LONG, heading: () => /Donaudampf/ },
  {
    name: "project-log",
    hash: project(0),
    heading: (say) => say("project.log"),
    seen: (say) => say("refusal.E_AMOUNT_NOT_POSITIVE"),
    act: async (page, say) => {
      await press(page, say("project.log"));
      await press(page, say("project.log_now"));
    },
  },
  {
    name: "project-pay",
    hash: project(0),
    heading: (say) => say("project.pay_title"),
    act: (page, say) => press(page, say("project.pay", { name: "Bob" })),
  },
  { name: "project-missing", hash: "#/projects/x", heading: (say) => say("project.title"), seen: (say) => say("refusal.E_NOT_FOUND") },
  { name: "neighbours", hash: "#/neighbours", heading: (say) => say("commons.neighbours"), seen: (say) => say("neighbours.offered", { village: "Hill 1" }) },
  { name: "neighbours-none", hash: "#/neighbours", sample: { matters: false }, heading: (say) => say("commons.neighbours"), seen: (say) => say("neighbours.none") },
  { name: "across", hash: neighbour, heading: (say) => like(say("across.to")), seen: (say) => say("across.you_give") },
  {
    name: "across-checked",
    hash: neighbour,
    heading: (say) => like(say("across.to")),
    act: (page, say) => press(page, say("across.pay")),
    seen: (say) => say("across.card_wrong"),
  },
  {
    name: "across-card",
    hash: neighbour,
    heading: (say) => say("across.to", { village: "BobTown" }),
    act: (page, say) => page.getByLabel(say("across.card"), { exact: true }).fill(`For the shelf: ${card(NEIGHBOUR)}`),
    seen: (say) => say("across.levies_card", { village: "BobTown" }),
  },
  {
    name: "across-elsewhere",
    hash: neighbour,
    heading: (say) => like(say("across.to")),
    act: (page, say) => page.getByLabel(say("across.card"), { exact: true }).fill(card(7)),
    seen: (say) => say("across.card_elsewhere", { village: "BobTown" }),
  },
  {
    name: "homes",
    hash: "#/",
    sample: { cheques: ["signed"], inbox: ["transfer_unasked", "request_to_me"] },
    heading: (say) => say("village.side_by_side"),
    act: (page, say) => page.getByRole("link", { name: say("village.side_by_side") }).click(),
    seen: (say) => say("homes.waiting.other", { n: "2" }),
  },
  { name: "homes-long", hash: "#/homes", sample: { ...LONG, villages: 3 }, heading: (say) => say("village.side_by_side"), seen: (say) => say("homes.coming") },
  {
    name: "homes-none",
    hash: "#/homes",
    sample: { villages: 3, unanswered: 1, bookless: 2 },
    heading: (say) => say("village.side_by_side"),
    seen: (say) => say("homes.no_book"),
    act: (page, say) => expect(page.getByText(say("refusal.E_NO_NODE"))).toBeVisible(),
  },
  {
    name: "homes-open",
    hash: "#/homes",
    heading: () => "Hill 1",
    act: async (page, say) => {
      await press(page, say("homes.open", { village: "Hill 1" }));
      await expect(page.getByRole("region", { name: say("balance.title") })).toBeVisible();
    },
  },
  { name: "neighbours-gateway", hash: "#/neighbours", sample: { gateway: "held" }, heading: (say) => say("commons.neighbours"), seen: (say) => say("neighbours.by_hand") },
  { name: "gateway", hash: gateway, sample: { gateway: "held" }, heading: (say) => like(say("gateway.title")), seen: (say) => say("gateway.messages.other", { n: "3" }) },
  { name: "gateway-not-mine", hash: gateway, heading: (say) => like(say("gateway.title")), seen: (say) => say("gateway.not_mine") },
  {
    name: "gateway-signed",
    hash: gateway,
    sample: { gateway: "new" },
    heading: (say) => say("gateway.terms"),
    act: async (page, say) => {
      await press(page, say("gateway.sign"));
      await expect(page.getByLabel(say("gateway.signature"), { exact: true }).first()).toHaveValue(/^cc-agreed1:uhC0k.*\.$/);
    },
    seen: (say) => say("qr.bright"),
  },
  {
    name: "gateway-agreed",
    hash: gateway,
    sample: { gateway: "new" },
    heading: (say) => say("gateway.out"),
    act: (page, say) => hand(page, say, "signature", agreedText({ from: dna(NEIGHBOUR), to: dna(0), signature: new Uint8Array(64).fill(9) })),
    seen: (say) => say("gateway.in_book"),
  },
  {
    name: "gateway-agreed-elsewhere",
    hash: gateway,
    sample: { gateway: "new" },
    heading: (say) => say("gateway.terms"),
    act: (page, say) => hand(page, say, "signature", agreedText({ from: dna(7), to: dna(0), signature: new Uint8Array(64).fill(9) })),
    seen: (say) => say("refusal.E_AGREED_ELSEWHERE"),
  },
  {
    name: "gateway-code",
    hash: gateway,
    sample: { gateway: "held" },
    heading: (say) => say("gateway.out"),
    act: (page, say) => page.locator("summary", { hasText: say("gateway.message", { i: "2", n: "3", kind: say("gateway.kind_receipt") }) }).click(),
    seen: (say) => say("qr.bright"),
  },
  {
    name: "gateway-taken",
    hash: gateway,
    sample: { gateway: "held" },
    heading: (say) => say("gateway.back"),
    act: (page, say) => hand(page, say, "messages", `Dear Bob,\n${[1, 2].map((n) => messageText({ to: dna(0), bytes: slip("iou", 400 + n) })).join("\n")}\nAnn`),
    seen: (say) => say("gateway.taken.other", { n: "2" }),
  },
  {
    name: "gateway-refused",
    hash: gateway,
    sample: { gateway: "held", refuse: "E_IOU_NUMBER" },
    heading: (say) => say("gateway.in"),
    act: (page, say) => hand(page, say, "messages", messageText({ to: dna(0), bytes: slip("iou", 400) })),
    seen: (say) => say("gateway.refused", { i: "1", why: say("refusal.E_IOU_NUMBER") }),
  },
  {
    name: "gateway-cut",
    hash: gateway,
    sample: { gateway: "held" },
    heading: (say) => say("gateway.in"),
    act: (page, say) => hand(page, say, "messages", messageText({ to: dna(0), bytes: slip("iou", 400) }).slice(0, -1)),
    seen: (say) => say("refusal.E_LINE_TEXT"),
  },
  { name: "travel", hash: "#/travel", sample: { owes: true }, heading: (say) => say("travel.owes", { to: village(), from: "Hill 1", due: "16\u00a0h" }), seen: (say) => say("travel.helps", { to: village(), from: "Hill 1" }) },
  { name: "travel-long", hash: "#/travel", sample: { ...LONG, owes: true }, heading: (say) => say("travel.title"), seen: (say) => say("travel.costs") },
  { name: "travel-none", hash: "#/travel", heading: (say) => say("travel.title"), seen: (say) => say("travel.none") },
  { name: "travel-gateway", hash: "#/travel", sample: { owes: true, gateway: "held" }, heading: (say) => say("travel.title"), seen: (say) => say("travel.gateway") },
  { name: "neighbours-owing", hash: "#/neighbours", sample: { owes: true }, heading: (say) => say("commons.neighbours"), seen: (say) => say("travel.title") },
  {
    name: "travel-pay",
    hash: "#/travel",
    sample: { owes: true },
    heading: (say) => say("across.to", { village: village() }),
    seen: (say) => say("travel.to_self", { village: village() }),
    act: async (page, say) => {
      await page.getByRole("button", { name: like(say("travel.do")) }).click();
      await expect(page.getByLabel(new RegExp(`^${say("across.amount")}`))).toHaveValue("17:46");
    },
  },
  {
    name: "travel-done",
    hash: "#/travel",
    sample: { owes: true },
    heading: (say) => say("across.to", { village: village() }),
    seen: (say) => say("travel.done", { village: village() }),
    act: async (page, say) => {
      await page.getByRole("button", { name: like(say("travel.do")) }).click();
      await expect(page.getByText(say("across.arrives_at", { name: "Alice Baumgartner" }))).toBeVisible();
      await press(page, say("across.pay"));
    },
  },
  {
    name: "rates",
    hash: "#/neighbours",
    sample: { sheets: 8 },
    heading: (say) => like(say("rates.title")),
    seen: (say) => say("neighbours.rate", { here: "5", there: "6" }),
    act: (page, say) => page.getByRole("link", { name: say("rates.link") }).click(),
  },
  {
    name: "rates-kind",
    hash: rates,
    sample: { sheets: 3, long: true },
    heading: (say) => like(say("rates.title")),
    seen: (say) => say("rates.none"),
    act: async (page) => page.getByText(LONG_NAMES[1] ?? "", { exact: true }).click(),
  },
  { name: "rates-none", hash: `#/rates/${encodeHashToBase64(dna(6))}`, heading: (say) => like(say("rates.title")), seen: (say) => say("rates.no_sheet") },
  { name: "moving", hash: "#/moving", sample: { owes: true, balance_s: 5_400, villages: 3 }, heading: (say) => say("moving.title"), seen: (say) => say("moving.take", { amount: "1\u00a0h 30\u00a0min", village: "Hill 1" }) },
  { name: "moving-owing", hash: "#/moving", sample: { gateway: "held", villages: 1, inbox: [] }, heading: (say) => say("moving.title"), seen: (say) => say("moving.owes", { amount: "2\u00a0h" }) },
  { name: "moving-long", hash: "#/moving", sample: { ...LONG, balance_s: 1_000 * 3_600 }, heading: (say) => say("moving.title"), seen: (say) => say("moving.holder") },
  {
    name: "moving-pay",
    hash: "#/moving",
    sample: { owes: true, balance_s: 5_400, villages: 3 },
    heading: (say) => say("across.to", { village: "Hill 1" }),
    seen: (say) => say("travel.to_self", { village: "Hill 1" }),
    act: async (page, say) => {
      await page.getByRole("link", { name: like(say("moving.take")) }).click();
      await expect(page.getByLabel(new RegExp(`^${say("across.amount")}`))).toHaveValue("1:30");
    },
  },
  { name: "neighbours-settle", hash: "#/neighbours", sample: { gateway: "held" }, heading: (say) => say("settle.title"), act: (page, say) => page.getByRole("link", { name: new RegExp(`^${say("settle.title")}`) }).click(), seen: (say) => say("settle.step_plan") },
  { name: "settle-not-gateway", hash: "#/settle", heading: (say) => say("settle.title"), seen: (say) => say("settle.not_gateway") },
  {
    name: "settle-statement",
    hash: "#/settle",
    sample: { gateway: "held" },
    heading: (say) => say("settle.step_statements"),
    seen: (say) => say("settle.statement"),
    act: (page, say) => page.getByRole("button", { name: like(say("settle.draw")) }).click(),
  },
  {
    name: "settle-statement-cut",
    hash: "#/settle",
    sample: { gateway: "held" },
    heading: (say) => say("settle.step_statements"),
    seen: (say) => say("refusal.E_STATEMENT_TEXT"),
    act: async (page, say) => {
      await page.getByLabel(say("settle.their_statement"), { exact: true }).fill('{"debtor":');
      await press(page, say("settle.sign_statement"));
    },
  },
  {
    name: "settle-round",
    hash: "#/settle",
    sample: { gateway: "held" },
    heading: (say) => say("settle.round", { n: "1", villages: "3" }),
    seen: (say) => say("settle.quiet"),
    act: (page, say) => settle(page, say, []),
  },
  {
    name: "settle-signed",
    hash: "#/settle",
    sample: { gateway: "held" },
    heading: (say) => say("settle.round", { n: "1", villages: "3" }),
    seen: (say) => say("settle.hand_on"),
    act: async (page, say) => {
      await settle(page, say, [NEIGHBOUR]);
      await press(page, say("settle.sign"));
      await expect(page.getByRole("button", { name: say("settle.sign"), exact: true })).toHaveCount(0);
    },
  },
  {
    name: "settle-booked",
    hash: "#/settle",
    sample: { gateway: "held" },
    heading: (say) => say("settle.round", { n: "1", villages: "3" }),
    seen: (say) => say("settle.booked"),
    act: async (page, say) => {
      await settle(page, say, [0, NEIGHBOUR, 6]);
      await press(page, say("settle.book"));
    },
  },
  {
    name: "settle-refused",
    hash: "#/settle",
    sample: { gateway: "held", refuse: "E_CLEARING_CROSSES" },
    heading: (say) => say("settle.round", { n: "1", villages: "3" }),
    seen: (say) => say("refusal.E_CLEARING_CROSSES"),
    act: async (page, say) => {
      await settle(page, say, []);
      await press(page, say("settle.sign"));
    },
  },
  { name: "far", hash: "#/far", heading: (say) => say("far.title"), seen: (say) => say("far.card_hint") },
  {
    name: "far-quoted",
    hash: "#/neighbours",
    heading: (say) => say("far.title"),
    act: async (page, say) => {
      await page.getByRole("link", { name: new RegExp(`^${say("far.title")}`) }).click();
      await page.getByLabel(say("across.card"), { exact: true }).fill(card(6));
    },
    seen: (say) => say("across.arrives_at", { name: "Bob" }),
  },
  {
    name: "far-paid",
    hash: "#/far",
    heading: (say) => say("far.title"),
    act: async (page, say) => {
      await page.getByLabel(say("across.card"), { exact: true }).fill(card(6));
      await press(page, say("across.pay"));
    },
    seen: (say) => say("across.done"),
  },
  {
    name: "far-no-way",
    hash: "#/far",
    heading: (say) => say("far.title"),
    act: (page, say) => page.getByLabel(say("across.card"), { exact: true }).fill(card(5)),
    seen: (say) => say("far.no_way"),
  },
  {
    name: "far-later",
    hash: "#/far",
    heading: (say) => say("far.title"),
    act: async (page, say) => {
      await page.clock.install();
      await page.getByLabel(say("across.card"), { exact: true }).fill(card(3));
      await expect(page.getByText(say("far.no_way"))).toBeVisible();
      await page.clock.runFor(7_000);
    },
    seen: (say) => say("across.arrives_at", { name: "Bob" }),
  },
  {
    name: "far-home",
    hash: "#/far",
    heading: (say) => say("far.title"),
    act: (page, say) => page.getByLabel(say("across.card"), { exact: true }).fill(card(0)),
    seen: (say) => say("far.at_home"),
  },
  { name: "contact", hash: "#/contact", heading: (say) => say("contact.title"), seen: (say) => say("contact.text") },
  { name: "contact-long", hash: "#/contact", sample: LONG, heading: (say) => say("contact.title"), seen: (say) => say("contact.text") },
  { name: "funds", hash: "#/funds", heading: (say) => say("commons.funds"), seen: (say) => say("funds.sweep") },
  { name: "funds-long", hash: "#/funds", sample: LONG, heading: (say) => say("commons.funds"), seen: (say) => say("funds.lines") },
  { name: "funds-none", hash: "#/funds", sample: { matters: false }, heading: (say) => say("commons.funds"), seen: (say) => say("funds.nobody") },
  { name: "funds-handed-over", hash: "#/funds", sample: { inbox: ["fund_handed_over"] }, heading: (say) => say("commons.funds"), seen: (say) => say("funds.take_over") },
  {
    name: "decisions",
    hash: "#/decisions",
    heading: (say) => say("commons.decisions"),
    act: (page, say) => page.getByText(say("decisions.ask"), { exact: true }).click(),
    seen: (say) => say("ballot.state_overtaken"),
  },
  { name: "decisions-long", hash: "#/decisions", sample: LONG, heading: (say) => say("commons.decisions"), seen: (say) => say("ballot.your_vote") },
  { name: "decisions-none", hash: "#/decisions", sample: { matters: false }, heading: (say) => say("commons.decisions"), seen: (say) => say("decisions.none_open") },
  { name: "decision", hash: ballot(0), heading: (say) => say("motion.project", { name: "Root cellar" }), seen: (say) => say("ballot.silent") },
  { name: "decision-long", hash: ballot(0), sample: LONG, heading: (say) => like(say("motion.project")) },
  { name: "decision-policy", hash: ballot(1), heading: (say) => say("motion.policy"), seen: (say) => say("ballot.you_yes") },
  { name: "decision-floor-long", hash: ballot(3), sample: LONG, heading: (say) => like(say("motion.floor")) },
  { name: "decision-voting", hash: ballot(6), heading: (say) => say("motion.voting"), seen: (say) => say("ballot.state_failed") },
  { name: "decision-code", hash: ballot(7), heading: (say) => say("motion.dna"), seen: (say) => say("ballot.state_adopted") },
  { name: "decision-succession", hash: ballot(8), heading: (say) => like(say("motion.succession")) },
  { name: "decision-line", hash: ballot(9), heading: (say) => say("motion.line") },
  { name: "decision-coordinator", hash: ballot(10), heading: (say) => say("motion.coordinator") },
  { name: "decision-many", hash: ballot(11), heading: (say) => say("motion.roll_many", { n: "2" }) },
  {
    name: "decision-object",
    hash: ballot(2),
    sample: { voting: { template: "consent", objections: 1 } },
    heading: (say) => say("ballot.no_title"),
    seen: (say) => say("refusal.E_OBJECTION_REASON"),
    act: async (page, say) => {
      await press(page, say("ballot.vote_no"));
      await press(page, say("ballot.vote_no_now"));
    },
  },
  {
    name: "decision-yes",
    hash: ballot(0),
    heading: (say) => say("ballot.state_adopted"),
    seen: (say) => say("ballot.you_yes"),
    act: (page, say) => press(page, say("ballot.vote_yes")),
  },
  {
    name: "decision-refused",
    hash: ballot(0),
    sample: { refuse: "E_ROLL_OLDER" },
    heading: (say) => say("motion.project", { name: "Root cellar" }),
    seen: (say) => say("refusal.E_ROLL_OLDER"),
    act: (page, say) => press(page, say("ballot.vote_yes")),
  },
  ...(["project", "levies", "holder", "voting", "roll", "floor", "code", "line", "succession", "make_good"] as const).map(
    (what): Shot => ({ name: `propose-${what}`, hash: `#/propose/${what}`, heading: (say) => say(`propose.${what}`) }),
  ),
  { name: "propose-line-mirror", hash: hill, heading: (say) => say("propose.line"), seen: (say) => say("propose.decided_there", { village: "Hill 1" }) },
  {
    name: "propose-line-mirrored",
    hash: hill,
    heading: (say) => say("propose.line"),
    act: async (page, say) => {
      await press(page, say("propose.mirror", { village: "Hill 1" }));
      await expect(page.getByLabel(say("propose.kind"), { exact: true }).first()).toHaveValue("carpentry");
      await expect(page.getByLabel(new RegExp(`^${say("propose.rate_here")}`)).first()).toHaveValue("6");
    },
  },
  ...(["code", "line", "succession"] as const).map(
    (what): Shot => ({
      name: `propose-${what}-faults`,
      hash: `#/propose/${what}`,
      sample: { long: true },
      heading: (say) => say(`propose.${what}`),
      seen: (say) => say(what === "succession" ? "propose.who_missing" : "propose.dna_wrong"),
      act: (page, say) => press(page, say("propose.ask")),
    }),
  ),
  {
    name: "proposed-code",
    hash: "#/propose/code",
    heading: (say) => say("motion.coordinator"),
    seen: (say) => say("propose.done"),
    act: async (page, say) => {
      await page.getByRole("radio", { name: new RegExp(`^${say("propose.program_coordinator")}`) }).check();
      await page.getByLabel(say("propose.sha256")).fill("a5".repeat(32));
      await page.getByLabel(say("motion.different")).fill("Faster lists");
      await press(page, say("propose.ask"));
    },
  },
  { name: "decision-rival", hash: ballot(1), heading: (say) => say("motion.policy"), seen: (say) => say("ballot.spoke_elsewhere") },
  { name: "profile", hash: "#/profile", heading: (say) => say("profile.title"), seen: (say) => say("profile.public") },
  { name: "profile-long", hash: "#/profile", sample: LONG, heading: (say) => say("profile.title"), seen: (say) => say("profile.public") },
  {
    name: "profile-faults",
    hash: "#/profile",
    sample: LONG,
    heading: (say) => say("profile.title"),
    seen: (say) => say("refusal.E_SKILLS"),
    act: async (page, say) => {
      await page.getByLabel(say("profile.skill"), { exact: true }).fill("One more");
      await press(page, say("profile.skill_add"));
    },
  },
  {
    name: "profile-no-picture",
    hash: "#/profile",
    heading: (say) => say("profile.title"),
    seen: (say) => say("refusal.E_PICTURE_KIND"),
    act: (page) => page.locator("input[type=file]").setInputFiles({ name: "a.svg", mimeType: "image/svg+xml", buffer: Buffer.from("<svg") }),
  },
  {
    name: "profile-saved",
    hash: "#/profile",
    heading: (say) => say("profile.title"),
    seen: (say) => say("profile.saved"),
    act: (page, say) => press(page, say("profile.save")),
  },
  {
    name: "profile-refused",
    hash: "#/profile",
    sample: { refuse: "E_PICTURE_TOO_LARGE" },
    heading: (say) => say("profile.title"),
    seen: (say) => say("refusal.E_PICTURE_TOO_LARGE"),
    act: (page, say) => press(page, say("profile.save")),
  },
  { name: "person-said", hash: `#/people/${encodeHashToBase64(agent(4))}`, heading: () => "Emeka", seen: () => "Behind the mill, mornings" },
  {
    name: "person-said-long",
    hash: `#/people/${encodeHashToBase64(agent(4))}`,
    sample: LONG,
    heading: () => /Maximiliana/,
    seen: (say) => say("profile.skills"),
  },
  {
    name: "people-skill",
    hash: "#/people",
    heading: (say) => say("commons.people"),
    seen: () => "Bicycles",
    act: (page) => page.getByRole("button", { name: /^Bicycles/ }).click(),
  },
  { name: "people-skills-long", hash: "#/people", sample: LONG, heading: (say) => say("commons.people"), seen: (say) => say("people.who_can") },
  { name: "invite-vouched", hash: "#/invite", sample: { steward: false, vouchers: 3 }, heading: (say) => say("invite.title"), seen: (say) => say("vouch.count", { have: "2", need: "3" }) },
  {
    name: "vouch",
    hash: "#/vouch",
    sample: { vouchers: 2 },
    heading: (say) => say("vouch.title"),
    seen: (say) => say("vouch.enough"),
    act: async (page, say) => {
      await page.getByLabel(say("join.text"), { exact: true }).fill(invitation);
      await press(page, say("vouch.do"));
    },
  },
  {
    name: "vouch-faults",
    hash: "#/vouch",
    sample: { vouchers: 2 },
    heading: (say) => say("vouch.title"),
    seen: (say) => say("join.text_empty"),
    act: (page, say) => press(page, say("vouch.do")),
  },
  { name: "move", hash: move(7), heading: (say) => say("move.title"), seen: (say) => say("move.close_later") },
  {
    name: "move-closed",
    hash: move(7),
    sample: { closed: true },
    heading: (say) => say("move.title"),
    seen: (say) => say("move.closed"),
  },
  { name: "move-nothing", hash: move(0), heading: (say) => say("move.title"), seen: (say) => say("refusal.E_CODE_NOT_ADOPTED") },
  {
    name: "move-sure",
    hash: move(7),
    sample: { villages: 8 },
    heading: (say) => say("move.sure", { village: "Demo Valley" }),
    act: (page, say) => press(page, say("move.close")),
  },
  {
    name: "witness",
    hash: "#/witness",
    sample: { after: true },
    heading: (say) => say("witness.title"),
    seen: (say) => say("witness.done"),
    act: async (page, say) => {
      await page.getByLabel(say("witness.note")).fill(`${BOB}\n${encodeHashToBase64(action(1))}`);
      await press(page, say("witness.do"));
    },
  },
  {
    name: "witness-faults",
    hash: "#/witness",
    sample: { after: true },
    heading: (say) => say("witness.title"),
    seen: (say) => say("witness.note_wrong"),
    act: (page, say) => press(page, say("witness.do")),
  },
  {
    name: "carry",
    hash: "#/",
    sample: { opened: false, after: true },
    heading: (say) => say("open.title", { village: "Demo Valley" }),
    seen: (say) => say("refusal.E_WITNESS_UNREADABLE"),
    act: (page, say) => press(page, say("open.go_on")),
  },
  {
    name: "carried",
    hash: "#/",
    sample: { opened: false, after: true },
    heading: village,
    act: async (page, say) => {
      await page.getByLabel(say("witness.text")).fill("cw1:q83vEjRWeJq8");
      await page.getByLabel(say("found.me"), { exact: true }).fill("Alice");
      await press(page, say("open.go_on"));
      await expect(page.getByRole("region", { name: say("balance.title") })).toBeVisible();
    },
  },
  { name: "village-after", hash: "#/village", sample: { after: true }, heading: village, seen: (say) => say("witness.sub") },
  { name: "found-after", hash: "#/found/after", heading: (say) => say("found.title"), seen: (say) => say("found.after", { village: "Demo Valley" }) },
  {
    name: "propose-faults",
    hash: "#/propose/project",
    sample: { long: true },
    heading: (say) => say("propose.project"),
    seen: (say) => say("name.empty"),
    act: (page, say) => press(page, say("propose.ask")),
  },
  {
    name: "propose-newcomers",
    hash: "#/propose/levies",
    heading: (say) => say("propose.levies"),
    act: (page, say) => page.getByRole("radio", { name: say("policy.probation_some") }).check(),
    seen: (say) => say("policy.probation_each"),
  },
  { name: "propose-guest", hash: `#/propose/roll/${BOB}`, sample: { mine: null }, heading: (say) => say("propose.roll"), seen: (say) => say("propose.not_on_roll") },
  {
    name: "proposed",
    hash: "#/propose/levies",
    heading: (say) => say("motion.policy"),
    seen: (say) => say("propose.done"),
    act: async (page, say) => {
      await page.getByLabel(say("policy.state_levy")).fill("8");
      await press(page, say("propose.ask"));
    },
  },
  { name: "disputes", hash: "#/disputes", heading: (say) => say("commons.disputes"), seen: (say) => say("dispute.act_advise") },
  { name: "disputes-long", hash: "#/disputes", sample: LONG, heading: (say) => say("commons.disputes"), seen: (say) => say("dispute.act_answer") },
  { name: "disputes-none", hash: "#/disputes", sample: { matters: false }, heading: (say) => say("commons.disputes"), seen: (say) => say("disputes.none") },
  { name: "dispute", hash: dispute(0), heading: (say) => like(say("dispute.title_about")), seen: (say) => say("dispute.answer") },
  { name: "dispute-long", hash: dispute(1), sample: LONG, heading: (say) => like(say("dispute.title_about")) },
  {
    name: "dispute-nominate",
    hash: dispute(0),
    heading: (say) => say("dispute.do_nominate"),
    seen: (say) => say("propose.who_missing"),
    act: async (page, say) => {
      await press(page, say("dispute.nominate"));
      await press(page, say("dispute.act_now_nominate"));
    },
  },
  {
    name: "dispute-advise",
    hash: dispute(2),
    heading: (say) => say("dispute.do_advise"),
    act: (page, say) => press(page, say("dispute.advise")),
  },
  {
    name: "dispute-give-back",
    hash: dispute(1),
    heading: (say) => say("dispute.do_give_back"),
    seen: (say) => say("split.you_give"),
    act: (page, say) => press(page, say("dispute.give_back_now")),
  },
  { name: "dispute-settled", hash: dispute(3), heading: (say) => like(say("dispute.title_about")), seen: (say) => say("dispute.state_settled") },
  {
    name: "line-dispute",
    hash: "#/activity/46",
    heading: (say) => say("dispute.begin_title"),
    act: (page, say) => press(page, say("dispute.begin")),
  },
  { name: "line-disputed", hash: "#/activity/44", heading: (say) => like(say("line.gave")), seen: (say) => say("dispute.look") },
  {
    name: "home-called",
    hash: "#/",
    heading: village,
    sample: { inbox: ["disputed", "nominated", "fund_handed_over"] },
    seen: (say) => say("inbox.to_funds"),
  },
  { name: "twice", hash: "#/twice", heading: (say) => say("commons.twice"), seen: (say) => say("twice.row_whole") },
  { name: "twice-long", hash: "#/twice", sample: LONG, heading: (say) => say("commons.twice"), seen: (say) => say("twice.suspect") },
  { name: "twice-none", hash: "#/twice", sample: { matters: false }, heading: (say) => say("commons.twice"), seen: (say) => say("twice.none") },
  {
    name: "twice-suspect-faults",
    hash: "#/twice",
    heading: (say) => say("commons.twice"),
    seen: (say) => say("propose.who_missing"),
    act: (page, say) => press(page, say("twice.look_through")),
  },
  {
    name: "twice-suspect-nothing",
    hash: "#/twice",
    heading: (say) => say("commons.twice"),
    seen: (say) => say("refusal.E_NOT_TWICE"),
    act: async (page, say) => {
      await page.getByLabel(say("twice.whose")).selectOption(BOB);
      await press(page, say("twice.look_through"));
    },
  },
  {
    name: "twice-suspect-found",
    hash: "#/twice",
    heading: (say) => say("commons.twice"),
    seen: (say) => say("twice.found"),
    act: async (page, say) => {
      await page.getByLabel(say("twice.whose")).selectOption(encodeHashToBase64(agent(4)));
      await press(page, say("twice.look_through"));
    },
  },
  { name: "proof", hash: `#/twice/${proof(0)}`, heading: (say) => say("twice.about", { name: "Emeka" }), seen: (say) => say("twice.to_ballot") },
  { name: "proof-long", hash: `#/twice/${proof(0)}`, sample: LONG, heading: (say) => like(say("twice.about")), seen: (say) => say("twice.carry") },
  { name: "proof-to-ask", hash: `#/twice/${proof(2)}`, heading: (say) => say("twice.about", { name: "Georg" }), seen: (say) => say("twice.not_asked") },
  { name: "proof-whole", hash: `#/twice/${proof(3)}`, heading: (say) => say("twice.about", { name: "Hana" }), seen: (say) => say("twice.short_none") },
  { name: "proof-missing", hash: "#/twice/x", heading: (say) => say("twice.title"), seen: (say) => say("twice.missing") },
  {
    name: "proof-large",
    hash: `#/twice/${proof(0)}`,
    heading: (say) => say("twice.about", { name: "Emeka" }),
    act: async (page, say) => {
      await press(page, say("qr.large"));
      await expect(page.getByRole("dialog")).toBeVisible();
    },
  },
  {
    name: "proof-decided",
    hash: `#/twice/${proof(1)}`,
    sample: { holder: false },
    heading: (say) => say("twice.about", { name: "Fatima" }),
    seen: (say) => say("good.by", { name: "Bob" }),
  },
  {
    name: "make-good",
    hash: `#/twice/${proof(1)}`,
    heading: (say) => like(say("good.sheet")),
    seen: (say) => say("good.explain", { name: "Fatima" }),
    act: (page, say) => page.getByRole("button", { name: like(say("good.do")) }).click(),
  },
  {
    name: "made-good",
    hash: `#/twice/${proof(1)}`,
    heading: (say) => say("twice.about", { name: "Fatima" }),
    seen: (say) => say("good.is_done", { amount: "45\u00a0min" }),
    act: async (page, say) => {
      await page.getByRole("button", { name: like(say("good.do")) }).click();
      await page.getByRole("dialog").getByRole("button", { name: like(say("good.do_now")) }).click();
    },
  },
  {
    name: "make-good-refused",
    hash: `#/twice/${proof(1)}`,
    sample: { refuse: "E_NOT_THE_HOLDER" },
    heading: (say) => like(say("good.sheet")),
    seen: (say) => say("refusal.E_NOT_THE_HOLDER"),
    act: async (page, say) => {
      await page.getByRole("button", { name: like(say("good.do")) }).click();
      await page.getByRole("dialog").getByRole("button", { name: like(say("good.do_now")) }).click();
    },
  },
  { name: "decision-make-good", hash: ballot(12), heading: (say) => like(say("motion.make_good")), seen: (say) => say("twice.look") },
  { name: "decision-make-good-long", hash: ballot(12), sample: LONG, heading: (say) => like(say("motion.make_good")) },
  { name: "decision-made-good", hash: ballot(13), heading: (say) => like(say("motion.make_good")), seen: (say) => say("ballot.state_adopted") },
  { name: "bring", hash: "#/bring", heading: (say) => say("twice.take_title") },
  {
    name: "bring-refused",
    hash: "#/bring",
    sample: { unread: "E_PROOF_UNREADABLE" },
    heading: (say) => say("twice.take_title"),
    seen: (say) => say("refusal.E_PROOF_UNREADABLE"),
    act: bringingForm,
  },
  { name: "brought", hash: "#/bring", heading: (say) => like(say("twice.about")), seen: (say) => say("twice.taken"), act: bringingForm },
  {
    name: "propose-make-good-about",
    hash: `#/propose/make_good/${proof(2)}`,
    heading: (say) => say("propose.make_good"),
    seen: (say) => say("twice.about", { name: "Georg" }),
  },
  {
    name: "proposed-make-good",
    hash: `#/propose/make_good/${proof(2)}`,
    heading: (say) => like(say("motion.make_good")),
    seen: (say) => say("propose.done"),
    act: async (page, say) => {
      await expect(page.getByLabel(say("propose.make_good_amount"))).toHaveValue("1:30");
      await press(page, say("propose.ask"));
    },
  },
  { name: "person-twice", hash: `#/people/${encodeHashToBase64(agent(4))}`, heading: () => "Emeka", seen: (say) => say("twice.look") },
  {
    name: "cheque-told",
    hash: "#/",
    heading: village,
    sample: { cheques: ["doubled"], inbox: [] },
    seen: (say) => say("twice.taken"),
    act: (page, say) => press(page, say("twice.tell")),
  },
  { name: "guardians", hash: "#/guardians", sample: { guardians: 3 }, heading: (say) => say("guard.title"), seen: (say) => say("guard.change") },
  {
    name: "guardians-first",
    hash: "#/guardians",
    sample: { balance_s: 40 * 3_600 },
    heading: (say) => say("guard.title"),
    seen: (say) => say("propose.who_missing"),
    act: (page, say) => press(page, say("guard.add")),
  },
  {
    name: "guardians-choosing-long",
    hash: "#/guardians",
    sample: { ...LONG, guardians: 2, balance_s: 0 },
    heading: (say) => say("guard.title"),
    seen: (say) => say("guard.name_now"),
    act: async (page, say) => {
      await press(page, say("guard.change"));
      await page.getByLabel(say("guard.choose")).selectOption(encodeHashToBase64(agent(4)));
      await press(page, say("guard.add"));
    },
  },
  {
    name: "guardians-named",
    hash: "#/guardians",
    heading: (say) => say("guard.title"),
    seen: (say) => say("guard.said_named"),
    act: async (page, say) => {
      for (const i of [1, 2, 3]) {
        await page.getByLabel(say("guard.choose")).selectOption(encodeHashToBase64(agent(i)));
        await press(page, say("guard.add"));
      }
      await press(page, say("guard.name_now"));
      await expect(page.getByText(say("guard.named", { n: "2" }))).toBeVisible();
    },
  },
  { name: "guardians-alone", hash: "#/guardians", sample: { members: 1 }, heading: (say) => say("guard.title"), seen: (say) => say("guard.nobody") },
  { name: "home-guard", hash: "#/", sample: { balance_s: 12 * 3_600, inbox: [] }, heading: village, seen: (say) => say("guard.later") },
  ...(["unasked", "waiting", "ready", "nobody"] as const).map(
    (succession): Shot => ({
      name: `lost-${succession}`,
      hash: "#/",
      sample: { opened: false, succession },
      heading: (say) => say("lost.title"),
      seen: (say) => (succession === "unasked" ? say("propose.who_missing") : succession === "nobody" ? say("lost.nobody") : say("lost.has_said")),
      act: async (page, say) => {
        await press(page, say("lost.title"));
        if (succession !== "unasked") await page.getByLabel(say("lost.who")).selectOption(encodeHashToBase64(agent(4)));
        await press(page, say(succession === "unasked" ? "lost.ask" : "lost.look"));
      },
    }),
  ),
  {
    name: "lost-long",
    hash: "#/",
    sample: { ...LONG, opened: false },
    heading: (say) => say("lost.title"),
    seen: (say) => say("lost.said_asked"),
    act: async (page, say) => {
      await press(page, say("lost.title"));
      await page.getByLabel(say("lost.who")).selectOption(encodeHashToBase64(agent(4)));
      await press(page, say("lost.ask"));
    },
  },
  {
    name: "lost-gone-on",
    hash: "#/",
    sample: { opened: false, succession: "ready" },
    heading: village,
    act: async (page, say) => {
      await press(page, say("lost.title"));
      await page.getByLabel(say("lost.who")).selectOption(encodeHashToBase64(agent(4)));
      await press(page, say("lost.look"));
      await press(page, say("lost.go_on"));
      await expect(page.getByRole("region", { name: say("balance.title") })).toBeVisible();
    },
  },
  { name: "home-entrust", hash: "#/", sample: { inbox: ["succession_asked"] }, heading: village, seen: (say) => say("inbox.entrust_look") },
  {
    name: "home-entrust-sure",
    hash: "#/",
    sample: { inbox: ["succession_asked"] },
    heading: (say) => say("inbox.entrust_title", { name: "Emeka" }),
    seen: (say) => say("inbox.entrust"),
    act: (page, say) => press(page, say("inbox.entrust_look")),
  },
  {
    name: "settings-hub-wrong",
    hash: "#/settings",
    heading: (say) => say("settings.title"),
    seen: (say) => say("refusal.E_HUB_URL"),
    act: async (page, say) => {
      await page.getByLabel(say("settings.add_hub"), { exact: true }).fill("192.168.1.5:8790");
      await press(page, say("settings.add_hub_button"));
    },
  },
  {
    name: "settings-hub-added",
    hash: "#/settings",
    heading: (say) => say("settings.title"),
    seen: (say) => say("settings.hub_added", { hub: "http://10.0.0.7:8790" }),
    act: async (page, say) => {
      await page.getByLabel(say("settings.add_hub"), { exact: true }).fill("Our hub: http://10.0.0.7:8790.");
      await press(page, say("settings.add_hub_button"));
    },
  },
  { name: "invite", hash: "#/invite", heading: (say) => say("invite.title") },
  { name: "settings", hash: "#/settings", heading: (say) => say("settings.title") },
  { name: "settings-before", hash: "#/settings", sample: NONE, heading: (say) => say("settings.title") },
];

/** Longer than any screen takes from one of its readings to the next. */
const QUIET_MS = 100;

export async function show(page: Page, shot: Shot, language: Language = "en"): Promise<void> {
  const say = sayer(language);
  await page.goto(`/?language=${language}&sample=${encodeURIComponent(JSON.stringify(shot.sample ?? {}))}${shot.hash}`);
  await shot.act?.(page, say);
  await expect(page.getByRole("heading", { name: shot.heading(say) }).first()).toBeAttached();
  if (shot.seen) await expect(page.getByText(shot.seen(say)).first()).toBeVisible({ timeout: 10_000 });
  await quiet(page);
}

/** The heading may come first: waits until nothing has changed for a moment. */
function quiet(page: Page): Promise<void> {
  return page.evaluate(
    (quiet_ms) =>
      new Promise<void>((resolve) => {
        let timer: ReturnType<typeof setTimeout>;
        const watch = new MutationObserver(() => again());
        const done = () => {
          watch.disconnect();
          resolve();
        };
        const again = () => {
          clearTimeout(timer);
          timer = setTimeout(done, quiet_ms);
        };
        watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
        again();
      }),
    QUIET_MS,
  );
}
