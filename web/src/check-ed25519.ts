// Ed25519 in plain script, for browsers whose WebCrypto does not have it.
import { hashes, verify } from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";
import type { Bytes } from "./check-signed.ts";

hashes.sha512 = sha512;

/** Strict, as RFC 8032 has it and as WebCrypto does it. */
export function verified(key: Bytes, signature: Bytes, covered: Bytes): boolean {
  return verify(signature, covered, key, { zip215: false });
}
