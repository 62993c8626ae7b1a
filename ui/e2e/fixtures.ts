/** What tests against real nodes begin with. */
import { expect, test as plain, type BrowserContext, type Page } from "@playwright/test";
import { Hub, Node, type Settings } from "./programs.ts";
import { found, invitationText, join } from "./steps.ts";

const OWN_HOSTS = ["127.0.0.1", "localhost"];

/** Two running nodes that met in no village yet. */
export interface Pair {
  hub: Hub;
  alice: Node;
  bob: Node;
}

/** Three running nodes that met in no village yet. */
export interface Trio extends Pair {
  cleo: Node;
}

/** Pages of two members of one village. */
export interface Neighbours extends Pair {
  alicePage: Page;
  bobPage: Page;
}

/** Opens a node's page in a browser profile of its own. */
type Open = (node: Node) => Promise<Page>;

/** Notes every request and websocket that leaves this machine. */
function spy(context: BrowserContext, foreign: string[]): void {
  const judge = (address: string) => {
    const { protocol, hostname } = new URL(address);
    if (!["data:", "blob:"].includes(protocol) && !OWN_HOSTS.includes(hostname)) foreign.push(address);
  };
  context.on("request", (request) => judge(request.url()));
  context.on("page", (page) => page.on("websocket", (socket) => judge(socket.url())));
}

/** What a page and its node complain about, in the test's output: it explains a failure. */
function listen(page: Page, who: string, faults: string[]): void {
  page.on("console", (message) => {
    if (message.type() === "warning") console.log(`  ${who}: ${message.text()}`);
    if (message.text().includes("Content Security Policy")) faults.push(message.text());
  });
  page.on("pageerror", (error) => console.log(`  ${who}: ${error.stack ?? error.message}`));
  page.on("response", async (response) => {
    if (response.status() >= 500) console.log(`  ${who}: ${response.url()} ${await response.text().catch(() => "")}`);
  });
}

/** What a page keeps folded up and what its node wrote, in the output of a test that failed. */
async function tell({ node, page }: { node: Node; page: Page }): Promise<void> {
  const said = await page.locator("details code").allTextContents().catch(() => []);
  for (const one of [...said, node.complaints]) if (one) console.log(`  node of ${node.port}: ${one}`);
}

/** So many nodes that meet at one hub, audited at the end and ended whatever happens. */
async function together(count: number, use: (hub: Hub, nodes: Node[]) => Promise<void>, settings?: Settings): Promise<void> {
  const hub = await Hub.start();
  const started = await Promise.allSettled(Array.from({ length: count }, () => Node.start(hub, settings)));
  const nodes = started.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  try {
    for (const one of started) if (one.status === "rejected") throw one.reason;
    await use(hub, nodes);
    for (const node of nodes) await expectSound(node);
  } finally {
    await Promise.all(nodes.map((node) => node.remove()));
    await hub.stop();
  }
}

const pair = (use: (pair: Pair) => Promise<void>) =>
  together(2, async (hub, [alice, bob]) => {
    if (alice && bob) await use({ hub, alice, bob });
  });

const trio = (use: (trio: Trio) => Promise<void>, settings?: Settings) =>
  together(
    3,
    async (hub, [alice, bob, cleo]) => {
      if (alice && bob && cleo) await use({ hub, alice, bob, cleo });
    },
    settings,
  );

/** The auditor, who shares nothing with the law, finds nothing in any village of a node, and all hours add up to 0. */
async function expectSound(node: Node): Promise<void> {
  await expect(async () => {
    for (const { name, verdict, report } of await node.audit()) {
      expect({ name, verdict, findings: report.findings, missing: report.missing }).toEqual({ name, verdict: "sound", findings: [], missing: [] });
      expect(report.sums.total_s).toBe(0);
      expect(report.pages).toBeGreaterThan(0);
    }
  }).toPass({ timeout: 60_000 });
}

export const test = plain.extend<{ open: Open; fresh: Pair; three: Trio; apart: Trio; neighbours: Neighbours }, { running: Pair }>({
  /** Opens pages and closes them at the end; whatever they did, no request may have left this machine or broken the policy. */
  open: async ({ browser }, use, info) => {
    const foreign: string[] = [];
    const forbidden: string[] = [];
    const contexts: BrowserContext[] = [];
    const opened: { node: Node; page: Page }[] = [];
    await use(async (node) => {
      const context = await browser.newContext();
      contexts.push(context);
      spy(context, foreign);
      const page = await context.newPage();
      listen(page, `page of ${node.port}`, forbidden);
      opened.push({ node, page });
      await page.goto(node.url);
      return page;
    });
    if (info.status !== info.expectedStatus) for (const one of opened) await tell(one);
    await Promise.all(contexts.map((context) => context.close()));
    expect(foreign, "requests that left this machine").toEqual([]);
    expect(forbidden, "what the node's content policy forbids").toEqual([]);
  },

  /** Nodes of this test alone. */
  fresh: [async ({}, use) => pair(use), { timeout: 300_000 }],

  /** Three nodes of this test alone. */
  three: [async ({}, use) => trio(use), { timeout: 300_000 }],

  /** Three nodes that carry nothing between villages: people do. */
  apart: [async ({}, use) => trio(use, { carry: false }), { timeout: 300_000 }],

  /** Nodes that several tests share, each in a village of its own. */
  running: [async ({}, use) => pair(use), { scope: "worker", timeout: 300_000 }],

  /** Alice, a steward, and Bob, whom she invited, in a village named after the test. */
  neighbours: async ({ running, open }, use, info) => {
    const village = info.title.slice(0, 40).trim();
    const alicePage = await open(running.alice);
    const bobPage = await open(running.bob);
    await found(alicePage, { village, me: "Alice" });
    const text = await invitationText(alicePage);
    await join(bobPage, { text, me: "Bob", village });
    await use({ ...running, alicePage, bobPage });
  },
});

export { accessibilityFaults } from "./axe.ts";
export { expect };
