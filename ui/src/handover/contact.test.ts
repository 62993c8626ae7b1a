import { describe, expect, it } from "vitest";
import { contactText, findContact, type Contact } from "./contact";

/** A hash that reads as what it is: 3 bytes of type, 32 of core, 4 of location. */
const hash = (type: number[], n: number) => Uint8Array.from([...type, ...Array<number>(36).fill(n)]);
const bob: Contact = {
  village: hash([132, 45, 36], 8),
  agent: hash([132, 32, 36], 2),
  levies: { state_bp: 500, community_bp: 0 },
  name: "Bob",
  village_name: "BobTown",
};

describe("a contact card", () => {
  it("reads as one text, the same in every version", () => {
    expect(contactText(bob)).toBe(
      "cc-card1:uhC0kCAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI/uhCAkAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIC/500/0/Bob/BobTown",
    );
  });

  it.each(["Bob", "Dr. Ann O'Neill (the elder)!", "Żółć 雪 🌾", "a/b%2Fc", "x".repeat(40), "🌾".repeat(40)])("comes back whole: %s", (name) => {
    const card = { ...bob, name, village_name: name };
    expect(findContact(contactText(card))).toEqual(card);
    expect(findContact(`Hello, pay me by (${contactText(card)}). Thanks!\nBob`)).toEqual(card);
  });

  const text = contactText(bob);
  it.each([
    ["nothing", ""],
    ["another version", text.replace("card1", "card2")],
    ["a card cut short", text.slice(0, 90)],
    ["no village name", text.replace("/BobTown", "/")],
    ["village and key the wrong way round", text.replace(/(uhC0k[^/]*)\/(uhCAk[^/]*)/, "$2/$1")],
    ["a key that is none", text.replace("uhCAkA", "uhCAk~")],
    ["levies beyond the law", text.replace("/500/0/", "/5000/1/")],
    ["a fraction", text.replace("/500/", "/5.5/")],
    ["a name that is too long", text.replace("/Bob/", `/${"x".repeat(41)}/`)],
    ["a name of blanks", text.replace("/Bob/", "/%20%20/")],
    ["a name that turns the reading direction", text.replace("/Bob/", "/%E2%80%AEboB/")],
    ["broken letters", text.replace("/Bob/", "/%E2%80/")],
    ["far too much", `${" ".repeat(20_000)}${text}`],
  ])("is not found in %s", (_what, wrong) => {
    expect(findContact(wrong)).toBeUndefined();
  });
});
