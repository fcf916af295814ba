// The list of issuers and the status lists: fetched, checked, and kept with the moment of fetching.
import { type Bytes, type Key, Refused, bytes, header, opened } from "./check-signed.ts";

export const CACHE = "benelux-check";
const FETCHED = "x-fetched";
const PATIENCE_MS = 4000;

interface Trust {
  iat: number;
  exp: number;
  keys: Key[];
}

interface StatusClaims {
  iss: string;
  reg: string;
  iat: number;
  exp: number;
  status_list: { bits: number; lst: string };
}

/** The issuers, when this device fetched them, and until when they may be relied on. */
export interface Issuers {
  keys: Key[];
  at: Date;
  made: Date;
  until: Date;
}

/** One keeper's list, as of the moment at which the keeper signed it. */
export interface StatusList {
  at: Date;
  until: Date;
  status(place: number): number | undefined;
}

interface Kept {
  text: string;
  at: Date;
}

async function kept(address: string): Promise<Kept | undefined> {
  const found = globalThis.caches && (await (await caches.open(CACHE)).match(address));
  return found && { text: await found.text(), at: new Date(found.headers.get(FETCHED) ?? 0) };
}

async function keep(address: string, text: string): Promise<void> {
  if (!globalThis.caches) return;
  const headers = { "content-type": "application/jwt", [FETCHED]: new Date().toISOString() };
  await (await caches.open(CACHE)).put(address, new Response(text, { headers }));
}

async function fetched(address: string): Promise<string> {
  const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return (await answer.text()).trim();
}

async function read(text: string, keys: readonly Key[]): Promise<Trust> {
  const [trust] = await opened<Trust>(text, keys, (kind) => kind === "issuers+jwt");
  return trust;
}

/** A list read before it is trusted: the keys that it brings along, for the first visit only. */
function carried(text: string): Key[] {
  const trust = JSON.parse(new TextDecoder().decode(bytes(text.split(".")[1] ?? ""))) as Trust;
  return trust.keys;
}

export type Renewal = "new" | "same" | "unreachable" | "refused";

/** The issuers by address; each next list has to be signed by a key of the one before. */
export class IssuerList {
  constructor(private readonly address: string) {}

  async now(): Promise<Issuers | undefined> {
    const found = this.address ? await kept(this.address) : undefined;
    if (!found) return undefined;
    const { keys, iat, exp } = await read(found.text, carried(found.text));
    return { keys, at: found.at, made: new Date(iat * 1000), until: new Date(exp * 1000) };
  }

  /** Fetch the newest; "refused" when no key that this device trusts signed it. */
  async renew(): Promise<Renewal> {
    let text: string;
    if (!this.address) return "same"; // no register has documents here
    try {
      text = await fetched(this.address);
    } catch {
      return "unreachable";
    }
    if (!text) return "same"; // nobody issues documents here
    try {
      const before = await kept(this.address);
      const known = before && (await read(before.text, carried(before.text)));
      const trusted = known ? known.keys.filter((key) => !key.revoked) : carried(text);
      const next = await read(text, trusted);
      if (known && next.iat < known.iat) return "same"; // an older one sent again
      const signer = header(text).key;
      if (next.keys.some((key) => key.kid === signer && key.revoked)) return "refused";
      await keep(this.address, text);
      return "new";
    } catch {
      return "refused";
    }
  }

  /** Trust whatever comes next, as on the first visit. */
  async forget(): Promise<void> {
    await (await caches.open(CACHE)).delete(this.address);
  }
}

function address(register: string, country: string): string {
  return `/api/registers/${encodeURIComponent(register)}/statuslist?country=${encodeURIComponent(country)}`;
}

/** Every register with its country for which these keys sign. */
function pairs(keys: readonly Key[]): [string, string][] {
  const all = keys.flatMap((key) => Object.values(key.registers).map((register): [string, string] => [register, key.country]));
  return [...new Map(all.map((pair) => [pair.join(" "), pair])).values()];
}

async function unpacked(packed: string): Promise<Bytes> {
  const stream = new Blob([bytes(packed)]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function statuses(text: string, keys: readonly Key[]): Promise<[StatusClaims, Key]> {
  const [claims, key] = await opened<StatusClaims>(text, keys, (kind) => kind === "statuslist+jwt");
  if (key.revoked || claims.iss !== key.iss || !Object.values(key.registers).includes(claims.reg)) throw new Refused("forged");
  return [claims, key];
}

/** Fetch the status lists of all these issuers; those that cannot be fetched stay as they were. */
export async function renewStatuses(keys: readonly Key[]): Promise<void> {
  await Promise.allSettled(
    pairs(keys).map(async ([register, country]) => {
      const place = address(register, country);
      const text = await fetched(place);
      const [claims, key] = await statuses(text, keys);
      if (claims.reg !== register || key.country !== country) throw new Refused("forged");
      const before = await kept(place);
      const old = before && (await statuses(before.text, keys).catch(() => undefined));
      if (!old || old[0].iat <= claims.iat) await keep(place, text);
    }),
  );
}

/** The kept list of this register by the issuer who has this key. */
export async function statusList(key: Key, register: string, keys: readonly Key[]): Promise<StatusList | undefined> {
  const found = await kept(address(register, key.country));
  if (!found) return undefined;
  let claims: StatusClaims;
  try {
    [claims] = await statuses(found.text, keys);
  } catch {
    return undefined; // its key is not trusted any more
  }
  if (claims.iss !== key.iss || claims.reg !== register) return undefined;
  const { bits, lst } = claims.status_list;
  const raw = await unpacked(lst);
  const each = 8 / bits;
  return {
    at: new Date(claims.iat * 1000),
    until: new Date(claims.exp * 1000),
    status: (place) => {
      const byte = raw[Math.floor(place / each)];
      return byte === undefined ? undefined : (byte >> ((place % each) * bits)) & (2 ** bits - 1);
    },
  };
}
