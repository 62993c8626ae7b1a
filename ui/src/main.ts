/** Puts the page together: the real conductor, the session, the frame. */
import { mount } from "svelte";
import App from "./App.svelte";
import { HolochainConductor } from "./conductor/holochain";
import "./parts/tokens.css";
import "./parts/base.css";
import { router } from "./state/route.svelte";
import { Session } from "./state/session.svelte";
import { theme } from "./state/theme.svelte";
import { words } from "./state/words.svelte";

const target = document.getElementById("app");
if (!target) throw new Error("index.html has no #app");

theme.start();
router.start();
await words.start();
const session = new Session(new HolochainConductor());
mount(App, { target, props: { session } });
session.start();
