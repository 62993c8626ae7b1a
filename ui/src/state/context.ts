/** The session of the page, for every screen and part below it. */
import { createContext } from "svelte";
import type { Session } from "./session.svelte";
import type { Village } from "./village.svelte";

export const [useSession, provideSession] = createContext<Session>();

/** The open village; screens that need one are shown only when there is one. */
export function useVillage(): Village {
  const { village } = useSession();
  if (!village) throw new Error("a screen of a village was shown without one");
  return village;
}
