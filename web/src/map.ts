import { AttributionControl, Map as MapLibre, NavigationControl, Popup, setWorkerUrl, type IControl } from "maplibre-gl";
import { layers, style, token } from "./map-style.ts";
import { places, type Place } from "./map-points.ts";

/** All three countries, for a map that has nothing to show yet. */
const BENELUX: [[number, number], [number, number]] = [[2.4, 49.4], [7.3, 53.6]];
const EDGES: [[number, number], [number, number]] = [[-11, 43], [20, 60]];
type PaintName = Parameters<MapLibre["setPaintProperty"]>[1];
const CLICKABLE = ["points", "lines", "areas"];

/**
 * `<benelux-map>`: draws the rows of the table inside it that have `data-lon` and `data-lat`, and the GeoJSON at `src`.
 *
 * The table stays: it is what a reader without script, sight or WebGL uses.
 * `data-ready="true"` when all is drawn; `data-failed` with the reason when it could not be.
 */
class BeneluxMap extends HTMLElement {
  #map: MapLibre | null = null;
  #canvas: HTMLElement | null = null;
  #leaving = new AbortController();

  connectedCallback(): void {
    if (this.#canvas) return;
    this.#leaving = new AbortController();
    this.#canvas = document.createElement("div");
    this.#canvas.className = "map-canvas";
    this.prepend(this.#canvas);
    this.#show(this.#canvas).catch((reason: unknown) => this.#giveUp(String(reason)));
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
    this.#map?.remove();
    this.#canvas?.remove();
    this.#map = this.#canvas = null;
    delete this.dataset.ready;
  }

  #giveUp(reason: string): void {
    if (this.#leaving.signal.aborted) return;
    this.disconnectedCallback();
    this.dataset.failed = reason;
  }

  async #show(canvas: HTMLElement): Promise<void> {
    if (!document.createElement("canvas").getContext("webgl2")) return this.#giveUp("webgl");
    const { base = "", worker = "" } = this.dataset;
    setWorkerUrl(new URL(worker, document.baseURI).href);
    const [answer, shown] = await Promise.all([fetch(base), places(this)]);
    if (!answer.ok) throw new Error(`${base}: ${answer.status}`);
    const europe = await answer.json();
    if (this.#leaving.signal.aborted) return;

    const map = new MapLibre({
      container: canvas,
      style: style(europe, shown.map(({ spot }) => spot), document.documentElement.lang),
      ...this.#view(shown),
      maxBounds: EDGES,
      minZoom: 3.6,
      maxZoom: 14,
      attributionControl: false,
      cooperativeGestures: true,
      dragRotate: false,
      pitchWithRotate: false,
      fadeDuration: 0,
      locale: this.#words(),
    });
    this.#map = map;
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.addControl(new NavigationControl({ showCompass: false }));
    map.addControl(new AttributionControl({ compact: false }));
    map.on("error", ({ error }) => {
      if (!this.dataset.ready) this.#giveUp(error.message);
    });
    map.once("idle", () => (this.dataset.ready = "true"));
    this.#openPopups(map, shown);
    this.#followColours(map, canvas);
  }

  /** Where the map looks: where the page says, else where its things are, else at the three countries. */
  #view(shown: Place[]): { center?: [number, number]; zoom?: number; bounds?: [[number, number], [number, number]]; fitBoundsOptions?: object } {
    const [lon, lat, zoom] = ["lon", "lat", "zoom"].map((name) => Number(this.getAttribute(name) ?? NaN)) as [number, number, number];
    if (Number.isFinite(lon) && Number.isFinite(lat)) return { center: [lon, lat], zoom: Number.isFinite(zoom) ? zoom : 6.3 };
    if (!shown.length) return { bounds: BENELUX, fitBoundsOptions: { padding: 12 } };
    const lons = shown.map(({ at }) => at[0]);
    const lats = shown.map(({ at }) => at[1]);
    const bounds: [[number, number], [number, number]] = [[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]];
    return { bounds, fitBoundsOptions: { padding: 48, maxZoom: 9 } };
  }

  #words(): Record<string, string> {
    const { zoomIn = "+", zoomOut = "−", close = "×", help = "", helpMac = help.replace(/Ctrl|Strg/i, "⌘"), helpTouch = "", sources = "" } = this.dataset;
    return {
      "Map.Title": this.getAttribute("label") ?? "",
      "NavigationControl.ZoomIn": zoomIn,
      "NavigationControl.ZoomOut": zoomOut,
      "Popup.Close": close,
      "AttributionControl.ToggleAttribution": sources,
      "CooperativeGesturesHandler.WindowsHelpText": help,
      "CooperativeGesturesHandler.MacHelpText": helpMac,
      "CooperativeGesturesHandler.MobileHelpText": helpTouch,
    };
  }

