/**
 * Where the reader is, as a hash: it works from any folder, inside packaged
 * runtimes too, and the browser's Back button goes back.
 */
import { tick } from "svelte";
import { announcer } from "./announcer.svelte";
import { replaceEntry, watchBack } from "./over";

export type Route =
  | { screen: "home" }
  | { screen: "welcome" }
  /** `after`: a village in which the books of the open one go on. */
  | { screen: "found"; after?: true }
  | { screen: "join"; invitation: string }
  | { screen: "pay" | "request"; person: string | null }
  | { screen: "activity" }
  | { screen: "line"; number: number }
  /** The cheque of the line of that number; taking another's. */
  | { screen: "cheque"; number: number }
  | { screen: "take" }
  /** News of the village without a network: showing one's own, reading another's, or the choice. */
  | { screen: "parcel"; way: "show" | "read" | null }
  | { screen: "village" }
  | { screen: "invite" | "vouch" | "witness" | "profile" | "guardians" }
  | { screen: "people" | "projects" | "funds" | "decisions" | "disputes" }
  | { screen: "neighbours" | "contact" | "homes" | "travel" | "moving" | "settle" | "far" }
  /** `self`: to oneself, who has a book there, too; what is owed on the line, or all that one has. */
  | { screen: "across"; village: string; self?: "clearing" | "moving" }
  | { screen: "gateway" | "rates"; village: string }
  /** Pages given twice: the proofs, one of them, and bringing another. */
  | { screen: "twice" | "bring" }
  | { screen: "proof"; id: string }
  | { screen: "person"; person: string }
  | { screen: "project" | "decision" | "move"; id: string }
  | { screen: "dispute"; transfer: string }
  /** A form; `about` names the person or the proof, where there is one. */
  | { screen: "propose"; what: Proposable; about: string | null }
  | { screen: "settings" };

const BETWEEN = ["neighbours", "across", "contact", "homes", "gateway", "rates", "travel", "moving", "settle", "far"] as const;
/** Where one sees more than one village: these screens are loaded when somebody first goes there. */
export type BetweenRoute = Extract<Route, { screen: (typeof BETWEEN)[number] }>;

export function isBetween(route: Route): route is BetweenRoute {
  return BETWEEN.some((screen) => screen === route.screen);
}

/** What there is a form for. */
export const PROPOSABLE = ["project", "levies", "holder", "voting", "roll", "floor", "code", "line", "succession", "make_good"] as const;
export type Proposable = (typeof PROPOSABLE)[number];

