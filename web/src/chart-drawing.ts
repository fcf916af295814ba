import { type Axis, type Sheet, axisOf } from "./chart-table.ts";
import { type Box, type Tick, LETTER, bar, colour, dash, draw, footAxis, lyingAxis, path, rowName, valueAxis } from "./chart-frame.ts";
import { dateFormat, dateTicks, linear, roundTicks, yearTicks } from "./chart-scales.ts";

const MOST_DOTS = 40;

/** The five kinds of chart, each as the pieces of one SVG. */
export class Drawing {
  readonly #sheet: Sheet;
  readonly #axis: Axis;
  readonly #format: Intl.NumberFormat;
  readonly #language: string;
  readonly #unit: string;
  readonly #width: number;
  readonly #values: number[];

  constructor(sheet: Sheet, language: string, unit: string, width: number) {
    this.#sheet = sheet;
    this.#axis = axisOf(sheet.rows);
    this.#format = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
    this.#language = language;
    this.#unit = unit;
    this.#width = width;
    this.#values = sheet.rows.flatMap(({ values }) => values.filter(Number.isFinite));
  }

  #svg(height: number, ...pieces: SVGElement[]): SVGElement {
    return draw("svg", { viewBox: `0 0 ${this.#width} ${height}`, width: this.#width, height, "font-size": 13, fill: "currentColor" }, ...pieces);
  }

  /** What a pointer that rests on a number reads. */
  #words(row: number, series: number): string {
    const { rows, heads } = this.#sheet;
    const value = this.#format.format(rows[row]?.values[series] ?? NaN);
    return `${rows[row]?.name ?? ""}, ${heads[series] ?? ""}: ${value} ${this.#unit}`.trim();
  }

