// What a document is worth: whether it is genuine, and apart from that, what its record is today.
import { type Issuers, type StatusList, statusList } from "./check-lists.ts";
import { type Key, Refused, header, opened } from "./check-signed.ts";

export interface Claims {
  iss: string;
  num: string;
  fld: Record<string, string | number | string[] | null>;
  iat: number;
  nbf: number;
  exp?: number;
  idx: number;
}

export type Verdict =
  | "genuine"
  | "aged"
  | "unlisted"
  | "withdrawn"
  | "suspended"
  | "expired"
  | "early"
  | "worthless"
  | "forged"
  | "unknown"
  | "unreadable";

export interface Outcome {
  verdict: Verdict;
  claims?: Claims;
  issuer?: Key;
  register?: string;
  list?: StatusList;
}

const SUFFIX = "+jwt";
const VALID = 0;
const SUSPENDED = 2;

export async function judge(text: string, issuers: Issuers | undefined, now: Date): Promise<Outcome> {
  const keys = issuers?.keys ?? [];
  const document = text.trim();
  let claims: Claims;
  let issuer: Key;
  try {
    [claims, issuer] = await opened<Claims>(document, keys, (kind, key) => registerOf(kind, key) !== undefined);
  } catch (error) {
    return { verdict: error instanceof Refused ? error.fault : "unreadable" };
  }
  const held = claims.iat >= issuer.nbf && claims.iat <= issuer.exp;
  if (issuer.revoked || claims.iss !== issuer.iss || !held) return { verdict: "worthless" };
  const register = registerOf(header(document).kind, issuer) ?? "";
  const found = { claims, issuer, register, list: await statusList(issuer, register, keys) };
  // A clock that is behind what this device was told must not let an ended document hold.
  const told = [now, found.list?.at, issuers?.made].map((at) => at?.getTime() ?? 0);
  const seconds = Math.max(...told) / 1000;
  if (seconds < claims.nbf) return { verdict: "early", ...found };
  if (claims.exp !== undefined && seconds >= claims.exp) return { verdict: "expired", ...found };
  const verdict = standing(found.list, claims.idx, seconds);
  const old = issuers !== undefined && seconds * 1000 > issuers.until.getTime();
  return { verdict: old && verdict === "genuine" ? "aged" : verdict, ...found };
}

function registerOf(kind: string, key: Key): string | undefined {
  const plain = kind.slice(0, -SUFFIX.length);
  return kind.endsWith(SUFFIX) && Object.hasOwn(key.registers, plain) ? key.registers[plain] : undefined;
}

function standing(list: StatusList | undefined, place: number, seconds: number): Verdict {
  const status = list?.status(place);
  if (!list || status === undefined) return "unlisted";
  if (status === SUSPENDED) return "suspended";
  if (status !== VALID) return "withdrawn";
  return seconds * 1000 > list.until.getTime() ? "aged" : "genuine";
}
