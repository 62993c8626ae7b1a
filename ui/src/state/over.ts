/**
 * What lies over a screen (a sheet, a second look), so that Back closes it
 * first, as people expect on a phone. Each has an entry of the history with
 * the same address; what was closed in another way leaves its entry behind,
 * and Back steps over that one.
 */
interface Entry {
  over: boolean;
  hash: string;
}

/** Closes it; false while it must stay. */
type Close = () => boolean;

const open: Close[] = [];
let entry: Entry = { over: false, hash: "" };

function here(): Entry {
  return { over: (history.state as { over?: unknown } | null)?.over === true, hash: location.hash };
}

function stay(): void {
  history.pushState({ over: true }, "");
  entry = here();
}

/** Listens to Back. The router calls it once, before it listens itself. */
export function watchBack(): void {
  entry = here();
  addEventListener("popstate", () => {
    const left = entry;
    entry = here();
    if (!left.over || entry.over || left.hash !== entry.hash) return;
    const close = open.at(-1);
    if (!close) history.back();
    else if (!close()) stay();
  });
  addEventListener("hashchange", () => (entry = here()));
}

/** Takes another entry in the place of this one, whatever lay over the screen. */
export function replaceEntry(href: string): void {
  history.replaceState(null, "", href);
  entry = here();
}

/** Something lies over the screen from now on; the answer takes it away again. */
export function lieOver(close: Close): () => void {
  open.push(close);
  if (!here().over) stay();
  return () => {
    const at = open.indexOf(close);
    if (at >= 0) open.splice(at, 1);
  };
}
