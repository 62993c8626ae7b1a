import { defineConfig, devices, type PlaywrightTestConfig } from "@playwright/test";

/** The system's browser: nothing is ever downloaded. */
const CHROMIUM = process.env.COMMONS_CREDIT_CHROMIUM ?? "/usr/bin/chromium";

/** A small, cheap phone. */
export const PHONE = { width: 360, height: 740 };

/** How the browser is started. */
export const LAUNCH = { executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-background-networking"] };

/** What both kinds of browser tests share. */
export function browserConfig(own: PlaywrightTestConfig): PlaywrightTestConfig {
  return defineConfig(
    {
      forbidOnly: Boolean(process.env.CI),
      fullyParallel: false,
      workers: 1,
      retries: 0,
      reporter: [["list"]],
      use: {
        ...devices["Desktop Chrome"],
        viewport: PHONE,
        locale: "en-GB",
        timezoneId: "Europe/Vienna",
        screenshot: "only-on-failure",
        launchOptions: LAUNCH,
      },
    },
    own,
  );
}
