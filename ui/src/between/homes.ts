/** The accounts of one person in several villages, side by side. Nothing is added up: an hour here is not an hour there. */
import type { VillageApi } from "../conductor/conductor";
import { same } from "../conductor/hash";
import { LIST_MAX, type Cheques, type Inbox, type InboxItem, type Standing } from "../generated/api";

export interface HomeAccount {
  /** What stands in the book. */
  settled_s: number;
  /** What is on its way to the book: it counts once it is taken, and may still not come. */
  coming_s: number;
  floor_s: number;
  can_give_s: number;
  /** What waits for an answer; `more`: there is more than one look shows. */
  waits: number;
  more: boolean;
  closed: boolean;
}

/** One account, by what its village answered; absent where the person has no book. */
export function accountOf(standing: Standing, inbox: Inbox, cheques: Cheques | null): HomeAccount | undefined {
  const { book } = standing;
  if (!book) return undefined;
  return {
    settled_s: book.balance_s,
    coming_s: comingOf(inbox.items, cheques),
    floor_s: book.floor_s,
    can_give_s: book.can_give_s,
    waits: inbox.items.filter(({ kind }) => kind !== "request_by_me").length,
    more: inbox.next !== null,
    closed: book.closed,
  };
}

/** Transfers that lie in the inbox, and signed cheques. The page of a cheque lies there, too, once it has come: it counts once. */
function comingOf(items: InboxItem[], cheques: Cheques | null): number {
  const signed = (cheques?.cheques ?? []).filter(({ state }) => state === "signed");
  let coming_s = cheques?.signed_s ?? 0;
  for (const { kind, counterpart, amount_s, split } of items) {
    if (kind !== "transfer_asked" && kind !== "transfer_unasked") continue;
    const at = signed.findIndex((one) => same(one.giver, counterpart) && one.amount_s === amount_s);
    if (at >= 0) signed.splice(at, 1);
    else coming_s += split.receiver_s;
  }
  return coming_s;
}

/** Looks at one village. Reading the cheques reads the whole book: only the first time, and while one is on its way. */
export async function lookAt(api: VillageApi, known: Cheques | undefined): Promise<{ account: HomeAccount | undefined; cheques: Cheques | undefined }> {
  const standing = await api.standing();
  if (!standing.book) return { account: undefined, cheques: known };
  const page = { cursor: null, limit: LIST_MAX };
  const inbox = await api.inbox(page);
  const cheques = !known || known.signed > 0 ? await api.cheques(page) : known;
  return { account: accountOf(standing, inbox, cheques), cheques };
}
