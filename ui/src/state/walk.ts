/** Walks through a list of the node page by page, up to an end that is far beyond any village. */
import { LIST_MAX } from "../generated/api";

/** Far above a village's 600 members. */
export const WALK_MAX = 50;

interface Asked {
  cursor: number | null;
  limit: number;
}

/** All items, or as many as the walk may take. */
export async function all<T>(ask: (input: Asked) => Promise<{ items: T[]; next: number | null }>): Promise<T[]> {
  const items: T[] = [];
  let cursor: number | null = null;
  for (let page = 0; page < WALK_MAX; page += 1) {
    const list: { items: T[]; next: number | null } = await ask({ cursor, limit: LIST_MAX });
    items.push(...list.items);
    cursor = list.next;
    if (cursor === null) break;
  }
  return items;
}
