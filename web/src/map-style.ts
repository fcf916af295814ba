// The look of the map: our own land, borders and names, in the colours of the page.
import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import { feature, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import { COUNTRIES, HOME, TOWNS, townName } from "./places.ts";
import type { Spot } from "./map-points.ts";

type Europe = Topology<{ countries: GeometryCollection }>;

const TONES = ["good", "open", "bad", "plain"];
const HOMES: ExpressionSpecification = ["in", ["id"], ["literal", [...HOME]]];
const FONT = ['"Source Sans 3"']; // drawn by the browser itself: there is no glyph server

/** A design token as a colour that WebGL understands; the browser resolves var() and light-dark(). */
export function token(name: string): string {
  const probe = document.createElement("i");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

function toneColour(): ExpressionSpecification {
  const pairs = TONES.flatMap((tone) => [tone, token(`--${tone}`)]);
  return ["match", ["get", "tone"], ...pairs, token("--info")] as unknown as ExpressionSpecification;
}

/** All layers in today's colours; asked for again when the colour scheme changes. */
export function layers(): LayerSpecification[] {
  const tone = toneColour();
  const halo = { "text-color": token("--ink-2"), "text-halo-color": token("--land"), "text-halo-width": 1.4 };
  const thicker: ExpressionSpecification = ["interpolate", ["linear"], ["zoom"], 4, 0.6, 9, 1.6];
  return [
    { id: "sea", type: "background", paint: { "background-color": token("--sea") } },
    { id: "land", type: "fill", source: "land", paint: { "fill-color": token("--land") } },
    { id: "home", type: "fill", source: "land", filter: HOMES, paint: { "fill-color": token("--home") } },
    { id: "borders", type: "line", source: "borders", paint: { "line-color": token("--border-line"), "line-width": thicker } },
    {
      id: "home-borders", type: "line", source: "home-borders",
      layout: { "line-join": "round" },
      paint: { "line-color": token("--accent"), "line-width": thicker, "line-opacity": 0.75 },
    },
    {
      id: "areas", type: "fill", source: "spots",
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": tone, "fill-opacity": 0.28, "fill-outline-color": tone },
    },
    {
      id: "lines", type: "line", source: "spots",
      filter: ["==", ["geometry-type"], "LineString"],
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": tone, "line-width": 3.5 },
    },
    {
      id: "countries", type: "symbol", source: "countries", maxzoom: 8.5,
      layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 14, "text-letter-spacing": 0.08, "text-transform": "uppercase" },
      paint: halo,
    },
    {
      id: "towns", type: "symbol", source: "towns", filter: [">=", ["zoom"], ["get", "from"]],
      layout: {
        "text-field": ["get", "name"], "text-font": FONT, "text-size": 13, "text-variable-anchor": ["top", "bottom", "left", "right"],
        "text-radial-offset": 0.35, "symbol-sort-key": ["get", "from"],
      },
      paint: { ...halo, "text-color": token("--ink") },
    },
    {
      id: "points", type: "circle", source: "spots",
      filter: ["==", ["geometry-type"], "Point"],
      layout: { "circle-sort-key": ["-", ["get", "radius"]] },
      paint: {
        "circle-radius": ["get", "radius"], "circle-color": tone, "circle-opacity": 0.85,
        "circle-stroke-color": token("--paper"), "circle-stroke-width": 1.5,
      },
    },
    {
      id: "chosen", type: "circle", source: "spots",
      filter: ["==", ["geometry-type"], "Point"],
      paint: {
        "circle-radius": ["+", ["get", "radius"], 4], "circle-opacity": 0, "circle-stroke-color": token("--ink"),
        "circle-stroke-width": ["case", ["boolean", ["feature-state", "chosen"], false], 3, 0],
      },
    },
  ];
}

function named(rows: readonly { at: [number, number]; name: string; from?: number }[]): GeoJSON.FeatureCollection {
  const features = rows.map(({ at, name, from = 0 }): GeoJSON.Feature => ({ type: "Feature", properties: { name, from }, geometry: { type: "Point", coordinates: at } }));
  return { type: "FeatureCollection", features };
}

/** The whole style: no tiles, glyphs or sprites from anywhere. */
export function style(europe: Europe, spots: Spot[], language: string): StyleSpecification {
  const all = europe.objects.countries;
  const names = new Intl.DisplayNames([language || "en"], { type: "region" });
  const isHome = (id: unknown) => HOME.has(Number(id));
  return {
    version: 8,
    sources: {
      land: { type: "geojson", data: feature(europe, all), tolerance: 0.2, attribution: "Natural Earth" },
      borders: { type: "geojson", data: mesh(europe, all, (a, b) => a !== b) as GeoJSON.MultiLineString, tolerance: 0.2 },
      "home-borders": { type: "geojson", data: mesh(europe, all, (a, b) => a !== b && (isHome(a.id) || isHome(b.id))) as GeoJSON.MultiLineString, tolerance: 0.2 },
      countries: { type: "geojson", data: named(COUNTRIES.map(([, code, lon, lat]) => ({ at: [lon, lat], name: names.of(code) ?? code }))) },
      towns: { type: "geojson", data: named(TOWNS.map((town) => ({ at: [town[0], town[1]], from: town[2], name: townName(town, language) }))) },
      spots: { type: "geojson", data: { type: "FeatureCollection", features: spots } },
    },
    layers: layers(),
  };
}
