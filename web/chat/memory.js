/**
 * This module keeps values over a reload of the page, and makes ids that stay the same.
 */

/**
 * JSON in a storage, by default localStorage. Where the browser forbids that, nothing outlives the
 * page.
 */
export class Memory {
  #given;

  constructor(prefix, storage) {
    this.prefix = prefix;
    this.#given = storage;
  }

  get #storage() {
    return this.#given ?? localStorage;
  }

  get(key) {
    try {
      return JSON.parse(this.#storage.getItem(this.prefix + key));
    } catch {
      return null;
    }
  }

  set(key, value) {
    try {
      this.#storage.setItem(this.prefix + key, JSON.stringify(value));
    } catch {
      // The storage is full or forbidden.
    }
  }

  remove(key) {
    try {
      this.#storage.removeItem(this.prefix + key);
    } catch {
      // The storage is forbidden.
    }
  }

  /** Return every stored value whose key starts with the prefix. */
  all(start) {
    try {
      return Object.keys(this.#storage)
        .filter((key) => key.startsWith(this.prefix + start))
        .map((key) => this.get(key.slice(this.prefix.length)))
        .filter(Boolean);
    } catch {
      return [];
    }
  }
}

/** Return a random id. crypto.randomUUID does not exist on a page that came over plain http. */
export function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
