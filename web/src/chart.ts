import { Drawing } from "./chart-drawing.ts";
import { colour, dash, draw } from "./chart-frame.ts";
import { type Sheet, readSheet } from "./chart-table.ts";

const KINDS = ["line", "bar", "stacked", "band", "timeline"] as const;
type Kind = (typeof KINDS)[number];

/**
 * `<benelux-chart kind="line|bar|stacked|band|timeline" label unit>`: draws the table inside it.
 *
 * The drawing is hidden from screen readers, because the table says the same. `data-ready="true"` when it is
 * drawn, `data-failed` with the reason when it could not be. Colours are CSS variables and follow the page.
 */
class BeneluxChart extends HTMLElement {
  #figure = document.createElement("div");
  #observer: ResizeObserver | null = null;
  #width = 0;

  connectedCallback(): void {
    const table = this.querySelector("table");
    if (!table) return;
    const language = document.documentElement.lang || "en";
    const sheet = readSheet(table, language);
    if (!sheet.rows.length) return;
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", this.getAttribute("label") ?? "");
    this.#figure.className = "plot";
    this.#figure.setAttribute("aria-hidden", "true");
    this.prepend(this.#figure);
    // The first report comes as soon as the element has a size.
    this.#observer = new ResizeObserver(([entry]) => {
      const width = Math.round(entry?.contentRect.width ?? 0);
      if (!width || width === this.#width) return;
      this.#width = width;
      this.#draw(sheet, language);
    });
    this.#observer.observe(this);
  }

  disconnectedCallback(): void {
    this.#observer?.disconnect();
    this.#figure.remove();
    this.#width = 0;
  }

  #draw(sheet: Sheet, language: string): void {
    const kind = KINDS.find((known) => known === this.getAttribute("kind")) ?? "line";
    try {
      const svg = new Drawing(sheet, language, this.getAttribute("unit") ?? "", this.#width)[kind]();
      this.#figure.replaceChildren(...legend(kind, sheet), svg);
      this.dataset.ready = "true";
    } catch (reason) {
      this.#observer?.disconnect();
      this.#figure.remove();
      this.dataset.failed = String(reason);
    }
  }
}

function legend(kind: Kind, { heads }: Sheet): HTMLElement[] {
  if (heads.length < 2 || kind === "timeline") return [];
  const list = document.createElement("ul");
  for (const [name, sign] of entries(kind, heads)) {
    const item = document.createElement("li");
    item.append(draw("svg", { viewBox: "0 0 30 14" }, sign), name);
    list.append(item);
  }
  return [list];
}

/** Name and sign of everything that the legend explains; the two edges of a band are one thing. */
function entries(kind: Kind, heads: readonly string[]): [string, SVGElement][] {
  const line = (series: number) => draw("path", { d: "M0 7h30", stroke: colour(series), "stroke-width": 3, "stroke-dasharray": dash(series) });
  const block = (series: number, opacity = 1) => draw("path", { d: "M4 1h22v12H4z", fill: colour(series), opacity });
  if (kind === "band") return [[heads[1] ?? "", line(0)], [`${heads[0] ?? ""} – ${heads[2] ?? ""}`, block(0, 0.25)]];
  return heads.map((head, series) => [head, kind === "line" ? line(series) : block(series)]);
}

customElements.define("benelux-chart", BeneluxChart);
