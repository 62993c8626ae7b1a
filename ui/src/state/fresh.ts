/** A screen looks when it is opened and again every few seconds while somebody sees it. */
const LOOK_EVERY_MS = 6_000;

/** Begins to look; the answer ends it. A look that is still under way is not doubled. */
export function keepFresh(look: () => Promise<void>): () => void {
  let looking = false;
  const once = () => {
    if (looking) return;
    looking = true;
    void look().finally(() => (looking = false));
  };
  once();
  const timer = setInterval(() => document.visibilityState === "visible" && once(), LOOK_EVERY_MS);
  return () => clearInterval(timer);
}
