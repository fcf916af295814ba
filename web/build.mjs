/**
 * Build the browser assets: `node build.mjs` writes ../src/benelux/core/web/static/.
 *
 * Every file carries a hash of its content in its name, so that a browser may keep it for ever;
 * `manifest.json` says which name a page has to ask for (`{"shell.js": "shell-AB12CD34.js", …}`).
 */

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { basemap } from "./basemap.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "../src/benelux/core/web/static");
const maplibre = join(here, "node_modules/maplibre-gl/src");

const shared = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  metafile: true,
  outdir: out,
  entryNames: "[name]-[hash]",
  chunkNames: "chunk-[hash]",
  assetNames: "[name]-[hash]",
  legalComments: "none", // whole licences stand in licences.txt
  logLevel: "warning",
  // MapLibre's sources declare fields that their parent's constructor has filled; they must not be emptied again.
  tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
};

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const results = await Promise.all([
  build({
    ...shared,
    entryPoints: {
      shell: "src/shell.ts",
      chart: "src/chart.ts",
      map: "src/map.ts",
      proof: "src/proof.ts",
      check: "src/check.ts",
      "check-made": "src/check-made.ts",
      // Built from MapLibre's sources, page and worker share one chunk: a quarter less to send than its two ready files.
      "map-worker": join(maplibre, "source/worker.ts"),
    },
    alias: { "maplibre-gl": join(maplibre, "index.ts") },
    splitting: true,
    format: "esm",
    target: "es2022",
  }),
  // A classic script: it has to run before the first paint, which a module never does.
  // So is the worker: Firefox knows no module there yet.
  build({ ...shared, entryPoints: ["src/theme.ts", "src/check-worker.ts"], format: "iife", target: "es2022" }),
  build({
    ...shared,
    entryPoints: { benelux: "src/benelux.css", map: "src/map.css" },
    loader: { ".woff2": "file" },
    target: ["chrome123", "edge123", "firefox120", "safari17.5"], // the first with light-dark()
  }),
]);

const manifest = {};
for (const { metafile } of results) {
  for (const [path, { entryPoint, inputs }] of Object.entries(metafile.outputs)) {
    const file = basename(path);
    if (file.startsWith("chunk-")) continue; // found by the files that import it
    if (entryPoint) manifest[file.replace(/-[A-Z0-9]{8}(?=\.\w+$)/, "")] = file;
    else if (extname(file) === ".woff2") manifest[fontName(Object.keys(inputs)[0])] = file;
  }
}

/** `…/source-sans-3-latin-wght-normal.woff2` → `source-sans-3-latin.woff2` */
function fontName(path) {
  return basename(path).replace("-wght-normal", "");
}

/** Write a file that esbuild does not make, named in the same manner. */
function put(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 8).toUpperCase();
  const file = `${basename(name, extname(name))}-${hash}${extname(name)}`;
  writeFileSync(join(out, file), content);
  manifest[name] = file;
}

/** All that the page of checks loads, also later, so that it can be kept for use without a network. */
function checkFiles() {
  const outputs = Object.assign({}, ...results.map(({ metafile }) => metafile.outputs));
  const byFile = Object.fromEntries(Object.entries(outputs).map(([path, output]) => [basename(path), output]));
  const found = new Set();
  const walk = (file) => {
    if (found.has(file) || !byFile[file]) return;
    found.add(file);
    for (const { path } of byFile[file].imports) walk(basename(path));
  };
  for (const name of ["check.js", "shell.js", "theme.js", "benelux.css"]) walk(manifest[name]);
  return JSON.stringify([...found, manifest["icon.svg"]]);
}

/** The licences of all packages of which something is in the bundles. */
function licences() {
  const paths = results.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  const packages = new Set(["node_modules/world-atlas", "node_modules/source-sans"]); // read here, not by esbuild
  for (const path of paths) {
    const found = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path);
    // A package may carry another in its own bundle: then its own licence speaks.
    if (found) packages.add(existsSync(join(here, found[0], "package.json")) ? found[0] : found[0].replace(/\/dist\/node_modules.*/, ""));
  }
  return [...packages].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(here, folder, "package.json"), "utf8"));
    const texts = readdirSync(join(here, folder)).filter((file) => /^licen[cs]e/i.test(file));
    return [`${name} ${version} (${license})`, ...texts.map((file) => readFileSync(join(here, folder, file), "utf8"))].join("\n\n");
  }).join("\n\n----\n\n");
}

put("licences.txt", licences());
put("europe.json", basemap());
put("icon.svg", readFileSync(join(here, "src/icon.svg")));
put("check-files.json", checkFiles());
// For printed documents: PDF wants whole fonts, with Greek and Cyrillic.
for (const weight of ["Regular", "Semibold"]) {
  put(`source-sans-3-${weight.toLowerCase()}.ttf`, readFileSync(join(here, `node_modules/source-sans/TTF/SourceSans3-${weight}.ttf`)));
}

const ordered = Object.fromEntries(Object.entries(manifest).sort(([a], [b]) => a.localeCompare(b)));
writeFileSync(join(out, "manifest.json"), `${JSON.stringify(ordered, null, 1)}\n`);

if (process.argv.includes("--sizes")) {
  const files = new Set([...Object.values(ordered), ...results.flatMap(({ metafile }) => Object.keys(metafile.outputs).map((path) => basename(path)))]);
  for (const file of [...files].sort()) {
    const content = readFileSync(join(out, file));
    console.log(file.padEnd(44), String(content.length).padStart(9), String(gzipSync(content, { level: 9 }).length).padStart(8));
  }
}
