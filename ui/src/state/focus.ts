/** Where the focus goes when nobody put it anywhere. */
import { tick } from "svelte";

/** Takes the reader to the first field that is wrong, once its message stands there. */
export async function focusFirstWrong(form: HTMLElement): Promise<void> {
  await tick();
  form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
}

/** What had the focus is gone, such as an answered card: the screen's heading takes it, so that a keyboard goes on from here. */
export async function focusAgain(): Promise<void> {
  await tick();
  if (document.activeElement && document.activeElement !== document.body) return;
  document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
}
