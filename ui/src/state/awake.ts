/** A screen that goes dark cannot be read; without the right to keep it lit one taps now and then. */

/** Keeps the screen lit, where the browser lets a page do so; the answer ends it. */
export function keepAwake(): () => void {
  let gone = false;
  let lock: WakeLockSentinel | undefined;
  const ask = () => {
    // The browser lets go of it whenever another page comes to the front.
    if (document.visibilityState !== "visible") return;
    navigator.wakeLock?.request("screen").then(
      (held) => {
        if (gone) void held.release();
        else lock = held;
      },
      () => {},
    );
  };
  ask();
  document.addEventListener("visibilitychange", ask);
  return () => {
    gone = true;
    document.removeEventListener("visibilitychange", ask);
    void lock?.release();
  };
}
