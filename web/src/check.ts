// The page that checks documents: everything happens in the browser, with lists it fetched before.
import { fromCamera, fromPicture } from "./check-codes.ts";
import { IssuerList, type Issuers, type Renewal, type StatusList, renewStatuses } from "./check-lists.ts";
import { prepare } from "./check-offline.ts";
import { isWished, queue, remember, wish } from "./check-queue.ts";
import { type Claims, type Outcome, type Verdict, judge } from "./check-verdict.ts";

interface Words {
  verdicts: Record<Verdict, { tone: string; headline: string; says: string }>;
  statuses: { good: string; withdrawn: string; suspended: string; aged: string; none: string };
  signature: string;
  kind: string;
  number: string;
  from: string;
  until: string;
  ready: string;
  online: string;
  refused: string;
  nothing: string;
  noCamera: string;
  waiting: string;
}

interface Shown {
  title: string;
  fields: Record<string, { label: string; kind: string; choices: Record<string, string> }>;
}

const RENEW_MS = 300_000;
const SOON_MS = 2000;
const LATER_MS = 30_000; // a server that does not answer must not hold up each check

class DocumentCheck extends HTMLElement {
  #words!: Words;
  #registers!: Record<string, Shown>;
  #issuers!: IssuerList;
  #looking: AbortController | undefined;
  #next = 0;

  connectedCallback(): void {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => this.#start());
    else this.#start();
  }