  #openPopups(map: MapLibre, shown: Place[]): void {
    if (!shown.length) return;
    let open: Popup | null = null;
    let current = -1;

    const show = (index: number, from: HTMLElement): void => {
      const place = shown[index];
      if (!place) return;
      open?.remove();
      current = index;
      const popup = new Popup({ maxWidth: "18rem", offset: place.spot.properties.radius }).setLngLat(place.at).setDOMContent(popupBody(place));
      map.setFeatureState({ source: "spots", id: place.spot.id }, { chosen: true });
      popup.on("close", () => {
        map.setFeatureState({ source: "spots", id: place.spot.id }, { chosen: false });
        if (popup.getElement()?.contains(document.activeElement)) from.focus();
      });
      popup.addTo(map);
      popup.getElement()?.addEventListener("keydown", (event) => {
        if (event.key !== "Escape") return;
        from.focus();
        popup.remove();
      });
      if (!map.getBounds().contains(place.at)) map.easeTo({ center: place.at });
      open = popup;
    };

    map.on("click", (event) => {
      const [hit] = map.queryRenderedFeatures(event.point, { layers: CLICKABLE });
      if (hit) show(Number(hit.id) - 1, map.getCanvas());
    });
    for (const layer of CLICKABLE) {
      map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = "pointer"));
      map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
    }
    const { previous = "‹", next = "›" } = this.dataset;
    map.addControl(
      walk([previous, "‹", -1], [next, "›", 1], (step, button) => {
        const start = current < 0 && step < 0 ? 0 : current;
        show((start + step + shown.length) % shown.length, button);
      }),
      "top-left",
    );
  }

  #followColours(map: MapLibre, canvas: HTMLElement): void {
    const repaint = (): void => {
      // Buttons come as dark drawings; they are turned over where the page is dark.
      const [red = 255] = (token("--paper").match(/\d+/g) ?? []).map(Number);
      canvas.classList.toggle("dark", red < 128);
      if (!map.style) return;
      for (const { id, paint } of layers()) {
        for (const [name, value] of Object.entries(paint ?? {})) {
          map.setPaintProperty(id, name as PaintName, value);
        }
      }
    };
    const { signal } = this.#leaving;
    canvas.classList.toggle("dark", getComputedStyle(canvas).colorScheme === "dark");
    map.once("load", repaint);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint, { signal });
    const observer = new MutationObserver(repaint);
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    signal.addEventListener("abort", () => observer.disconnect());
  }
}

function popupBody(place: Place): HTMLElement {
  const body = document.createElement("div");
  body.append(place.content());
  return body;
}

type Step = readonly [label: string, sign: string, step: number];

/** Two buttons that walk from one thing to the next: the way in for a keyboard. */
function walk(back: Step, forth: Step, go: (step: number, from: HTMLElement) => void): IControl {
  const group = document.createElement("div");
  group.className = "maplibregl-ctrl maplibregl-ctrl-group map-walk";
  for (const [label, sign, step] of [back, forth]) {
    const button = document.createElement("button");
    button.type = "button";
    button.title = label;
    button.setAttribute("aria-label", label);
    const mark = document.createElement("span");
    mark.setAttribute("aria-hidden", "true");
    mark.textContent = sign;
    button.append(mark);
    button.addEventListener("click", () => go(step, button));
    group.append(button);
  }
  return { onAdd: () => group, onRemove: () => group.remove() };
}

customElements.define("benelux-map", BeneluxMap);
