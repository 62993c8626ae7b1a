/** What gateways hand to each other as text: the same in every version, whole or not at all, and for the right village. */
import { describe, expect, it } from "vitest";
import { Refusal } from "../conductor/refusal";
import { agreedText, findAgreed, findMessages, kindOf, MESSAGES_MAX, messageText, TEXT_MAX_CHARS } from "./linetext";

const dna = (n: number) => Uint8Array.from([132, 45, 36, ...Array<number>(36).fill(n)]);
const [here, there, elsewhere] = [dna(8), dna(9), dna(10)];
const bytes = (length: number, by = 97) => Uint8Array.from({ length }, (_, i) => (i * by + length) % 256);
const message = (length: number) => ({ to: here, bytes: bytes(length) });

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof Refusal) return error.code;
  }
  return "taken";
}

describe("a message as text", () => {
  it("reads the same in every version", () => {
    expect(messageText({ to: here, bytes: Uint8Array.from([0x81, 0xa3, 0xfb, 0xef]) })).toBe(
      "cc-line1:uhC0kCAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI/gaP77w.",
    );
  });

  it("comes back whole, whatever its length, alone and among others", () => {
    for (let length = 1; length <= 1_024; length += 31) {
      expect(findMessages(messageText(message(length)), here)).toEqual([message(length)]);
    }
    const three = [1, 400, 1_024].map(message);
    expect(findMessages(`Dear Bob,\n${three.map(messageText).join("\n")}\nYours, Ann.`, here)).toEqual(three);
    expect(findMessages(three.map(messageText).join(" "), here)).toEqual(three);
  });

  it("comes back from a mail that broke its lines anywhere behind the colon", () => {
    const text = messageText(message(300));
    for (let at = "cc-line1:".length; at < text.length; at += 1) {
      expect(findMessages(`${text.slice(0, at)}\r\n${text.slice(at)}`, here)).toEqual([message(300)]);
    }
  });

  const text = messageText(message(90));
  it.each([
    ["nothing", "", "E_LINE_TEXT"],
    ["other words", "Dear Bob.", "E_LINE_TEXT"],
    ["another version", text.replace("line1", "line2"), "E_LINE_TEXT"],
    ["no full stop", text.slice(0, -1), "E_LINE_TEXT"],
    ["a stop too early, which the node judges", `${text.slice(0, -9)}.`, "taken"],
    ["no bytes", text.replace(/\/.*\./, "/."), "E_LINE_TEXT"],
    ["half a base64 letter", text.replace(/...\.$/, "."), "E_LINE_TEXT"],
    ["a village that is none", text.replace("uhC0k", "uhCAk"), "E_LINE_TEXT"],
    ["more bytes than a message may have", messageText(message(1_025)), "E_LINE_TEXT"],
    ["a whole one and one that is cut", `${text}\n${text.slice(0, -1)}`, "E_LINE_TEXT"],
    ["one that is cut and a whole one", `${text.slice(0, -1)}\n${text}`, "E_LINE_TEXT"],
    ["one for another village", messageText({ to: there, bytes: bytes(90) }), "E_LINE_ELSEWHERE"],
    ["one of two for another village", `${text}${messageText({ to: there, bytes: bytes(90) })}`, "E_LINE_ELSEWHERE"],
    ["too many", text.repeat(MESSAGES_MAX + 1), "E_LINE_TEXT_LENGTH"],
    ["as many as there may be", text.repeat(MESSAGES_MAX), "taken"],
    ["far too much", " ".repeat(TEXT_MAX_CHARS) + text, "E_LINE_TEXT_LENGTH"],
  ])("is judged: %s", (_what, wrong, code) => {
    expect(codeOf(() => findMessages(wrong, here))).toBe(code);
  });

  it("keeps the village that it is for in the refusal", () => {
    expect(() => findMessages(messageText({ to: there, bytes: bytes(9) }), here)).toThrow(/^uhC0kCQkJ/);
  });

  it("fits, all of an outbox, into what is searched", () => {
    const all = Array.from({ length: MESSAGES_MAX }, () => messageText(message(1_024))).join("\n");
    expect(all.length).toBeLessThanOrEqual(TEXT_MAX_CHARS);
    expect(findMessages(all, here)).toHaveLength(MESSAGES_MAX);
  });

  it.each([
    ["gaNpb3U", "iou"],
    ["gadyZWNlaXB0", "receipt"],
    ["gadyZWZ1c2Fs", "refusal"],
    ["gadyZWZ1c2Fr", "other"],
    ["gqNpb3U", "other"],
    ["", "other"],
  ] as const)("is shown as what it begins with: %s", (base64, kind) => {
    const binary = atob(base64);
    expect(kindOf({ to: here, bytes: Uint8Array.from(binary, (char) => char.charCodeAt(0)) })).toBe(kind);
  });
});

describe("a signature as text", () => {
  const signature = bytes(64, 31);
  const text = agreedText({ from: there, to: here, signature });

  it("comes back whole, broken lines and other words or not", () => {
    expect(findAgreed(text, there, here)).toEqual(signature);
    expect(findAgreed(`Signed: ${text.slice(0, 70)}\n${text.slice(70)} Bob`, there, here)).toEqual(signature);
  });

  it.each([
    ["nothing", "", "E_AGREED_TEXT"],
    ["no full stop", text.slice(0, -1), "E_AGREED_TEXT"],
    ["too short", text.replace(/....\.$/, "."), "E_AGREED_TEXT"],
    ["a message", messageText(message(64)), "E_AGREED_TEXT"],
    ["another village's gateway", agreedText({ from: elsewhere, to: here, signature }), "E_AGREED_ELSEWHERE"],
    ["for another village", agreedText({ from: there, to: elsewhere, signature }), "E_AGREED_ELSEWHERE"],
    ["one's own, brought back", agreedText({ from: here, to: there, signature }), "E_AGREED_ELSEWHERE"],
    ["far too much", text.padStart(TEXT_MAX_CHARS + 1), "E_LINE_TEXT_LENGTH"],
  ])("is refused: %s", (_what, wrong, code) => {
    expect(codeOf(() => findAgreed(wrong, there, here))).toBe(code);
  });
});