  /** A frame with values upward; zero is always in it. */
  #standing(values: readonly number[]): { box: Box; height: number; y: (value: number) => number; axis: SVGElement[] } {
    const height = Math.round(Math.min(290, Math.max(190, this.#width * 0.5)));
    const numbers = roundTicks(Math.min(0, ...values), Math.max(0, ...values), 5);
    const written = numbers.map((number) => this.#format.format(number));
    const left = Math.max(28, Math.max(...written.map((text) => text.length)) * LETTER + 14);
    const box = { left, top: this.#unit ? 32 : 12, right: this.#width - 18, bottom: height - 28 };
    const y = linear(numbers[0] ?? 0, numbers.at(-1) ?? 1, box.bottom, box.top);
    const ticks = numbers.map((number, index) => ({ at: y(number), words: written[index] ?? "" }));
    return { box, height, y, axis: valueAxis(ticks, y(0), this.#unit, box) };
  }

  /** Where each row stands from left to right, and what is written below. */
  #along({ left, right }: Box): { at: number[]; ticks: Tick[] } {
    const axis = this.#axis;
    const { rows } = this.#sheet;
    if (axis.kind === "name") {
      const x = linear(0, Math.max(1, rows.length - 1), left + 24, right - 24);
      return { at: rows.map((_, index) => x(index)), ticks: rows.map(({ name }, index) => ({ at: x(index), words: name })) };
    }
    const moments = rows.map((row) => Number(axis.at(row.x)));
    const [first, last] = [Math.min(...moments), Math.max(...moments)];
    const x = linear(first, last, left + 8, right - 4);
    const fit = Math.max(2, Math.floor((right - left) / 62));
    const written = axis.kind === "date" ? dateTicks(first, last, fit) : yearTicks(first, last, fit);
    const format = axis.kind === "date" ? dateFormat(first, last, this.#language) : String;
    return { at: moments.map(x), ticks: written.map((moment) => ({ at: x(moment), words: format(moment) })) };
  }

  #dots(series: number, at: readonly number[], y: (value: number) => number, look: number): SVGElement[] {
    if (at.length > MOST_DOTS) return [];
    return this.#sheet.rows.flatMap(({ values }, row) => {
      const value = values[series] ?? NaN;
      if (!Number.isFinite(value)) return [];
      return [draw("circle", { cx: at[row], cy: y(value), r: 3.5, fill: colour(look) }, draw("title", {}, this.#words(row, series)))];
    });
  }

  line(): SVGElement {
    const { box, height, y, axis } = this.#standing(this.#values);
    const { at, ticks } = this.#along(box);
    const lines = this.#sheet.heads.flatMap((_, series) => {
      const points = this.#sheet.rows.map(({ values }, row) => [at[row] ?? 0, y(values[series] ?? NaN)] as const);
      const look = { d: path(points), fill: "none", stroke: colour(series), "stroke-width": 2.5, "stroke-dasharray": dash(series), "stroke-linejoin": "round" };
      return [draw("path", look), ...this.#dots(series, at, y, series)];
    });
    return this.#svg(height, ...axis, ...footAxis(ticks, box), ...lines);
  }

  /** Low, middle and high: a band with a line. */
  band(): SVGElement {
    const { box, height, y, axis } = this.#standing(this.#values);
    const { at, ticks } = this.#along(box);
    const edge = (series: number) => this.#sheet.rows.map(({ values }, row) => [at[row] ?? 0, y(values[series] ?? NaN)] as const);
    const around = [...edge(0), ...edge(2).reverse()].filter(([, value]) => Number.isFinite(value));
    return this.#svg(
      height,
      ...axis,
      ...footAxis(ticks, box),
      draw("path", { d: `${path(around)}Z`, fill: colour(0), "fill-opacity": 0.2 }),
      draw("path", { d: path(edge(1)), fill: "none", stroke: colour(0), "stroke-width": 2.5 }),
      ...this.#dots(1, at, y, 0),
    );
  }

  /** Whether names can stand side by side below the bars; dates and years always can, some of them unwritten. */
  #isRoomy(): boolean {
    const { rows } = this.#sheet;
    return this.#axis.kind !== "name" || rows.every(({ name }) => name.length * LETTER + 10 < (this.#width - 80) / rows.length);
  }

  bar(): SVGElement {
    const { rows, heads } = this.#sheet;
    if (!this.#isRoomy()) {
      const thick = heads.length > 1 ? 13 : 20;
      return this.#lying(this.#values, thick * heads.length, (row, start, x) => this.#beside(row, start, thick, x, true));
    }
    const { box, height, y, axis } = this.#standing(this.#values);
    const room = (box.right - box.left) / rows.length;
    const thick = Math.min(64, (room * 0.76) / heads.length);
    const bars = rows.flatMap((_, row) => this.#beside(row, box.left + (row + 0.5) * room - (thick * heads.length) / 2, thick, y, false));
    return this.#svg(height, ...axis, ...footAxis(this.#bands(box), box), ...bars);
  }

  /** The bars of one row, one beside the other. */
  #beside(row: number, start: number, thick: number, scale: (value: number) => number, lying: boolean): SVGElement[] {
    const values = this.#sheet.rows[row]?.values ?? [];
    return values.flatMap((value, series) =>
      Number.isFinite(value) ? [bar(lying, scale(0), scale(value), start + series * thick + 0.75, thick - 1.5, series, this.#words(row, series))] : [],
    );
  }

  /** A frame for names too long to stand side by side: values go to the right, each row has its name at the left. */
  #lying(values: readonly number[], thick: number, bars: (row: number, start: number, x: (value: number) => number) => SVGElement[]): SVGElement {
    const { rows } = this.#sheet;
    const left = this.#nameWidth();
    const room = Math.max(34, thick + 12);
    const box = { left, top: 4, right: this.#width - 24, bottom: rows.length * room + 4 };
    const numbers = roundTicks(Math.min(0, ...values), Math.max(0, ...values), Math.max(2, Math.floor((box.right - left) / 70)));
    const x = linear(numbers[0] ?? 0, numbers.at(-1) ?? 1, left, box.right);
    const ticks = numbers.map((number) => ({ at: x(number), words: this.#format.format(number) }));
    const pieces = rows.flatMap(({ name }, row) => {
      const middle = box.top + (row + 0.5) * room;
      return [rowName(name, left, middle), ...bars(row, middle - thick / 2, x)];
    });
    return this.#svg(box.bottom + (this.#unit ? 46 : 30), ...lyingAxis(ticks, x(0), this.#unit, box), ...pieces);
  }

  #bands({ left, right }: Box): Tick[] {
    const { rows } = this.#sheet;
    const room = (right - left) / rows.length;
    return rows.map(({ name }, row) => ({ at: left + (row + 0.5) * room, words: name }));
  }

  #nameWidth(): number {
    const longest = Math.max(...this.#sheet.rows.map(({ name }) => name.length));
    return Math.min(longest * LETTER + 16, this.#width * 0.42);
  }

  /** What is above zero is stacked upward, what is below it downward. */
  stacked(): SVGElement {
    const { rows } = this.#sheet;
    const stacks = rows.map(({ values }) => {
      const end = { up: 0, down: 0 };
      return values.map((value) => {
        if (!Number.isFinite(value)) return null;
        const side = value < 0 ? "down" : "up";
        const from = end[side];
        end[side] += value;
        return { from, to: end[side] };
      });
    });
    const ends = stacks.flat().flatMap((part) => (part ? [part.to] : []));
    const pile = (row: number, start: number, thick: number, scale: (value: number) => number, lying: boolean): SVGElement[] =>
      (stacks[row] ?? []).flatMap((part, series) => {
        if (!part || part.from === part.to) return [];
        const block = bar(lying, scale(part.from), scale(part.to), start, thick, series, this.#words(row, series));
        block.setAttribute("stroke", "var(--paper)");
        return [block];
      });
    if (!this.#isRoomy()) return this.#lying(ends, 22, (row, start, x) => pile(row, start, 22, x, true));
    const { box, height, y, axis } = this.#standing(ends);
    const room = (box.right - box.left) / rows.length;
    const thick = Math.min(64, Math.max(1, room * 0.76));
    const bars = rows.flatMap((_, row) => pile(row, box.left + (row + 0.5) * room - thick / 2, thick, y, false));
    return this.#svg(height, ...axis, ...footAxis(this.#bands(box), box), ...bars);
  }

  /** Name, start, end: a bar from start to end, a dot where there is no end. */
  timeline(): SVGElement {
    const { rows } = this.#sheet;
    const spans = rows.map(({ name, raw: [start = "", end = ""] }) => ({ name, from: Date.parse(start), to: Date.parse(end || start) }));
    const moments = spans.flatMap(({ from, to }) => [from, to]).filter(Number.isFinite);
    const [first, last] = [Math.min(...moments), Math.max(...moments)];
    const left = this.#nameWidth();
    const room = 34;
    const box = { left, top: 4, right: this.#width - 24, bottom: rows.length * room + 4 };
    const x = linear(first, last, left + 8, box.right - 8);
    const format = dateFormat(first, last, this.#language);
    const ticks = dateTicks(first, last, Math.max(2, Math.floor((box.right - left) / 56))).map((at) => ({ at: x(at), words: format(at) }));
    const pieces = spans.flatMap(({ name, from, to }, row) => {
      const middle = 4 + (row + 0.5) * room;
      if (!Number.isFinite(from)) return [rowName(name, left, middle)];
      const isMoment = !Number.isFinite(to) || to === from;
      const shape = isMoment ? draw("circle", { cx: x(from), cy: middle, r: 7, fill: colour(0) }) : bar(true, x(from), x(to), middle - 9, 18, 0, name);
      return [rowName(name, left, middle), shape];
    });
    return this.#svg(rows.length * room + 34, ...lyingAxis(ticks, NaN, "", box), ...pieces);
  }
}
