/** What is between villages: loaded with its words when somebody first goes there. */
import { words } from "../state/words.svelte";

await words.addBetween();

export { default as LineForm } from "../parts/LineForm.svelte";
export { default as ContactScreen } from "./ContactScreen.svelte";
export { default as Neighbours } from "./Neighbours.svelte";
export { default as PayAcross } from "./PayAcross.svelte";
