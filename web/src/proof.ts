// Checks the proof that an entry is in a ledger, from the proof alone. The page shows the same steps without script.

interface Proof {
  number: number;
  size: number;
  entry: string;
  path: string[];
  head: string;
  keys: string[];
}

type Signed = "yes" | "no" | "unable";
type Bytes = Uint8Array<ArrayBuffer>;

const ED25519 = 1;

function bytes(base64: string): Bytes {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

function hex(raw: Bytes): string {
  return Array.from(raw, (one) => one.toString(16).padStart(2, "0")).join("");
}

function joined(...parts: Bytes[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

async function sha256(...parts: Bytes[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
}

/** The hashes on the way up by RFC 9162, the entry's own first; none when the path does not fit the tree. */
async function climb(proof: Proof): Promise<Bytes[] | undefined> {
  let here = proof.number;
  let last = proof.size - 1;
  if (here < 0 || here > last) return undefined;
  let found = await sha256(Uint8Array.of(0), new TextEncoder().encode(proof.entry));
  const way = [found];
  for (const text of proof.path) {
    if (last === 0) return undefined;
    const other = bytes(text);
    if (here % 2 === 1 || here === last) {
      found = await sha256(Uint8Array.of(1), other, found);
      while (here % 2 === 0) {
        here = Math.floor(here / 2);
        last = Math.floor(last / 2);
      }
    } else {
      found = await sha256(Uint8Array.of(1), found, other);
    }
    here = Math.floor(here / 2);
    last = Math.floor(last / 2);
    way.push(found);
  }
  return last === 0 ? way : undefined;
}

/** Whether one of the keys signed the text of the head. */
async function signed(proof: Proof): Promise<Signed> {
  const cut = proof.head.indexOf("\n\n");
  const text = new TextEncoder().encode(proof.head.slice(0, cut + 1));
  const lines = proof.head.slice(cut + 2).split("\n").filter((line) => line.startsWith("— "));
  for (const key of proof.keys) {
    const [name, id, ...rest] = key.split("+");
    const raw = bytes(rest.join("+"));
    if (raw[0] !== ED25519) continue;
    let open: CryptoKey;
    try {
      open = await crypto.subtle.importKey("raw", raw.slice(1), { name: "Ed25519" }, false, ["verify"]);
    } catch {
      return "unable"; // a browser without Ed25519
    }
    for (const line of lines) {
      const [who, packed = ""] = line.slice(2).split(" ");
      const signature = bytes(packed);
      if (who !== name || hex(signature.slice(0, 4)) !== id) continue;
      if (await crypto.subtle.verify({ name: "Ed25519" }, open, signature.slice(4), text)) return "yes";
    }
  }
  return "no";
}

class LedgerProof extends HTMLElement {
  connectedCallback(): void {
    // The element's content is not there yet when the script was quicker than the page.
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => void this.check());
    else void this.check();
  }

  async check(): Promise<void> {
    if (!globalThis.crypto?.subtle) return this.say("info", this.dataset.unable);
    try {
      await this.compare(JSON.parse(this.dataset.proof ?? "") as Proof);
    } catch {
      this.say("bad", this.dataset.bad);
    }
  }

  private async compare(proof: Proof): Promise<void> {
    const [, size, root = ""] = proof.head.split("\n");
    const way = await climb(proof);
    const fits = way !== undefined && Number(size) === proof.size;
    let whole = fits && this.mark("leaf", true);
    for (const [place, row] of [...this.querySelectorAll<HTMLElement>("[data-step]")].entries()) {
      const step = way?.[place + 1];
      whole = this.mark(String(place), step !== undefined && hex(step) === row.dataset.step) && whole;
    }
    const top = way?.at(-1);
    whole = this.mark("root", top !== undefined && hex(top) === hex(bytes(root))) && whole;
    const by = await signed(proof);
    if (by !== "unable") whole = this.mark("signature", by === "yes") && whole;
    if (!whole) this.say("bad", this.dataset.bad);
    else if (by === "unable") this.say("open", this.dataset.unsigned);
    else this.say("good", this.dataset.good);
  }

  private mark(name: string, holds: boolean): boolean {
    const place = this.querySelector(`[data-mark="${name}"]`);
    if (place) {
      place.textContent = holds ? `✓ ${this.dataset.right}` : `✗ ${this.dataset.wrong}`;
    }
    return holds;
  }

  private say(tone: string, words: string | undefined): void {
    const place = this.querySelector("[data-verdict]");
    if (!place) return;
    place.className = `notice ${tone}`;
    place.textContent = words ?? "";
    this.dataset.ready = tone;
  }
}

customElements.define("ledger-proof", LedgerProof);
