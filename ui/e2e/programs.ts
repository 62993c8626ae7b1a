/** Real hubs and nodes as child processes, each with a folder of its own, ended by their own ids. */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A start compiles the zomes the first time, on a busy machine. */
const START_MS_MAX = 240_000;
/** Nodes on one machine may compare what they hold often; tests wait less. */
const GOSSIP_INTERVAL_MS = 1_000;
const COMPLAINTS_CHARS = 2_000;
const STOP_MS_MAX = 30_000;
const AUDIT_MS_MAX = 60_000;
const CLEAR_MS_MAX = 60_000;
const AUDIT_BYTES_MAX = 64 * 1024 * 1024;

/** What `commons-credit audit --json` says about one village. */
export interface Audit {
  event: "audit";
  name: string;
  verdict: "sound" | "incomplete" | "broken";
  report: { pages: number; sums: { total_s: number }; findings: unknown[]; missing: unknown[] };
}

interface Event {
  event?: string;
  url?: string;
  error?: { code: string; message: string };
}

function program(): string {
  const target = process.env.CARGO_TARGET_DIR ?? new URL("../../target", import.meta.url).pathname;
  const path = process.env.COMMONS_CREDIT_BIN ?? join(target, "debug", "commons-credit");
  if (!existsSync(path)) throw new Error(`${path} is missing: build it (cargo build --workspace) or set COMMONS_CREDIT_BIN`);
  return path;
}

/** One running program that says what it does as JSON lines. */
class Program {
  readonly #log: string;
  readonly #process: ChildProcess;
  readonly #exited: Promise<void>;

  private constructor(args: string[], folder: string) {
    this.#log = join(folder, `stderr-${Date.now()}.log`);
    this.#process = spawn(program(), [...args, "--json"], { stdio: ["ignore", "pipe", openSync(this.#log, "a")] });
    this.#exited = new Promise((resolve) => this.#process.once("exit", () => resolve()));
  }

  /** Starts it and waits for the line that says where it is. */
  static async start(args: string[], folder: string, ready: string): Promise<{ program: Program; url: string }> {
    const started = new Program(args, folder);
    const url = await started.#waitFor(ready, args).catch(async (error: unknown) => {
      await started.stop();
      throw error;
    });
    return { program: started, url };
  }

  get complaints(): string {
    return readFileSync(this.#log, "utf8").slice(-COMPLAINTS_CHARS);
  }

  #waitFor(ready: string, args: string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`commons-credit ${args[0]}: ${why}\n${this.complaints}`));
      const late = setTimeout(() => fail(`not ready after ${START_MS_MAX} ms`), START_MS_MAX);
      this.#process.once("error", (error) => fail(error.message));
      this.#process.once("exit", (code) => fail(`ended with ${code}`));
      if (!this.#process.stdout) return fail("no standard output");
      createInterface({ input: this.#process.stdout }).on("line", (line) => {
        const said = JSON.parse(line) as Event;
        if (said.error) fail(`${said.error.code}: ${said.error.message}`);
        if (said.event !== ready || !said.url) return;
        clearTimeout(late);
        resolve(said.url);
      });
    });
  }

  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill(signal);
    const late = setTimeout(() => this.#process.kill("SIGKILL"), STOP_MS_MAX);
    await this.#exited;
    clearTimeout(late);
  }
}

export class Hub {
  readonly url: string;
  readonly #program: Program;
  readonly #folder: string;

  private constructor(program: Program, url: string, folder: string) {
    this.#program = program;
    this.url = url;
    this.#folder = folder;
  }

  static async start(): Promise<Hub> {
    const folder = mkdtempSync(join(tmpdir(), "commons-credit-hub-"));
    const { program, url } = await Program.start(["hub"], folder, "hub_ready");
    return new Hub(program, url, folder);
  }

  async stop(): Promise<void> {
    await this.#program.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** What a test may set in a node's settings file. */
export interface Settings {
  carry?: boolean;
}

export class Node {
  /** The address to open, with this start's secret; a new one after each start. */
  url = "";
  #hub: string;
  readonly #folder: string;
  #program: Program | undefined;

  private constructor(hub: string, settings: Settings) {
    this.#hub = hub;
    this.#folder = mkdtempSync(join(tmpdir(), "commons-credit-node-"));
    mkdirSync(this.#data, { mode: 0o700 });
    writeFileSync(join(this.#data, "config.json"), JSON.stringify({ gossip_interval_ms: GOSSIP_INTERVAL_MS, ...settings }));
  }

  static async start(hub: Hub, settings: Settings = {}): Promise<Node> {
    const node = new Node(hub.url, settings);
    await node.start();
    return node;
  }

  async start(port = 0): Promise<void> {
    const { COMMONS_CREDIT_HAPP: happ, COMMONS_CREDIT_UI: ui } = process.env;
    const args = ["run", "--data", this.#data, "--unattended", "--port", String(port), "--hub", this.#hub];
    if (happ) args.push("--happ", happ);
    if (ui) args.push("--ui", ui);
    const { program, url } = await Program.start(args, this.#folder, "ready");
    this.#program = program;
    this.url = url;
  }

  /** Ends it, by a kill if so wanted, and starts it at another hub. */
  async moveTo(hub: Hub, signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    await this.stop(signal);
    this.#hub = hub.url;
    await this.start();
  }

  get #data(): string {
    return join(this.#folder, "data");
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** Has all pages that this node holds audited, one answer a village; the node may run or not. */
  audit(): Promise<Audit[]> {
    const options = { timeout: AUDIT_MS_MAX, maxBuffer: AUDIT_BYTES_MAX };
    return new Promise((resolve, reject) => {
      execFile(program(), ["audit", "--data", this.#data, "--unattended", "--json"], options, (error, stdout, stderr) => {
        const said = stdout.split("\n").filter(Boolean).map((line) => JSON.parse(line) as Audit | Event);
        const audits = said.filter((line): line is Audit => line.event === "audit");
        // A village that is broken is an answer too, and more useful than the exit code.
        if (error && audits.length === 0) reject(new Error(`commons-credit audit: ${error.message}\n${stdout}${stderr}`));
        else resolve(audits);
      });
    });
  }

  /** The end of what it complained about since it was started last. */
  get complaints(): string {
    return this.#program?.complaints ?? "";
  }

  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    await this.#program?.stop(signal);
    this.#program = undefined;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** What `commons-credit clear --json` prints, without a node, about files that people hand in, named as they named them. */
export function clear(handed: readonly { name: string; content: string }[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "commons-credit-clear-"));
  const files = handed.map(({ name, content }) => {
    const file = join(folder, name);
    writeFileSync(file, content);
    return file;
  });
  return new Promise<string>((resolve, reject) => {
    execFile(program(), ["clear", ...files, "--json"], { timeout: CLEAR_MS_MAX }, (error, stdout, stderr) => {
      if (error) reject(new Error(`commons-credit clear: ${error.message}\n${stdout}${stderr}`));
      else resolve(stdout);
    });
  }).finally(() => rmSync(folder, { recursive: true, force: true }));
}
