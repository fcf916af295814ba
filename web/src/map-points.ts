// What is drawn on a map, and what its popups say: from the rows of the table, and from a GeoJSON address.

export type Spot = GeoJSON.Feature<GeoJSON.Geometry, { tone: string; radius: number }> & { id: number };

/** A thing on the map with the content of its popup. */
export interface Place {
  readonly spot: Spot;
  readonly at: [number, number];
  readonly name: string;
  readonly content: () => DocumentFragment;
}

const TONES = new Set(["good", "open", "bad", "info", "plain"]);

interface Given {
  geometry: GeoJSON.Geometry;
  tone: unknown;
  size: unknown;
  name: string;
  content: () => DocumentFragment;
}

function fromRow(row: HTMLTableRowElement, heads: string[]): Given {
  const cells = [...row.cells];
  const title = row.querySelector<HTMLElement>("th[scope=row]") ?? cells[0];
  return {
    geometry: { type: "Point", coordinates: [Number(row.dataset.lon), Number(row.dataset.lat)] },
    tone: row.dataset.tone,
    size: row.dataset.size,
    name: title?.textContent?.trim() ?? "",
    content: () => {
      const page = new DocumentFragment();
      const heading = document.createElement("h3");
      heading.append(...copies(title));
      const list = document.createElement("dl");
      cells.forEach((cell, index) => {
        if (cell === title || !cell.textContent?.trim()) return;
        const term = document.createElement("dt");
        term.textContent = cell.dataset.label ?? heads[index] ?? "";
        const value = document.createElement("dd");
        value.append(...copies(cell));
        list.append(term, value);
      });
      page.append(heading, list);
      return page;
    },
  };
}

/** What stands in a cell, without the ids, which may occur only once on a page. */
function copies(cell: HTMLElement | undefined): Node[] {
  const copy = cell?.cloneNode(true) as HTMLElement | undefined;
  for (const element of copy?.querySelectorAll("[id]") ?? []) element.removeAttribute("id");
  return [...(copy?.childNodes ?? [])];
}

function fromFeature(feature: GeoJSON.Feature): Given | null {
  if (!feature.geometry) return null;
  const { title, text, href, tone, size } = feature.properties ?? {};
  const name = String(title ?? "");
  return {
    geometry: feature.geometry,
    tone,
    size,
    name,
    content: () => {
      const page = new DocumentFragment();
      const heading = document.createElement("h3");
      const address = href ? new URL(String(href), document.baseURI) : null;
      if (address && /^https?:$/.test(address.protocol)) {
        const link = document.createElement("a");
        link.href = address.href;
        link.textContent = name;
        heading.append(link);
      } else heading.append(name);
      page.append(heading);
      if (text) {
        const words = document.createElement("p");
        words.textContent = String(text);
        page.append(words);
      }
      return page;
    },
  };
}

/** The middle of a geometry's box: where the popup of a line or an area stands. */
function middle(geometry: GeoJSON.Geometry): [number, number] {
  const box = [Infinity, Infinity, -Infinity, -Infinity] as [number, number, number, number];
  const walk = (part: unknown): void => {
    if (!Array.isArray(part)) return;
    const [lon, lat] = part as unknown[];
    if (typeof lon === "number" && typeof lat === "number") {
      box[0] = Math.min(box[0], lon);
      box[1] = Math.min(box[1], lat);
      box[2] = Math.max(box[2], lon);
      box[3] = Math.max(box[3], lat);
    } else part.forEach(walk);
  };
  if (geometry.type === "GeometryCollection") geometry.geometries.forEach((one) => walk("coordinates" in one && one.coordinates));
  else walk(geometry.coordinates);
  return [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
}

/** All places of a map element; the area of a circle follows `data-size`, the largest being 18 pixels wide. */
export async function places(element: HTMLElement): Promise<Place[]> {
  const table = element.querySelector("table");
  const heads = [...(table?.tHead?.rows[0]?.cells ?? [])].map((cell) => cell.textContent?.trim() ?? "");
  const rows = [...element.querySelectorAll<HTMLTableRowElement>("tr[data-lon][data-lat]")];
  const given: (Given | null)[] = rows.map((row) => fromRow(row, heads));

  const address = element.getAttribute("src");
  if (address) {
    const answer = await fetch(address, { headers: { accept: "application/geo+json, application/json" } });
    if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
    const collection = (await answer.json()) as GeoJSON.FeatureCollection;
    given.push(...collection.features.map(fromFeature));
  }

  const drawn = given.filter((one) => one !== null);
  const largest = Math.max(0, ...drawn.map(({ size }) => Number(size) || 0));
  return drawn
    .map(({ geometry, tone, size, name, content }, index) => {
      const radius = largest > 0 ? 5 + 13 * Math.sqrt(Math.max(0, Number(size) || 0) / largest) : 8;
      const known = TONES.has(String(tone)) ? String(tone) : "info";
      // MapLibre keeps the state of a feature by number only, so every feature gets one.
      const spot: Spot = { type: "Feature", id: index + 1, geometry, properties: { tone: known, radius } };
      return { spot, at: middle(geometry), name, content };
    })
    .filter(({ at }) => at.every(Number.isFinite));
}
