import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { base } from "../../vite.config.ts";

const ui = fileURLToPath(new URL("../..", import.meta.url));

/** Builds the screens with sample data, far from dist/. */
export default defineConfig({
  ...base,
  root: fileURLToPath(new URL(".", import.meta.url)),
  publicDir: `${ui}/public`,
  build: { ...base.build, outDir: `${ui}/node_modules/.screens`, emptyOutDir: true },
  preview: { host: "127.0.0.1", port: 5_199, strictPort: true },
});
