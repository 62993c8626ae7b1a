import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin, type UserConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const version = (JSON.parse(readFileSync(here("package.json"), "utf8")) as { version: string }).version;

/** Most that the page may weigh, gzipped, in one language, besides what is loaded later, if at all. */
const PAGE_MAX_BYTES = 150 * 1024;

/** Prints what the page weighs and fails the build when it is too heavy for a cheap phone. */
function weigh(): Plugin {
  return {
    name: "weigh",
    apply: "build",
    generateBundle(_options, bundle) {
      let page = 0;
      const later = { sodium: 0, camera: 0, between: 0, parcel: 0 };
      // Nobody reads two languages at once: the heavier one counts.
      const languages: number[] = [0];
      const languagesLater = { between: [0], parcel: [0] };
      for (const file of Object.values(bundle)) {
        const bytes = gzipSync(file.type === "chunk" ? file.code : file.source).length;
        if (file.fileName.includes("sodium")) later.sodium += bytes;
        // The reader of QR codes comes with the camera, and only where the browser has none.
        else if (file.type === "chunk" && file.isDynamicEntry && file.name === "decode") later.camera += bytes;
        // Most people never pay in another village.
        else if (/[\\/]between-[^\\/]*$/.test(file.fileName)) later.between += bytes;
        // Nor do most people pass news on by hand.
        else if (/[\\/]parcel-[^\\/]*$/.test(file.fileName)) later.parcel += bytes;
        else if (file.type === "chunk" && file.isDynamicEntry && /[\\/]messages[\\/]between/.test(file.facadeModuleId ?? "")) languagesLater.between.push(bytes);
        else if (file.type === "chunk" && file.isDynamicEntry && /[\\/]messages[\\/]parcel/.test(file.facadeModuleId ?? "")) languagesLater.parcel.push(bytes);
        else if (file.type === "chunk" && file.isDynamicEntry && /[\\/]messages[\\/]/.test(file.facadeModuleId ?? "")) languages.push(bytes);
        else page += bytes;
      }
      page += Math.max(...languages);
      later.between += Math.max(...languagesLater.between);
      later.parcel += Math.max(...languagesLater.parcel);
      const kib = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`;
      this.info(`page ${kib(page)} gzip of at most ${kib(PAGE_MAX_BYTES)}; loaded later: libsodium ${kib(later.sodium)}, the camera's reader ${kib(later.camera)}, what is between villages ${kib(later.between)}, parcels ${kib(later.parcel)}`);
      if (page > PAGE_MAX_BYTES) this.error("the page is too heavy: find out what came in");
    },
  };
}

/** Shared with the entry that shows screens with sample data (e2e/screens). */
export const base: UserConfig = {
  base: "./",
  plugins: [svelte()],
  define: { __UI_VERSION__: JSON.stringify(version) },
  resolve: {
    alias: [
      { find: /^libsodium-wrappers$/, replacement: here("src/conductor/sodium.ts") },
      {
        find: /^libsodium-wrappers-real$/,
        replacement: here("node_modules/libsodium-wrappers/dist/modules-esm/libsodium-wrappers.mjs"),
      },
    ],
  },
  build: { target: "es2022", sourcemap: false },
};

export default defineConfig({
  ...base,
  plugins: [...(base.plugins ?? []), weigh()],
  build: {
    ...base.build,
    rolldownOptions: {
      // The client brings a hash function in WebAssembly along that this page never calls.
      treeshake: { moduleSideEffects: [{ test: /node_modules[\\/]@bitgo/, sideEffects: false }] },
      output: {
        codeSplitting: {
          groups: [
            { name: "sodium", test: /node_modules[\\/]libsodium/ },
            // One file: what two share would else be a third, and three pack worse than two.
            { name: "page", test: /[\\/]src[\\/](?!between[\\/]|parcel[\\/]|screens[\\/](?:between|ContactScreen|Neighbours|PayAcross)\.|parts[\\/]LineForm\.)|node_modules[\\/](?!libsodium|qr[\\/])/ },
          ],
        },
      },
    },
  },
});