export function parseRoute(hash: string): Route {
  const [screen = "", rest = ""] = hash.replace(/^#?\/?/, "").split(/\/(.*)/s);
  switch (screen) {
    case "found":
      return rest === "after" ? { screen, after: true } : { screen };
    case "welcome":
    case "village":
    case "invite":
    case "vouch":
    case "witness":
    case "profile":
    case "guardians":
    case "contact":
    case "homes":
    case "travel":
    case "moving":
    case "settle":
    case "far":
    case "settings":
    case "take":
    case "bring":
      return { screen };
    case "parcel":
      return { screen, way: rest === "show" || rest === "read" ? rest : null };
    case "cheque":
      return /^\d{1,15}$/.test(rest) ? { screen, number: Number(rest) } : { screen: "home" };
    case "people":
      return rest ? { screen: "person", person: rest } : { screen };
    case "projects":
      return rest ? { screen: "project", id: rest } : { screen };
    case "decisions":
      return rest ? { screen: "decision", id: rest } : { screen };
    case "move":
      return rest ? { screen, id: rest } : { screen: "decisions" };
    case "disputes":
      return rest ? { screen: "dispute", transfer: rest } : { screen };
    case "twice":
      return rest ? { screen: "proof", id: rest } : { screen };
    case "funds":
      return { screen };
    case "gateway":
    case "rates":
      return rest ? { screen, village: rest } : { screen: "neighbours" };
    case "neighbours":
      return across(rest) ?? { screen };
    case "propose": {
      const [name, about = ""] = rest.split("/");
      const what = PROPOSABLE.find((one) => one === name);
      return what ? { screen, what, about: about || null } : { screen: "decisions" };
    }
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

function across(rest: string): Route | undefined {
  const [village = "", how] = rest.split("/");
  return village ? { screen: "across", village, ...(how === "clearing" || how === "moving" ? { self: how } : {}) } : undefined;
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
    case "cheque":
      return `#/cheque/${route.number}`;
    case "parcel":
      return route.way ? `#/parcel/${route.way}` : "#/parcel";
    case "pay":
    case "request":
      return route.person ? `#/${route.screen}/${route.person}` : `#/${route.screen}`;
    case "person":
      return `#/people/${route.person}`;
    case "project":
    case "decision":
      return `#/${route.screen}s/${route.id}`;
    case "found":
      return route.after ? "#/found/after" : "#/found";
    case "move":
      return `#/move/${route.id}`;
    case "across":
      return `#/neighbours/${route.village}${route.self ? `/${route.self}` : ""}`;
    case "gateway":
    case "rates":
      return `#/${route.screen}/${route.village}`;
    case "proof":
      return `#/twice/${route.id}`;
    case "dispute":
      return `#/disputes/${route.transfer}`;
    case "propose":
      return route.about ? `#/propose/${route.what}/${route.about}` : `#/propose/${route.what}`;
    case "join":
      return route.invitation ? `#/join/${encodeURIComponent(route.invitation)}` : "#/join";
    default:
      return `#/${route.screen}`;
  }
}

/** A place that was shown, and how far it was scrolled when it was left. */
interface Stop {
  href: string;
  scrolled: number;
}

/** Far more places than anybody steps back through. */
const STOPS_MAX = 200;

/**
 * The places behind the reader as far as this page knows. Going to the place
 * before counts as going back, by whichever way.
 */
export class Trail {
  #stops: Stop[] = [];

  /** Notes the new place and answers how far it is to be scrolled. */
  arrive(href: string, scrolled: number): number {
    const left = this.#stops.at(-1);
    if (left) left.scrolled = scrolled;
    if (this.before === href) {
      this.#stops.pop();
      return this.#stops.at(-1)?.scrolled ?? 0;
    }
    this.#stops = [...this.#stops.slice(1 - STOPS_MAX), { href, scrolled: 0 }];
    return 0;
  }

  replace(href: string): void {
    this.#stops = [...this.#stops.slice(0, -1), { href, scrolled: 0 }];
  }

  get before(): string | undefined {
    return this.#stops.at(-2)?.href;
  }
}

class Router {
  now = $state.raw<Route>({ screen: "home" });
  /** Grows with every change of place: screens are made anew and take the focus. */
  turn = $state(0);
  readonly #trail = new Trail();

  start(): void {
    watchBack();
    // The browser would scroll before the screen is there.
    history.scrollRestoration = "manual";
    this.now = parseRoute(location.hash);
    this.#trail.arrive(hrefOf(this.now), 0);
    addEventListener("hashchange", () => {
      // What was said belongs to the place where it happened.
      announcer.clear();
      this.now = parseRoute(location.hash);
      const scrolled = this.#trail.arrive(hrefOf(this.now), scrollY);
      this.turn += 1;
      void tick().then(() => scrollTo(0, scrolled));
    });
  }

  go(route: Route): void {
    location.hash = hrefOf(route);
  }

  /** Back to a place: by the history where that leads there, so that the browser's Back does not return here. */
  back(route: Route): void {
    if (this.#trail.before === hrefOf(route)) history.back();
    else this.go(route);
  }

  /** Goes on without leaving the place before in the history. */
  replace(route: Route): void {
    replaceEntry(hrefOf(route));
    this.now = route;
    this.#trail.replace(hrefOf(route));
    this.turn += 1;
    scrollTo(0, 0);
  }
}

export const router = new Router();
