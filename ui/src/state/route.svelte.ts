/**
 * Where the reader is, as a hash: it works from any folder, inside packaged
 * runtimes too, and the browser's Back button goes back.
 */
import { announcer } from "./announcer.svelte";

export type Route =
  | { screen: "home" }
  | { screen: "welcome" }
  | { screen: "found" }
  | { screen: "join"; invitation: string }
  | { screen: "pay" | "request"; person: string | null }
  | { screen: "activity" }
  | { screen: "line"; number: number }
  | { screen: "village" }
  | { screen: "invite" }
  | { screen: "settings" };

export function parseRoute(hash: string): Route {
  const [screen = "", rest = ""] = hash.replace(/^#?\/?/, "").split(/\/(.*)/s);
  switch (screen) {
    case "welcome":
    case "found":
    case "village":
    case "invite":
    case "settings":
      return { screen };
    case "join":
      return { screen, invitation: decode(rest) };
    case "pay":
    case "request":
      return { screen, person: rest || null };
    case "activity":
      return /^\d{1,15}$/.test(rest) ? { screen: "line", number: Number(rest) } : { screen };
    default:
      return { screen: "home" };
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function hrefOf(route: Route): string {
  switch (route.screen) {
    case "home":
      return "#/";
    case "line":
      return `#/activity/${route.number}`;
    case "pay":
    case "request":
      return route.person ? `#/${route.screen}/${route.person}` : `#/${route.screen}`;
    case "join":
      return route.invitation ? `#/join/${encodeURIComponent(route.invitation)}` : "#/join";
    default:
      return `#/${route.screen}`;
  }
}

class Router {
  now = $state.raw<Route>({ screen: "home" });
  /** Grows with every change of place: screens are made anew and take the focus. */
  turn = $state(0);

  start(): void {
    this.now = parseRoute(location.hash);
    addEventListener("hashchange", () => {
      // What was said belongs to the place where it happened.
      announcer.clear();
      this.now = parseRoute(location.hash);
      this.turn += 1;
      scrollTo(0, 0);
    });
  }

  go(route: Route): void {
    location.hash = hrefOf(route);
  }

  /** Goes on without leaving the place before in the history. */
  replace(route: Route): void {
    history.replaceState(null, "", hrefOf(route));
    this.now = route;
    this.turn += 1;
    scrollTo(0, 0);
  }
}

export const router = new Router();