  #start(): void {
    if (!globalThis.crypto?.subtle) return; // the server checks, as without script
    this.#words = JSON.parse(this.dataset.words ?? "") as Words;
    this.#registers = JSON.parse(this.dataset.registers ?? "") as Record<string, Shown>;
    this.#issuers = new IssuerList(this.dataset.issuers ?? "");
    for (const part of this.querySelectorAll<HTMLElement>("[data-scripted]")) part.hidden = false;
    this.#listen();
    this.#count();
    void this.#prepare();
  }

  #part<T extends HTMLElement>(name: string): T {
    return this.querySelector(`[data-${name}]`) as T;
  }

  #listen(): void {
    this.#part<HTMLFormElement>("form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#check(this.#part<HTMLTextAreaElement>("text").value);
    });
    this.#part<HTMLInputElement>("picture").addEventListener("change", (event) => {
      const [file] = (event.target as HTMLInputElement).files ?? [];
      if (file) void this.#take(fromPicture(file).catch(() => undefined), this.#words.nothing);
    });
    this.#part("scan").addEventListener("click", () => void this.#scan());
    this.#part("stop").addEventListener("click", () => this.#looking?.abort());
    const kept = this.#part<HTMLInputElement>("wish");
    kept.checked = isWished();
    kept.addEventListener("change", () => wish(kept.checked));
    this.#part("trust").addEventListener("click", () => void this.#trustAnew());
    addEventListener("online", () => {
      this.#next = 0;
      void this.#renew();
    });
    setInterval(() => void this.#renew(), RENEW_MS);
  }

  async #prepare(): Promise<void> {
    const { worker = "", files = "" } = this.dataset;
    const [, able] = await Promise.all([this.#renew(), prepare(worker, files).catch(() => false)]);
    const issuers = await this.#known();
    const words = able && issuers ? this.#words.ready : this.#words.online;
    this.#part("readiness").textContent = filled(words, { moment: issuers ? moment(issuers.at) : "" });
    this.dataset.ready = able && issuers ? "offline" : "online";
  }

  #known(): Promise<Issuers | undefined> {
    return this.#issuers.now().catch(() => undefined);
  }

  /** Fetch the lists anew, unless that was a moment ago. */
  async #renew(): Promise<Renewal> {
    if (Date.now() < this.#next) return "same";
    this.#next = Date.now() + SOON_MS;
    const how = navigator.onLine ? await this.#issuers.renew() : "unreachable";
    if (how === "unreachable") this.#next = Date.now() + LATER_MS;
    this.#part("refused").hidden = how !== "refused";
    const issuers = await this.#known();
    if (issuers && how !== "unreachable") await renewStatuses(issuers.keys);
    return how;
  }

  async #trustAnew(): Promise<void> {
    await this.#issuers.forget();
    this.#next = 0;
    await this.#renew();
  }

  async #scan(): Promise<void> {
    const box = this.#part("camera");
    this.#looking = new AbortController();
    box.hidden = false;
    this.#part("stop").focus();
    const seen = fromCamera(this.#part<HTMLVideoElement>("video"), this.#looking.signal);
    const words = await seen.then(
      () => "",
      () => this.#words.noCamera,
    );
    box.hidden = true;
    if (words || !this.#looking.signal.aborted) await this.#take(seen.catch(() => undefined), words);
    else this.#part("scan").focus();
  }

  async #take(seen: Promise<string | undefined>, otherwise: string): Promise<void> {
    const text = await seen;
    this.#part("trouble").textContent = text ? "" : otherwise;
    if (!text) return;
    this.#part<HTMLTextAreaElement>("text").value = text;
    await this.#check(text);
  }

  async #check(text: string): Promise<void> {
    await this.#renew();
    const now = new Date();
    const outcome = await judge(text, await this.#known(), now);
    this.#show(outcome);
    const { claims, issuer, register } = outcome;
    if (!claims || !issuer || !register || !this.#part<HTMLInputElement>("wish").checked) return;
    const told = { register, country: issuer.country, number: claims.num };
    remember({ ...told, at: now.toISOString(), verdict: outcome.verdict });
    this.#count();
  }

  #count(): void {
    const waiting = queue().length;
    this.#part("waiting").hidden = waiting === 0;
    this.#part("count").textContent = filled(this.#words.waiting, { n: String(waiting) });
  }

  #show({ verdict, claims, issuer, register, list }: Outcome): void {
    const copy = this.#part<HTMLTemplateElement>("template").content.cloneNode(true) as DocumentFragment;
    const part = (name: string) => copy.querySelector(`[data-part="${name}"]`) as HTMLElement;
    const { tone, headline, says } = this.#words.verdicts[verdict];
    const section = part("verdict");
    section.classList.add(tone);
    part("headline").textContent = headline;
    part("says").textContent = says;
    if (claims && issuer) {
      const who = issuer.name[document.documentElement.lang] ?? issuer.iss;
      part("signature").textContent = filled(this.#words.signature, { issuer: who, day: day(claims.iat) });
      part("status").textContent = this.#status(list, claims.idx, verdict);
      part("facts").append(...this.#facts(claims, register ?? ""));
    } else {
      for (const name of ["signature", "status", "facts", "compare"]) part(name).remove();
    }
    this.#part("result").replaceChildren(copy);
    this.dataset.verdict = verdict;
    section.focus();
  }

  #status(list: StatusList | undefined, place: number, verdict: Verdict): string {
    const { statuses } = this.#words;
    const status = list?.status(place);
    if (!list || status === undefined) return statuses.none;
    const known = [statuses.good, statuses.withdrawn, statuses.suspended][status] ?? statuses.withdrawn;
    return filled(verdict === "aged" ? statuses.aged : known, { moment: moment(list.at) });
  }

  *#facts(claims: Claims, name: string): Iterable<HTMLElement> {
    const register = this.#registers[name];
    for (const [key, value] of Object.entries(claims.fld)) {
      const field = register?.fields[key];
      const values = (Array.isArray(value) ? value : [value ?? "–"]).map(String);
      const said = values.map((one) => (field?.kind === "date" ? isoDay(one) : (field?.choices[one] ?? one)));
      yield fact(field?.label ?? key, said.join(", "));
    }
    yield fact(this.#words.kind, register?.title ?? name);
    yield fact(this.#words.number, claims.num);
    yield fact(this.#words.from, day(claims.nbf));
    if (claims.exp !== undefined) yield fact(this.#words.until, day(claims.exp - 1));
  }
}

function fact(label: string, value: string): HTMLElement {
  const row = document.createElement("div");
  const term = document.createElement("dt");
  const said = document.createElement("dd");
  [term.textContent, said.textContent] = [label, value];
  row.append(term, said);
  return row;
}

/** The locale by which this page's language writes dates, as on the server. */
function locale(): string {
  const { lang } = document.documentElement;
  return lang === "en" ? "en-GB" : lang;
}

/** Put values into a text of the server, at its `{named}` places. */
function filled(words: string, values: Record<string, string>): string {
  return words.replaceAll(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place);
}

function moment(at: Date): string {
  return at.toLocaleString(locale(), { dateStyle: "long", timeStyle: "medium" });
}

/** A day in the legal time of the three countries. */
function day(seconds: number): string {
  const how = { dateStyle: "long", timeZone: "Europe/Brussels" } as const;
  return new Date(seconds * 1000).toLocaleDateString(locale(), how);
}

function isoDay(text: string): string {
  const at = new Date(`${text}T00:00:00Z`);
  const how = { dateStyle: "long", timeZone: "UTC" } as const;
  return Number.isNaN(at.getTime()) ? text : at.toLocaleDateString(locale(), how);
}

customElements.define("document-check", DocumentCheck);
