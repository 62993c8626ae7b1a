import { browserConfig } from "./browser.ts";

/** The whole way, against real nodes that the tests start themselves. */
export default browserConfig({
  testDir: "nodes",
  outputDir: "../test-results/nodes",
  timeout: 600_000,
  // Each file has its own nodes, which mostly wait: two files at once on two cores.
  workers: 2,
  // Two conductors and a browser share two cores.
  expect: { timeout: 60_000 },
});
