import { describe, expect, it } from "vitest";
import { named, nameFault, oneLine, wordsFault } from "./names";

describe("names and words", () => {
  it.each([
    ["Alice", undefined],
    ["  Alice  ", undefined],
    ["ä".repeat(40), undefined],
    ["👩‍🌾", undefined],
    ["", "empty"],
    ["   ", "empty"],
    ["a".repeat(41), "long"],
    ["Ali\u0007ce", "odd"],
    ["Ali\u202ece", "odd"],
  ])("judges the name %j", (name, fault) => {
    expect(nameFault(name)).toBe(fault);
  });

  it("counts letters, not halves of letters", () => {
    expect(wordsFault("𝄞".repeat(140))).toBeUndefined();
    expect(wordsFault("𝄞".repeat(141))).toBe("long");
  });

  it("makes one line of what was pasted", () => {
    expect(oneLine(" two\r\n hours\t")).toBe("two  hours");
  });
});

describe("a search for a name", () => {
  const people = ["Jörg Weiß", "Georg Ivanov", "Özlem Aydın", "Anna-Lena Groß"].map((name) => ({ name }));
  const found = (typed: string) => named(people, typed).map((person) => person.name);

  it.each([
    ["org", ["Jörg Weiß", "Georg Ivanov"]],
    ["  JORG ", ["Jörg Weiß"]],
    ["weiss jörg", ["Jörg Weiß"]],
    ["lena anna gross", ["Anna-Lena Groß"]],
    ["ozlem", ["Özlem Aydın"]],
    ["weiss georg", []],
  ])("finds for %s", (typed, names) => expect(found(typed)).toEqual(names));

  it("leaves out nobody before something is typed", () => expect(found(" ")).toHaveLength(people.length));
});
