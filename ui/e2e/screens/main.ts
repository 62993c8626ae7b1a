/** The product's own frame over sample data: `?sample={…}` overrides what is shown, `&language=de` begins anew in a language. */
import { mount } from "svelte";
import App from "../../src/App.svelte";
import "../../src/parts/base.css";
import "../../src/parts/tokens.css";
import { router } from "../../src/state/route.svelte";
import { Session } from "../../src/state/session.svelte";
import { theme } from "../../src/state/theme.svelte";
import { words } from "../../src/state/words.svelte";
import { SampleConductor, type Sample } from "../samples/conductor";

const USUAL: Sample = {
  villages: 2,
  balance_s: -2 * 3_600,
  members: 11,
  lines: 47,
  inbox: ["request_to_me"],
  opened: true,
  link: "connected",
  steward: true,
  long: false,
  mine: "steward",
  voting: { template: "majority" },
  matters: true,
  holder: true,
  closed: false,
  vouchers: 0,
  after: false,
  cheques: [],
  advice: [],
  guardians: 0,
  succession: "unasked",
};

const target = document.getElementById("app");
if (!target) throw new Error("index.html has no #app");
const asked = new URLSearchParams(location.search);
const given = JSON.parse(asked.get("sample") ?? "{}") as Partial<Sample>;
const language = asked.get("language");
if (language) {
  // Nothing is remembered from whoever was here before.
  localStorage.clear();
  localStorage.setItem("commons-credit.language", language);
}

theme.start();
router.start();
await words.start();
const session = new Session(new SampleConductor({ ...USUAL, ...given }));
mount(App, { target, props: { session } });
session.start();
