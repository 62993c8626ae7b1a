// How long a node takes to a usable page, the first time and again, and how much
// memory it holds when nobody asks anything of it.
//
//   node scripts/measure-start.mjs PROGRAM
//
// Fails when the second start takes longer than START_LIMIT_MS.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const START_LIMIT_MS = 5_000;
// Only for a node that never comes up or never goes down.
const PATIENCE_MS = 180_000;
// A new process holds memory that it gives back: it is idle when it held no less
// for a while. Each reading is IDLE_STEP_MS after the one before.
const IDLE_STEP_MS = 500;
const IDLE_READINGS = 6;

const [program] = process.argv.slice(2);
if (program === undefined) {
  console.error("E_MEASURE_ARGUMENT: name the program to start");
  process.exit(2);
}

/** One plain request, as a person's browser makes it by an address typed in. */
async function answer(url, headers = {}) {
  const [response] = await once(get(url, { headers }), "response");
  response.setEncoding("utf8");
  let text = "";
  for await (const part of response) text += part;
  return { status: response.statusCode, headers: response.headers, text };
}

/** The page: the address with the secret gives a cookie, the cookie the page. */
async function openPage(url) {
  const greeting = await answer(url);
  const cookie = greeting.headers["set-cookie"]?.[0]?.split(";")[0];
  if (cookie === undefined) {
    throw new Error(`the address gives no cookie but status ${greeting.status}`);
  }
  const page = await answer(new URL(greeting.headers.location ?? "/", url), { cookie });
  if (page.status !== 200 || !page.text.includes("<script")) {
    throw new Error(`the page answers with status ${page.status}`);
  }
}

/** Runs `work` with a node and takes care that the node is gone afterwards. */
async function withNode(data, work) {
  const begun = performance.now();
  const node = spawn(
    program,
    ["run", "--json", "--unattended", "--port", "0", "--data", data],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const ended = once(node, "exit");
  const patience = setTimeout(() => node.kill("SIGKILL"), PATIENCE_MS);
  let result;
  try {
    await openPage(await addressOf(node));
    result = await work(node, Math.round(performance.now() - begun));
  } finally {
    node.kill("SIGTERM");
    await ended;
    clearTimeout(patience);
  }
  if (node.exitCode !== 0) {
    throw new Error(`the node stopped with ${node.signalCode ?? `code ${node.exitCode}`}`);
  }
  return result;
}

/** Reads what a node says until it says where its page is, then lets it talk. */
async function addressOf(node) {
  const lines = createInterface({ input: node.stdout });
  for await (const line of lines) {
    const said = JSON.parse(line);
    if (said.event === "ready") {
      node.stdout.resume();
      return said.url;
    }
  }
  throw new Error("the node ended before its page could be opened");
}

async function residentBytes(pid) {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)[1]) * 1024;
}

/** The least that a node held over a quiet stretch. */
async function idleBytes(pid) {
  const readings = [];
  for (let n = 0; n < IDLE_READINGS; n += 1) {
    await new Promise((resolve) => setTimeout(resolve, IDLE_STEP_MS));
    readings.push(await residentBytes(pid));
  }
  return Math.min(...readings);
}

const data = await mkdtemp(join(tmpdir(), "commons-credit-measure-"));
try {
  const first = await withNode(data, (_, ms) => ms);
  console.log(`   first start to a usable page   ${first} ms`);
  const again = await withNode(data, async (node, ms) => {
    return { ms, idle: await idleBytes(node.pid) };
  });
  console.log(`   warm start to a usable page    ${again.ms} ms, limit ${START_LIMIT_MS} ms`);
  console.log(`   memory of an idle node (RSS)   ${Math.round(again.idle / 1_000_000)} MB`);
  if (again.ms > START_LIMIT_MS) {
    console.error(
      "E_MEASURE_SLOW: a warm start takes longer than its limit; see which step of `run --json` takes the time",
    );
    process.exitCode = 1;
  }
} catch (error) {
  console.error(`E_MEASURE_START: ${error.message}; run the program by hand and look`);
  process.exitCode = 1;
} finally {
  await rm(data, { recursive: true, force: true });
}
