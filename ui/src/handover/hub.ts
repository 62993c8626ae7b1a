/** A hub's address among other words: a code, a link, or a message in which it stands. */
const ADDRESS = /\bhttps?:\/\/[^\s<>"']+/i;
/** The node takes no longer one. */
const ADDRESS_MAX_CHARS = 200;

/** The address, or nothing where there is no http(s) address with a host. The node judges the rest. */
export function findHub(text: string): string | undefined {
  // A full stop or bracket behind it belongs to the sentence.
  const found = ADDRESS.exec(text)?.[0].replace(/[.,;:!?)\]]+$/, "");
  if (found === undefined || found.length > ADDRESS_MAX_CHARS) return undefined;
  return URL.canParse(found) && new URL(found).hostname !== "" ? found : undefined;
}
