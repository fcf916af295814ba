// Pieces of a drawing: elements, axes, and a look for each series.
import { wrap } from "./chart-scales.ts";

export type Attributes = Record<string, string | number | undefined>;

/** An SVG element; attributes only, since the page's policy forbids inline styles. */
export function draw(name: string, attributes: Attributes = {}, ...children: (Node | string)[]): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/** Series differ in dash as well as in colour, for whoever does not tell the colours apart. */
const DASHES = [undefined, "7 4", "2 4", "10 3 2 3", "4 2", "1 3", "12 4", "6 2 1 2"];

export const colour = (series: number): string => `var(--series-${(series % 8) + 1})`;
export const dash = (series: number): string | undefined => DASHES[series % DASHES.length];

/** Letters are about this wide at the size of the axis labels. */
export const LETTER = 7;

/** A number along an axis: its line across the drawing and its words. */
export interface Tick {
  readonly at: number;
  readonly words: string;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Lines across and numbers at the left; the line of zero is darker. */
export function valueAxis(ticks: readonly Tick[], zero: number, unit: string, { left, right, top }: Box): SVGElement[] {
  const lines = ticks.map(({ at }) => draw("line", { x1: left, x2: right, y1: at, y2: at, stroke: at === zero ? "var(--edge)" : "var(--line)" }));
  const words = ticks.map(({ at, words: text }) => draw("text", { x: left - 8, y: at, dy: "0.32em", "text-anchor": "end" }, text));
  return [...lines, ...words, ...(unit ? [draw("text", { x: 0, y: top - 16 }, unit)] : [])];
}

/** Lines upward and numbers below, for bars that lie down. */
export function lyingAxis(ticks: readonly Tick[], zero: number, unit: string, { top, bottom, right }: Box): SVGElement[] {
  const lines = ticks.map(({ at }) => draw("line", { x1: at, x2: at, y1: top, y2: bottom, stroke: at === zero ? "var(--edge)" : "var(--line)" }));
  const words = ticks.map(({ at, words: text }) => draw("text", { x: at, y: bottom + 18, "text-anchor": "middle" }, text));
  return [...lines, ...words, ...(unit ? [draw("text", { x: right, y: bottom + 38, "text-anchor": "end" }, unit)] : [])];
}

/** Words below the drawing, as many as do not touch. */
export function footAxis(ticks: readonly Tick[], { bottom, left, right }: Box): SVGElement[] {
  const widest = Math.max(0, ...ticks.map(({ words }) => words.length)) * LETTER + 14;
  const step = Math.max(1, Math.ceil((ticks.length * widest) / (right - left + widest)));
  return ticks
    .filter((_, index) => index % step === 0)
    .map(({ at, words }) => draw("text", { x: at, y: bottom + 20, "text-anchor": "middle" }, words));
}

/** The name of a row at the left, over two lines if need be. */
export function rowName(name: string, width: number, middle: number): SVGElement {
  const lines = wrap(name, Math.floor((width - 12) / LETTER));
  const spans = lines.map((line, index) => draw("tspan", { x: width - 10, dy: index ? "1.15em" : `${0.32 - (lines.length - 1) * 0.575}em` }, line));
  return draw("text", { y: middle, "text-anchor": "end" }, ...spans, draw("title", {}, name));
}

/** A line that breaks where a number is missing. */
export function path(points: readonly (readonly [number, number])[]): string {
  let pen = "M";
  return points
    .map(([x, y]) => {
      if (!Number.isFinite(y)) {
        pen = "M";
        return "";
      }
      const step = `${pen}${x.toFixed(1)},${y.toFixed(1)}`;
      pen = "L";
      return step;
    })
    .join("");
}

/** A bar between two values, whichever is the larger, with its words for a pointer that rests on it. */
export function bar(lying: boolean, from: number, to: number, across: number, thick: number, series: number, words: string): SVGElement {
  const [start, length] = [Math.min(from, to), Math.max(0.5, Math.abs(to - from))];
  const place = lying ? { x: start, width: length, y: across, height: thick } : { y: start, height: length, x: across, width: thick };
  return draw("rect", { ...place, fill: colour(series) }, draw("title", {}, words));
}
