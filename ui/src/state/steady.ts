/** Holds taps for a moment after what stands under the finger has changed. */
import type { Attachment } from "svelte/attachments";

/** Longer than a double tap takes, shorter than reading does. */
export const HOLD_MS = 600;

/**
 * Whenever `shown` changes, the element takes no taps for a moment: the second
 * half of a double tap, or a finger already on its way, answers nothing unread.
 * The keyboard is not held; it goes where the focus is seen.
 */
export function steady(shown: unknown): Attachment<HTMLElement> {
  return (element) => {
    void shown;
    element.style.pointerEvents = "none";
    const timer = setTimeout(() => (element.style.pointerEvents = ""), HOLD_MS);
    return () => clearTimeout(timer);
  };
}
