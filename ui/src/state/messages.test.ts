/** Every language says the same things, and every refusal has a sentence. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import betweenDe from "../../messages/between.de.json";
import betweenEn from "../../messages/between.en.json";
import de from "../../messages/de.json";
import en from "../../messages/en.json";
import parcelDe from "../../messages/parcel.de.json";
import parcelEn from "../../messages/parcel.en.json";
import { WIRE_CODES } from "../conductor/refusal";
import { fill } from "./words.svelte";

const repository = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const codesIn = (path: string) => [...readFileSync(repository(path), "utf8").matchAll(/=> "(E_[A-Z_]+)"/g)].map((found) => found[1] ?? "");
const blanks = (message: string) => [...new Set(message.match(/\{\w+\}/g) ?? [])].sort();

/** Starting, founding and calling from the command line; the page never asks in a wrong way of its own. */
const BEFORE_THE_PAGE = /^E_(APP|CLOCK|PASSPHRASE|PORT|UI|DATA_(IN_USE|NEWER|DAMAGED|COPIED|STALE|ELSEWHERE|EMPTY)|AUDIT|VILLAGE_UNKNOWN|HUB_LISTEN|CLONE|ZOME_CALL|DEMO|METHOD)/;

/** IOUs, receipts and proofs, which the page does not take yet, and how long a parcel may be, which the node sees to. */
const NOT_A_CHEQUE = /^E_HANDOVER_(SHEET|LINE|RECEIPT|SAME|NOT_ONE|PARCEL|FRAGMENT)/;

/** As in vite.config.ts: what the page loads only when somebody goes there, and where the words for it may be said. */
const LATER = [
  { en: betweenEn, de: betweenDe, places: /[\\/]src[\\/](?:between[\\/]|screens[\\/](?:between|ContactScreen|Neighbours|PayAcross)\.|parts[\\/]LineForm\.)/ },
  { en: parcelEn, de: parcelDe, places: /[\\/]src[\\/]parcel[\\/]/ },
] as const;

const texts: Record<string, string> = Object.assign({}, en, ...LATER.map((later) => later.en));
const german: Record<string, string> = Object.assign({}, de, ...LATER.map((later) => later.de));

describe("messages", () => {
  it("have the same keys in every language", () => {
    expect(Object.keys(german)).toEqual(Object.keys(texts));
  });

  it("stand in one file each, and what is loaded later is said only by what is loaded later", () => {
    expect(Object.keys(de)).toEqual(Object.keys(en));
    expect(Object.keys(texts)).toHaveLength([en, ...LATER.map((later) => later.en)].reduce((sum, table) => sum + Object.keys(table).length, 0));
    for (const later of LATER) {
      const elsewhere = sources(repository("ui/src"))
        .filter((path) => !later.places.test(path))
        .map((path) => readFileSync(path, "utf8"))
        .join("\n");
      expect(Object.keys(later.en).filter((key) => elsewhere.includes(`"${key}"`))).toEqual([]);
    }
  });

  it("fill the same blanks in every language", () => {
    for (const [key, text] of Object.entries(texts)) {
      expect(blanks(german[key] ?? ""), key).toEqual(blanks(text));
      expect(text.trim(), key).not.toBe("");
      expect(german[key]?.trim(), key).not.toBe("");
    }
  });

  it.each([
    ["the law", "crates/ledger/src/violation.rs", 39],
    ["the coordinator", "dnas/village/zomes/coordinator/src/refusal.rs", 11],
  ])("say what to do for every code of %s", (_whose, path, least) => {
    const codes = codesIn(path);
    expect(codes.length).toBeGreaterThanOrEqual(least);
    expect(codes.filter((code) => !(`refusal.${code}` in texts))).toEqual([]);
  });

  it("say what to do for every code of the node but those met before there is a page, or without one", () => {
    const met = codesIn("crates/node/src/error.rs").filter((code) => !BEFORE_THE_PAGE.test(code));
    expect(met.length).toBeGreaterThanOrEqual(12);
    expect(met.filter((code) => !(`refusal.${code}` in texts))).toEqual([]);
  });

  it("say what to do for every code of a cheque and of a frame", () => {
    const met = codesIn("crates/handover/src/refusal.rs").filter((code) => !NOT_A_CHEQUE.test(code));
    expect(met.length).toBeGreaterThanOrEqual(17);
    expect(met.filter((code) => !(`refusal.${code}` in texts))).toEqual([]);
  });

  it("say what to do for every code of this side of the wire", () => {
    expect(WIRE_CODES.filter((code) => !(`refusal.${code}` in texts))).toEqual([]);
  });

  it("are all used", () => {
    const source = sources(repository("ui/src")).map((path) => readFileSync(path, "utf8")).join("\n");
    // Keys that are put together, such as t(`voting.${template}_hint`), count by their fixed parts.
    const patterns = [...source.matchAll(/[`"']([a-z_]+\.[^`"'\n]*)[`"']/g)].map(
      ([, key = ""]) => new RegExp(`^${key.replace(/[.]/g, "\\.").replace(/\$\{[^}]*\}/g, "[A-Za-z_]+")}(\\.one|\\.other)?$`),
    );
    const unused = Object.keys(texts).filter((key) => !key.startsWith("refusal.") && !patterns.some((pattern) => pattern.test(key)));
    expect(unused).toEqual([]);
  });

  it("fill blanks, and leave one that has no value to be seen", () => {
    expect(fill("{a} and {b}", { a: 1, b: "two" })).toBe("1 and two");
    expect(fill("{a}", {})).toBe("{a}");
  });
});

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ts|svelte)$/.test(name) && !name.endsWith(".test.ts"))
    .map((name) => `${folder}/${name}`);
}
