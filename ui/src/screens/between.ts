/** What is between villages: loaded with its words when somebody first goes there. */
import { words } from "../state/words.svelte";

await words.add("between");

export { default as Between } from "../between/Between.svelte";
export { default as LineForm } from "../parts/LineForm.svelte";
