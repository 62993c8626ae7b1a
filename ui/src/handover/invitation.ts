/**
 * An invitation among other words: people paste whole messages, and what a
 * phone's camera reads may be a link with the invitation at its end.
 */
const INVITATION = /cc1:[A-Za-z0-9_-]+/;
const WRAPPED = /^cc1:[A-Za-z0-9_\s-]+$/;
/** Longer texts are not even searched. */
const TEXT_MAX_CHARS = 20_000;

export function findInvitation(text: string): string | undefined {
  if (text.length > TEXT_MAX_CHARS) return undefined;
  // Links write the colon as %3A.
  const plain = text.trim().replace(/%3A/gi, ":");
  // Mail programs break long lines: then there is nothing but the invitation.
  if (WRAPPED.test(plain)) return plain.replace(/\s+/g, "");
  return INVITATION.exec(plain)?.[0];
}
