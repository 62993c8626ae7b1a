import { browserConfig } from "./browser.ts";

const VITE = "node ../node_modules/vite/bin/vite.js";
const ADDRESS = "http://127.0.0.1:5199/";

/** Every screen with sample data, without a node. */
export default browserConfig({
  testDir: "screens",
  outputDir: "../test-results/screens",
  timeout: 60_000,
  // No test knows of another.
  fullyParallel: true,
  workers: 2,
  use: { baseURL: ADDRESS },
  webServer: {
    command: ["build", "preview"].map((what) => `${VITE} ${what} --config screens/vite.config.ts --logLevel error`).join(" && "),
    timeout: 180_000,
    url: ADDRESS,
    reuseExistingServer: false,
  },
});
