/** Unit tests read the page's words in English, as if it had been started. */
import en from "../../messages/en.json";
import { words } from "./words.svelte";

words.table = en;
