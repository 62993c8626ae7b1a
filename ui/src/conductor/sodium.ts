/**
 * Stands in for `libsodium-wrappers` in the bundle (see vite.config.ts).
 *
 * The Holochain client signs zome calls with libsodium, half a megabyte that
 * is not needed for the first picture, and never inside runtimes that sign by
 * themselves. Waiting for `ready`, as the client always does, loads it.
 */
type Sodium = typeof import("libsodium-wrappers").default;

let loading: Promise<void> | undefined;

const sodium = {
  get ready(): Promise<void> {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  },
} as unknown as Sodium;

async function load(): Promise<void> {
  const { default: real } = await import("libsodium-wrappers-real");
  await real.ready;
  const { ready: _ready, ...functions } = real as unknown as Record<string, unknown>;
  Object.assign(sodium, functions);
}

export default sodium;
