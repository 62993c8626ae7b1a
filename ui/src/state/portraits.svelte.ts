/**
 * Members' pictures, asked for one by one as they come into sight and kept by the
 * profile's hash, which changes with them. A list of 600 asks for what it shows.
 */
import { SvelteMap } from "svelte/reactivity";
import { textOf } from "../conductor/hash";
import type { VillageApi } from "../conductor/conductor";
import type { Member } from "../generated/api";
import { pictureUrl } from "./picture";

/** Calls at once: the node has other things to do. */
const ASKING_MAX = 3;

export class Portraits {
  readonly #api: VillageApi;
  readonly #urls = new SvelteMap<string, string>();
  readonly #wanted = new Map<string, Member>();
  readonly #asked = new Set<string>();
  #asking = 0;

  constructor(api: VillageApi) {
    this.#api = api;
  }

  /** The picture's address, once it is there. */
  url(member: Member): string | undefined {
    return member.profile ? this.#urls.get(textOf(member.profile)) : undefined;
  }

  /** Asks for a member's picture, once. */
  want(member: Member): void {
    const key = member.pictured && member.profile ? textOf(member.profile) : undefined;
    if (!key || this.#asked.has(key)) return;
    this.#asked.add(key);
    this.#wanted.set(key, member);
    this.#go();
  }

  #go(): void {
    for (const [key, member] of this.#wanted) {
      if (this.#asking >= ASKING_MAX) return;
      this.#wanted.delete(key);
      this.#asking += 1;
      void this.#ask(key, member).finally(() => {
        this.#asking -= 1;
        this.#go();
      });
    }
  }

  async #ask(key: string, member: Member): Promise<void> {
    try {
      const { profile, picture } = await this.#api.profile({ agent: member.agent });
      const url = picture && pictureUrl(picture);
      // What came may be newer than what the list knows.
      if (url && profile) this.#urls.set(textOf(profile), url);
    } catch {
      // A missing picture is no trouble; the next look at the list asks again.
      this.#asked.delete(key);
    }
  }
}
