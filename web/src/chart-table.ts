// Reading a chart's numbers out of the table that stands in the page.

export interface Row {
  readonly x: string;
  /** What a reader sees in the first column. */
  readonly name: string;
  readonly values: readonly number[];
  /** The cells as written, for the kind of chart whose columns are dates. */
  readonly raw: readonly string[];
}

export interface Sheet {
  readonly heads: readonly string[];
  readonly rows: readonly Row[];
}

/** The number that a reader of this language sees written: 1.234,5 in Dutch and German, 1 234,5 in French. */
export function readNumber(text: string, language: string): number {
  const tight = text.replace(/[\s\u00a0\u202f%€]/g, "");
  if (!tight) return NaN;
  return Number(language === "en" ? tight.replaceAll(",", "") : tight.replaceAll(".", "").replace(",", "."));
}

/** First column: where; the others: how much. `data-value` on a cell wins over what is written in it. */
export function readSheet(table: HTMLTableElement, language: string): Sheet {
  const head = [...(table.tHead?.rows ?? [])].at(-1);
  const [, ...heads] = [...(head?.cells ?? [])].map((cell) => cell.textContent?.trim() ?? "");
  const rows = [...table.tBodies].flatMap((body) => [...body.rows]).map((row) => {
    const [first, ...others] = [...row.cells];
    const name = first?.textContent?.trim() ?? "";
    const raw = others.map((cell) => cell.dataset.value ?? cell.textContent?.trim() ?? "");
    const values = others.map((cell) => {
      const { value } = cell.dataset;
      if (value !== undefined) return value === "" ? NaN : Number(value);
      return readNumber(cell.textContent ?? "", language);
    });
    return { x: first?.dataset.value ?? name, name, values, raw };
  });
  // A column that holds no number at all is a remark, not a series.
  const numeric = heads.map((_, index) => rows.some(({ values }) => Number.isFinite(values[index])));
  return {
    heads: heads.filter((_, index) => numeric[index]),
    rows: rows.map((row) => ({ ...row, values: row.values.filter((_, index) => numeric[index]) })),
  };
}

export type Axis = { kind: "date"; at: (x: string) => Date } | { kind: "year"; at: (x: string) => number } | { kind: "name"; at: (x: string) => string };

/** What the first column is: years, dates or names. */
export function axisOf(rows: readonly Row[]): Axis {
  if (rows.every(({ x }) => /^\d{4}$/.test(x))) return { kind: "year", at: Number };
  if (rows.every(({ x }) => /^\d{4}-\d\d(-\d\d(T[\d:.]+Z?)?)?$/.test(x))) return { kind: "date", at: (x) => new Date(x) };
  return { kind: "name", at: (x) => x };
}
