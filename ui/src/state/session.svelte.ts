/** The connection, the villages of this member, and the one that is open. */
import type { Conductor, Link, NodeFacts, Parcels, Step, VillageApi, VillageCell } from "../conductor/conductor";
import type { DraftInput, Joining } from "../generated/api";
import { coreOf } from "../conductor/hash";
import { failure, type Failure } from "./failure";
import { recall, remember } from "./memory";
import { Village } from "./village.svelte";

export class Session {
  readonly #conductor: Conductor;

  link = $state<Link>("connecting");
  /** Absent until the first list of villages has arrived. */
  villages = $state.raw<VillageCell[] | null>(null);
  village = $state.raw<Village | null>(null);
  node = $state.raw<NodeFacts | null>(null);
  trouble = $state.raw<Failure | null>(null);

  constructor(conductor: Conductor) {
    this.#conductor = conductor;
  }

  start(): void {
    this.#conductor.onSignal((key) => {
      if (this.village?.cell.key === key) void this.village.refresh();
    });
    this.#conductor.onLink((link) => {
      this.link = link;
      if (link === "connected") void this.#arrive();
    });
    this.#conductor.start();
  }

  async #arrive(): Promise<void> {
    try {
      const villages = await this.#conductor.villages();
      this.villages = villages;
      this.trouble = null;
      if (this.village) void this.village.refresh();
      else this.#openRemembered(villages);
    } catch (error) {
      this.trouble = failure(error);
    }
  }

  /** Asks the node for its facts; what was known stays when it cannot tell. */
  async loadNode(): Promise<void> {
    this.node = await this.#conductor.node();
  }

  /** Lets the node meet others at one more hub, at once and from now on. */
  async addHub(url: string): Promise<void> {
    await this.#conductor.meetAt([url]);
    await this.loadNode();
  }

  get parcels(): Parcels {
    return this.#conductor.parcels;
  }

  #openRemembered(villages: VillageCell[]): void {
    const remembered = recall("village");
    const cell = villages.find((village) => village.key === remembered) ?? villages[0];
    if (cell) this.open(cell);
  }

  open(cell: VillageCell): void {
    if (this.village?.cell.key === cell.key) return;
    this.village?.stop();
    this.village = new Village(cell, this.#conductor.village(cell));
    this.village.start();
    remember("village", cell.key);
  }

  /** What a village answers that is not the open one. */
  api(cell: VillageCell): VillageApi {
    return this.#conductor.village(cell);
  }

  /** Founds a village, perhaps one in which the books of another go on. */
  async found(draft: DraftInput, myName: string, step: (step: Step) => void, before?: VillageCell): Promise<void> {
    await this.#enter(() => this.#conductor.found(draft, myName, step, before && coreOf(before.cell[0])));
  }

  readInvitation(text: string): Promise<Joining> {
    return this.#conductor.readInvitation(text);
  }

  async join(joining: Joining, myName: string, step: (step: Step) => void): Promise<void> {
    await this.#enter(() => this.#conductor.join(joining, myName, step));
    try {
      await this.#conductor.meetAt(joining.hubs);
    } catch (error) {
      // The village is joined; only the way to it is not stored yet.
      this.trouble = failure(error);
    }
  }

  /** Whatever way it ends, the list shows which villages there now are. */
  async #enter(make: () => Promise<VillageCell>): Promise<void> {
    try {
      const cell = await make();
      this.villages = await this.#conductor.villages();
      this.open(this.villages.find((village) => village.key === cell.key) ?? cell);
    } catch (error) {
      this.villages = await this.#conductor.villages().catch(() => this.villages);
      throw error;
    }
  }
}
