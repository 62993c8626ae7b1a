/** Takes the reader to the first field that is wrong, once its message stands there. */
import { tick } from "svelte";

export async function focusFirstWrong(form: HTMLElement): Promise<void> {
  await tick();
  form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
}
