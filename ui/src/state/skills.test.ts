import { describe, expect, it } from "vitest";
import type { Member } from "../generated/api";
import { languageName, languagesFor } from "./languages";
import { skillsOf, whoCan } from "./skills";

const member = (name: string, ...skills: string[]): Member => ({
  agent: new Uint8Array(39),
  name,
  me: false,
  steward: false,
  standing: null,
  profile: null,
  pictured: false,
  skills,
  languages: [],
});

const PEOPLE = [member("Jörg", "Brot backen", "Fahrräder"), member("Ann", "brot backen", "BROT BACKEN"), member("Bob")];

describe("who can do what", () => {
  it.each([
    ["", ["Jörg", "Ann", "Bob"]],
    ["brot", ["Jörg", "Ann"]],
    ["backen ann", ["Ann"]],
    ["fahrrader", ["Jörg"]],
    ["bob brot", []],
  ])("finds by %j", (typed, names) => {
    expect(whoCan(PEOPLE, typed).map(({ name }) => name)).toEqual(names);
  });

  it("counts each person once a skill, the most common first", () => {
    expect(skillsOf(PEOPLE)).toEqual([
      { name: "Brot backen", people: 2 },
      { name: "Fahrräder", people: 1 },
    ]);
  });

  it("is quick with 600 members of 12 skills each", () => {
    const village = Array.from({ length: 600 }, (_, i) => member(`Member ${i}`, ...Array.from({ length: 12 }, (_, n) => `skill ${(i * 7 + n * 13) % 300}`)));
    const began = performance.now();
    expect(skillsOf(village).length).toBe(300);
    expect(whoCan(village, "skill 13 member").length).toBeGreaterThan(0);
    // A frame or two on a slow phone; a list that is walked for every pair would take seconds.
    expect(performance.now() - began).toBeLessThan(500);
  });
});

describe("languages", () => {
  it("are named in the reader's language, and by their tag where there is no name", () => {
    expect(languageName("de", "en")).toBe("German");
    expect(languageName("de", "de")).toBe("Deutsch");
    expect(languageName("not a tag", "en")).toBe("not a tag");
  });

  it("can be chosen, each once, and are well-formed", () => {
    const tags = languagesFor("en").map(({ tag }) => tag);
    expect(new Set(tags).size).toBe(tags.length);
    expect(tags.filter((tag) => !/^[a-z]{2,3}(-[A-Z]{2})?$/.test(tag))).toEqual([]);
  });
});
