/** The base map: the countries of Natural Earth (1:10m), cut to the Benelux and what lies around it. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { feature } from "topojson-client";
import { topology } from "topojson-server";

const [WEST, SOUTH, EAST, NORTH] = [-11, 43, 20, 60];

/** The four edges: axis, value and the side that stays. */
const EDGES = [
  [0, WEST, 1],
  [0, EAST, -1],
  [1, SOUTH, 1],
  [1, NORTH, -1],
];

/** Sutherland–Hodgman: cut a closed ring at the four edges. Shared borders stay equal, so the topology finds them again. */
function cut(ring) {
  let points = ring.slice(0, -1);
  for (const [axis, value, side] of EDGES) {
    const inside = (point) => (point[axis] - value) * side >= 0;
    points = points.flatMap((point, index) => {
      const next = points[(index + 1) % points.length];
      const kept = inside(point) ? [point] : [];
      if (inside(point) === inside(next)) return kept;
      const share = (value - point[axis]) / (next[axis] - point[axis]);
      const crossing = point.map((start, i) => start + share * (next[i] - start));
      crossing[axis] = value; // exactly on the edge
      return [...kept, crossing];
    });
  }
  return points.length > 2 ? [...points, points[0]] : null;
}

/** Compact TopoJSON, one object `countries`; each id is the ISO 3166-1 numeric code as a number. */
export function basemap() {
  const source = createRequire(import.meta.url).resolve("world-atlas/countries-10m.json");
  const world = JSON.parse(readFileSync(source, "utf8"));
  const features = feature(world, world.objects.countries).features.flatMap(({ id, geometry }) => {
    const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    const coordinates = polygons
      .map((rings) => rings.map(cut).filter(Boolean))
      .filter((rings) => rings.length);
    if (!coordinates.length || id === undefined) return [];
    return [{ type: "Feature", id: Number(id), properties: {}, geometry: { type: "MultiPolygon", coordinates } }];
  });
  // 10 000 steps over 31 degrees: about 200 m, finer than the source's own detail.
  return JSON.stringify(topology({ countries: { type: "FeatureCollection", features } }, 1e4));
}
