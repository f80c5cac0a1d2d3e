/**
 * Values that outlive a reload of the page, and ids that stay the same over all tries.
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
      // The storage is full or forbidden.
    }
  }

  remove(key) {
    try {
      localStorage.removeItem(this.prefix + key);
    } catch {
      // The storage is forbidden.
    }
  }
}

/** Return an id of 128 random bits. */
export function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
