/** What is between villages: loaded when somebody first goes there. */
export { default as LineForm } from "../parts/LineForm.svelte";
export { default as ContactScreen } from "./ContactScreen.svelte";
export { default as Neighbours } from "./Neighbours.svelte";
export { default as PayAcross } from "./PayAcross.svelte";
