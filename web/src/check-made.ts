// The page that puts checks on record: it hands over what this device kept, and forgets what was taken.
import { type Made, queue, settle } from "./check-queue.ts";

class ChecksMade extends HTMLElement {
  connectedCallback(): void {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => this.#start());
    else this.#start();
  }

  #start(): void {
    settle(JSON.parse(this.dataset.taken ?? "[]") as string[]);
    const waiting = queue();
    const form = this.querySelector<HTMLElement>("[data-send]");
    const none = this.querySelector<HTMLElement>("[data-none]");
    const field = this.querySelector<HTMLInputElement>("[data-checks]");
    if (form) form.hidden = waiting.length === 0;
    if (none) none.hidden = waiting.length > 0;
    if (field) field.value = JSON.stringify(waiting);
    this.querySelector("[data-rows]")?.replaceChildren(...waiting.map((one) => this.#row(one)));
    this.dataset.ready = "yes";
  }

  #row(one: Made): HTMLElement {
    const labels = JSON.parse(this.dataset.labels ?? "[]") as string[];
    const verdicts = JSON.parse(this.dataset.verdicts ?? "{}") as Record<string, string>;
    const { lang } = document.documentElement;
    const at = new Date(one.at).toLocaleString(lang === "en" ? "en-GB" : lang, { dateStyle: "long", timeStyle: "short" });
    const row = document.createElement("tr");
    for (const [place, words] of [at, one.number, verdicts[one.verdict] ?? one.verdict].entries()) {
      const cell = document.createElement("td");
      cell.dataset.label = labels[place] ?? "";
      cell.textContent = words;
      row.append(cell);
    }
    return row;
  }
}

customElements.define("checks-made", ChecksMade);
