// Makes the page of checks work without a network: a worker that answers for it, and what it answers with.
import { CACHE } from "./check-lists.ts";

const PAGE = /^\/[a-z]{2}\/registers\/check$/;

/** Keep this page and all that it loads; false where it cannot be used without a network. */
export async function prepare(worker: string, files: string): Promise<boolean> {
  if (!("serviceWorker" in navigator) || !globalThis.caches) return false;
  const cache = await caches.open(CACHE);
  const isKept = async () => (await cache.match(location.pathname)) !== undefined;
  if (!navigator.onLine) return isKept();
  try {
    await navigator.serviceWorker.register(worker, { scope: location.pathname });
    await navigator.serviceWorker.ready;
    await keepAll(cache, worker, files);
    return true;
  } catch {
    return isKept(); // a network without the portal
  }
}

async function keepAll(cache: Cache, worker: string, files: string): Promise<void> {
  const wanted = (await (await fetch(files)).json()) as string[];
  const addresses = new Set([files, worker, ...wanted.map((name) => `/static/${name}`)]);
  const old = (await cache.keys()).map((request) => new URL(request.url).pathname);
  const pages = new Set([location.pathname, ...old.filter((path) => PAGE.test(path))]);
  await Promise.all([...addresses].filter((path) => !old.includes(path)).map((path) => cache.add(path)));
  await Promise.all([...pages].map((path) => keepPage(cache, path)));
  const left = old.filter((path) => path.startsWith("/static/") && !addresses.has(path));
  await Promise.all(left.map((path) => cache.delete(path)));
}

/** Kept as somebody sees it who is not signed in, since whoever has the device can read it. */
async function keepPage(cache: Cache, path: string): Promise<void> {
  const answer = await fetch(path, { credentials: "omit", cache: "no-store" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  await cache.put(path, answer);
}
