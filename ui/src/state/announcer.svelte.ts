/** What has just happened, said once in a live region and shown for a while. */
class Announcer {
  text = $state("");
  #timer: ReturnType<typeof setTimeout> | undefined;

  say(text: string): void {
    clearTimeout(this.#timer);
    this.text = text;
    this.#timer = setTimeout(() => (this.text = ""), 8_000);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.text = "";
  }
}

export const announcer = new Announcer();
