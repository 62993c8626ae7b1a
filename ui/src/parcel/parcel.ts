/** News without a network: loaded with its words when somebody first goes there. */
import { words } from "../state/words.svelte";

await words.add("parcel");

export { default as ParcelScreen } from "./ParcelScreen.svelte";
