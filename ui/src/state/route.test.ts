import { describe, expect, it } from "vitest";
import { hrefOf, parseRoute, Trail, type Route } from "./route.svelte";

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
    { screen: "people" },
    { screen: "person", person: "uhCAkabc_-def" },
    { screen: "projects" },
    { screen: "project", id: "uhCkkabc_-def" },
    { screen: "funds" },
    { screen: "decisions" },
    { screen: "decision", id: "uhCkkabc_-def" },
    { screen: "disputes" },
    { screen: "dispute", transfer: "uhCkkabc_-def" },
    { screen: "propose", what: "levies", about: null },
    { screen: "propose", what: "floor", about: "uhCAkabc_-def" },
    { screen: "propose", what: "code", about: null },
    { screen: "found", after: true },
    { screen: "vouch" },
    { screen: "witness" },
    { screen: "profile" },
    { screen: "guardians" },
    { screen: "contact" },
    { screen: "homes" },
    { screen: "neighbours" },
    { screen: "across", village: "uhC0kabc_-def" },
    { screen: "across", village: "uhC0kabc_-def", self: "clearing" },
    { screen: "across", village: "uhC0kabc_-def", self: "moving" },
    { screen: "travel" },
    { screen: "moving" },
    { screen: "settle" },
    { screen: "far" },
    { screen: "rates", village: "uhC0kabc_-def" },
    { screen: "gateway", village: "uhC0kabc_-def" },
    { screen: "twice" },
    { screen: "proof", id: "uhCkkabc_-def" },
    { screen: "bring" },
    { screen: "propose", what: "make_good", about: "uhCkkabc_-def" },
    { screen: "move", id: "uhCkkabc_-def" },
    { screen: "parcel", way: null },
    { screen: "parcel", way: "show" },
    { screen: "parcel", way: "read" },
    { screen: "settings" },
  ])("come back from their address: %o", (route) => {
    expect(parseRoute(hrefOf(route))).toEqual(route);
  });

  it.each(["", "#", "#/", "#/nowhere", "#home"])("lead home from %j", (hash) => {
    expect(parseRoute(hash)).toEqual({ screen: "home" });
  });

  it("do not choke on a damaged address", () => {
    expect(parseRoute("#/join/%E0%A4%A")).toEqual({ screen: "join", invitation: "%E0%A4%A" });
    expect(parseRoute("#/propose/war")).toEqual({ screen: "decisions" });
    expect(parseRoute("#/activity/x")).toEqual({ screen: "activity" });
  });
});

describe("the trail", () => {
  it("gives back how far a place was scrolled when one returns to it, and only then", () => {
    const trail = new Trail();
    trail.arrive("#/activity", 0);
    expect(trail.arrive("#/activity/46", 700)).toBe(0);
    expect(trail.before).toBe("#/activity");
    expect(trail.arrive("#/activity", 120)).toBe(700);
    expect(trail.before).toBeUndefined();
    expect(trail.arrive("#/", 650)).toBe(0);
    expect(trail.before).toBe("#/activity");
  });

  it("forgets a place that was replaced", () => {
    const trail = new Trail();
    trail.arrive("#/welcome", 0);
    trail.arrive("#/found", 30);
    trail.replace("#/");
    trail.arrive("#/pay", 10);
    expect(trail.before).toBe("#/");
    expect(trail.arrive("#/found", 0)).toBe(0);
  });

  it("has an end", () => {
    const trail = new Trail();
    for (let i = 0; i < 1_000; i += 1) trail.arrive(`#/activity/${i}`, i);
    let steps = 0;
    for (let before = trail.before; before !== undefined; before = trail.before) {
      trail.arrive(before, 0);
      steps += 1;
    }
    expect(steps).toBeLessThanOrEqual(200);
    expect(steps).toBeGreaterThan(100);
  });
});
