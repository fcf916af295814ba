// From numbers and dates to places on a drawing, and the round values that are written along an axis.

const DAY = 864e5;

/** Round values from at or below `low` to at or above `high`, in steps of 1, 2 or 5 times a power of ten. */
export function roundTicks(low: number, high: number, wanted: number): number[] {
  const span = high - low || Math.abs(high) || 1;
  const power = 10 ** Math.floor(Math.log10(span / wanted));
  const step = power * ([1, 2, 5, 10].find((times) => span / (power * times) <= wanted) ?? 10);
  const first = Math.floor(low / step);
  const count = Math.max(1, Math.ceil(high / step) - first);
  // Rounded again, because 3 × 0.1 is not 0.3 in binary.
  return Array.from({ length: count + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** Whole years between two years, no more than fit. */
export function yearTicks(first: number, last: number, wanted: number): number[] {
  const step = [1, 2, 5, 10, 20, 50, 100].find((size) => (last - first) / size < wanted) ?? 200;
  const start = Math.ceil(first / step) * step;
  return Array.from({ length: Math.floor((last - start) / step) + 1 }, (_, index) => start + index * step);
}

/** Starts of years, months or days (UTC) between two moments, no more than fit. */
export function dateTicks(first: number, last: number, wanted: number): number[] {
  const days = (last - first) / DAY;
  const from = new Date(first);
  if (days > 366 * wanted || days > 1100) {
    const years = yearTicks(from.getUTCFullYear(), new Date(last).getUTCFullYear(), wanted);
    return years.map((year) => Date.UTC(year)).filter((at) => at >= first && at <= last);
  }
  const months = [1, 2, 3, 6, 12].find((size) => days / (30.4 * size) < wanted) ?? 12;
  if (days > 62) {
    const starts = Array.from({ length: 40 }, (_, index) => Date.UTC(from.getUTCFullYear(), index));
    return starts.filter((at, index) => index % months === 0 && at >= first && at <= last);
  }
  const step = [1, 2, 7, 14, 31].find((size) => days / size < wanted) ?? 31;
  const start = Math.ceil(first / DAY) * DAY;
  return Array.from({ length: Math.floor((last - start) / (step * DAY)) + 1 }, (_, index) => start + index * step * DAY);
}

/** Dates in the page's language, as coarse as the span allows. */
export function dateFormat(first: number, last: number, language: string): (at: number) => string {
  const days = (last - first) / DAY;
  const parts: Intl.DateTimeFormatOptions =
    days > 1100 ? { year: "numeric" } : days > 62 ? { month: "short", year: "2-digit" } : { day: "numeric", month: "short" };
  const format = new Intl.DateTimeFormat(language, { ...parts, timeZone: "UTC" });
  return (at) => format.format(at);
}

/** A straight scale from a domain to a range. */
export function linear(low: number, high: number, from: number, to: number): (value: number) => number {
  const span = high - low || 1;
  return (value) => from + ((value - low) / span) * (to - from);
}

/** Words over lines of so many letters; what does not fit on the last line ends in an ellipsis. */
export function wrap(text: string, letters: number, most = 2): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && `${last} ${word}`.length <= letters) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  const shown = lines.slice(0, most);
  if (lines.length > most) shown[most - 1] = `${shown[most - 1] ?? ""}…`;
  return shown.map((line) => (line.length > letters + 1 ? `${line.slice(0, letters)}…` : line));
}
