// What script adds to every page. Each page works without it.
import { watchForms } from "./forms.ts";
import { addThemeButtons } from "./colours.ts";

if (document.querySelector("[hx-get], [hx-post]")) void import("./live.ts");

/** A word from the browser's storage; nothing where storage is switched off. */
function stored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function store(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // the choice then lasts as long as the page
  }
}

function watchKeys(): void {
  let on = stored("benelux-shortcuts") !== "off";
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeMenus(true);
    if (event.key !== "/" || !on || event.ctrlKey || event.metaKey || event.altKey) return;
    const from = event.target as HTMLElement;
    if (from.isContentEditable || from.matches("input, select, textarea, canvas")) return;
    const field = document.querySelector<HTMLInputElement>("[data-search], input[type=search]");
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
  // A shortcut of one key must be one that the reader can switch off.
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-shortcuts]")) {
    const say = () => (button.textContent = (on ? button.dataset.on : button.dataset.off) ?? "");
    button.hidden = false;
    say();
    button.addEventListener("click", () => {
      on = !on;
      store("benelux-shortcuts", on ? "on" : "off");
      say();
    });
  }
}

function closeMenus(withFocus: boolean, except?: Node): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    if (except && menu.contains(except)) continue;
    if (withFocus && menu.contains(document.activeElement)) menu.querySelector("summary")?.focus();
    menu.open = false;
  }
}

function addPageButtons(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-copy]")) {
    if (!navigator.clipboard) continue; // a page without TLS has none
    const words = button.textContent;
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy || location.href);
      button.textContent = button.dataset.done ?? words;
      setTimeout(() => (button.textContent = words), 3000);
    });
  }
}

addThemeButtons(stored, store);
watchKeys();
watchForms();
addPageButtons();
document.addEventListener("click", (event) => closeMenus(false, event.target as Node));
document.querySelector<HTMLElement>(".errors")?.focus();
