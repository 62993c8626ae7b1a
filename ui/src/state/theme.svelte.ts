/** Light or dark, as the device says or as chosen. */
import { recall, remember } from "./memory";

export type ThemeChoice = "auto" | "light" | "dark";
export const THEMES: readonly ThemeChoice[] = ["auto", "light", "dark"];

class Theme {
  choice = $state<ThemeChoice>("auto");

  start(): void {
    const remembered = recall("theme");
    this.choose(THEMES.find((theme) => theme === remembered) ?? "auto");
  }

  choose(choice: ThemeChoice): void {
    this.choice = choice;
    remember("theme", choice);
    if (choice === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = choice;
  }
}

export const theme = new Theme();
