// Checks that an officer made without a network, kept on this device until they are put on record.

export interface Made {
  id: string;
  register: string;
  country: string;
  number: string;
  at: string;
  verdict: string;
}

const QUEUE = "benelux-checks";
const WISH = "benelux-checks-kept";
const MOST = 500;

export function queue(): Made[] {
  try {
    return JSON.parse(localStorage.getItem(QUEUE) ?? "[]") as Made[];
  } catch {
    return []; // storage is switched off, or was spoilt
  }
}

function store(all: Made[]): void {
  try {
    localStorage.setItem(QUEUE, JSON.stringify(all.slice(-MOST)));
  } catch {
    // nothing is kept where nothing may be
  }
}

export function remember(one: Omit<Made, "id">): void {
  store([...queue(), { id: crypto.randomUUID(), ...one }]);
}

/** Drop those that are on record now. */
export function settle(ids: readonly string[]): void {
  store(queue().filter(({ id }) => !ids.includes(id)));
}

export function isWished(): boolean {
  try {
    return localStorage.getItem(WISH) === "yes";
  } catch {
    return false;
  }
}

export function wish(yes: boolean): void {
  try {
    if (yes) localStorage.setItem(WISH, "yes");
    else localStorage.removeItem(WISH);
  } catch {
    // as above
  }
}
