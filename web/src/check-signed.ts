// Signed texts: compact JWS by Ed25519 alone, with one spelling of everything.

export type Bytes = Uint8Array<ArrayBuffer>;

/** A key of an issuer, as the list of issuers gives it; times are seconds since 1970. */
export interface Key {
  kid: string;
  x: string;
  iss: string;
  country: string;
  name: Record<string, string>;
  /** The registers by the kinds of their documents. */
  registers: Record<string, string>;
  nbf: number;
  exp: number;
  revoked?: boolean;
}

export type Fault = "unreadable" | "unknown" | "forged";

/** Why a signed text does not count. */
export class Refused extends Error {
  constructor(readonly fault: Fault) {
    super(fault);
  }
}

const ALGORITHM = "Ed25519";
const MEMBERS = "alg kid typ";

/** Raises `Refused` for what is not base64url in its one spelling. */
export function bytes(text: string): Bytes {
  try {
    const letters = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const plain = btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    if (plain === text) return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  } catch {
    // refused below
  }
  throw new Refused("unreadable");
}

function json(raw: Bytes): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(raw));
  } catch {
    throw new Refused("unreadable");
  }
}

/** Whether this key signed that; browsers without Ed25519 fetch the pure script for it. */
async function holds(key: Bytes, signature: Bytes, covered: Bytes): Promise<boolean> {
  if (key.length !== 32 || signature.length !== 64) return false;
  try {
    const open = await crypto.subtle.importKey("raw", key, { name: ALGORITHM }, false, ["verify"]);
    return await crypto.subtle.verify({ name: ALGORITHM }, open, signature, covered);
  } catch {
    const { verified } = await import("./check-ed25519.ts");
    return verified(key, signature, covered);
  }
}

interface Header {
  kind: string;
  key: string;
}

/** The kind of a signed text and the key that it names, before anything of it counts. */
export function header(text: string): Header {
  const parts = text.split(".");
  if (parts.length !== 3) throw new Refused("unreadable");
  const found = json(bytes(parts[0] ?? "")) as Record<string, unknown> | null;
  const members = Object.keys(found ?? {}).sort().join(" ");
  if (members !== MEMBERS || found?.alg !== ALGORITHM) throw new Refused("unreadable");
  return { kind: String(found.typ), key: String(found.kid) };
}

/** What a text says, if the key that it names is among these, may sign its kind, and did. */
export async function opened<T>(text: string, keys: readonly Key[], isOurs: (kind: string, key: Key) => boolean): Promise<[T, Key]> {
  const { kind, key: named } = header(text);
  const [head = "", body = "", tail = ""] = text.split(".");
  const [content, signature] = [bytes(body), bytes(tail)];
  const key = keys.find(({ kid }) => kid === named);
  if (!key) throw new Refused("unknown");
  if (!isOurs(kind, key)) throw new Refused("unreadable");
  const covered = new TextEncoder().encode(`${head}.${body}`) as Bytes;
  if (!(await holds(bytes(key.x), signature, covered))) throw new Refused("forged");
  return [json(content) as T, key];
}
