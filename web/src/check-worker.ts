// Answers for the page of checks when there is no network; nothing else goes through it.

interface WorkerEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchEvent extends WorkerEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Scope {
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(name: string, listener: (event: FetchEvent) => void): void;
}

const scope = globalThis as unknown as Scope;
const CACHE = "benelux-check";
const PATIENCE_MS = 3000;

/** The page as it is now, or as it was last. */
async function page(request: Request): Promise<Response> {
  const kept = () => caches.open(CACHE).then((cache) => cache.match(scope.registration.scope));
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    return answer.status < 500 ? answer : ((await kept()) ?? answer);
  } catch (error) {
    const found = await kept();
    if (found) return found;
    throw error;
  }
}

/** A built file never changes under its name. */
async function asset(request: Request): Promise<Response> {
  return (await (await caches.open(CACHE)).match(request, { ignoreVary: true })) ?? fetch(request);
}

scope.addEventListener("install", (event) => event.waitUntil(scope.skipWaiting()));
scope.addEventListener("activate", (event) => event.waitUntil(scope.clients.claim()));
scope.addEventListener("fetch", (event) => {
  const { request } = event;
  const asked = new URL(request.url);
  const home = new URL(scope.registration.scope);
  if (request.method !== "GET" || asked.origin !== home.origin) return;
  if (asked.pathname.startsWith("/static/")) event.respondWith(asset(request));
  else if (request.mode === "navigate" && asked.pathname === home.pathname) event.respondWith(page(request));
});
