/**
 * What outlives a reload of the page, and ids that mean the same before and after it.
 */

/** JSON in localStorage. Where the browser forbids that, nothing outlives the page. */
export class Memory {
  constructor(prefix) {
    this.prefix = prefix;
  }

  get(key) {
    try {
      return JSON.parse(localStorage.getItem(this.prefix + key));
    } catch {
      return null;
    }
  }

  set(key, value) {
    try {
      localStorage.setItem(this.prefix + key, JSON.stringify(value));
    } catch {
      // Full or forbidden.
    }
  }

  remove(key) {
    try {
      localStorage.removeItem(this.prefix + key);
    } catch {
      // Forbidden.
    }
  }

  /** Every stored value whose key starts so. */
  all(start) {
    try {
      return Object.keys(localStorage)
        .filter((key) => key.startsWith(this.prefix + start))
        .map((key) => this.get(key.slice(this.prefix.length)))
        .filter(Boolean);
    } catch {
      return [];
    }
  }
}

/** A random id; crypto.randomUUID does not exist on a page that came over plain http. */
export function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
