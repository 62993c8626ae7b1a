/** Unit tests read the page's words in English, as if it had been started. */
import between from "../../messages/between.en.json";
import en from "../../messages/en.json";
import parcel from "../../messages/parcel.en.json";
import { words } from "./words.svelte";

words.table = { ...en, ...between, ...parcel };
