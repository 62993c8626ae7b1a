/** What counts as a hub's address, at its edges. */
import { describe, expect, it } from "vitest";
import { findHub } from "./hub";

describe("a hub's address", () => {
  it.each([
    ["http://192.168.1.5:8790", "http://192.168.1.5:8790"],
    ["  https://hub.example/ ", "https://hub.example/"],
    ["HTTP://MILL:8790", "HTTP://MILL:8790"],
    ["http://[fd00::1]:8790", "http://[fd00::1]:8790"],
    ["Our hub is http://10.0.0.7:8790. See you there!", "http://10.0.0.7:8790"],
    ["<http://10.0.0.7:8790>", "http://10.0.0.7:8790"],
    [`http://${"a".repeat(193)}`, `http://${"a".repeat(193)}`],
  ])("is found in %j", (text, address) => {
    expect(findHub(text)).toBe(address);
  });

  it.each([
    "",
    "192.168.1.5:8790",
    "ftp://192.168.1.5",
    "cc1:q83vEjRWeJq8",
    "CC3:02NLGQ6K51LJ2S5AXFEOD8C",
    "http://",
    "http:///",
    "xhttp://10.0.0.7",
    "WIFI:T:WPA;S:mill;P:secret;;",
    `http://${"a".repeat(194)}`,
  ])("is not %j", (text) => {
    expect(findHub(text)).toBeUndefined();
  });
});
