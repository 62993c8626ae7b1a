import { describe, expect, it } from "vitest";
import { hrefOf, parseRoute, type Route } from "./route.svelte";

describe("routes", () => {
  it.each<Route>([
    { screen: "home" },
    { screen: "welcome" },
    { screen: "found" },
    { screen: "join", invitation: "" },
    { screen: "join", invitation: "cc1:a_b-c" },
    { screen: "pay", person: null },
    { screen: "request", person: "uhCAkabc_-def" },
    { screen: "activity" },
    { screen: "line", number: 47 },
    { screen: "village" },
    { screen: "invite" },
    { screen: "settings" },
  ])("come back from their address: %o", (route) => {
    expect(parseRoute(hrefOf(route))).toEqual(route);
  });

  it.each(["", "#", "#/", "#/nowhere", "#home"])("lead home from %j", (hash) => {
    expect(parseRoute(hash)).toEqual({ screen: "home" });
  });

  it("do not choke on a damaged address", () => {
    expect(parseRoute("#/join/%E0%A4%A")).toEqual({ screen: "join", invitation: "%E0%A4%A" });
    expect(parseRoute("#/activity/x")).toEqual({ screen: "activity" });
  });
});
