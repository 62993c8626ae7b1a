import { defineConfig } from "vitest/config";
import { base } from "./vite.config.ts";

export default defineConfig({
  ...base,
  // The browser's half of Svelte, so that stores behave as they do on the page.
  resolve: { ...base.resolve, conditions: ["browser"] },
  test: { include: ["src/**/*.test.ts"], setupFiles: ["src/state/english.setup.ts"], environment: "node" },
});
