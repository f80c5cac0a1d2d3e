/**
 * The search for an article that is not suggested. It stands below what is known of a conversation.
 */

import { call } from "../staff/api.js";

const WAIT_MS = 250;
const find = (id) => document.getElementById(id);

export class Finder {
  #current;
  #drawn;
  #failed;
  #timer = 0;
  #asked = "";

  /** `current()` returns what is known of the chosen conversation, and `drawn(article)` its box. */
  constructor(text, { current, drawn, failed }) {
    this.text = text;
    this.#current = current;
    this.#drawn = drawn;
    this.#failed = failed;
    find("find-words").addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#look(), WAIT_MS);
    });
    find("find").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#look();
    });
  }

  /** Another conversation was chosen. */
  clear() {
    find("find-words").value = "";
    this.#show([], "");
  }

  async #look() {
    clearTimeout(this.#timer);
    const words = find("find-words").value.trim();
    const about = this.#current();
    this.#asked = words;
    if (!words || !about) return this.#show([], "");
    const query = new URLSearchParams({ words, channel_id: about.channel_id, language: about.language ?? "" });
    try {
      const { articles } = await call("GET", `articles?${query}`);
      if (words === this.#asked) this.#show(articles, articles.length ? "find_count" : "find_nothing");
    } catch (error) {
      this.#failed(error);
    }
  }

  #show(articles, said) {
    find("find-found").replaceChildren(...articles.map((each) => this.#drawn(each)));
    find("find-said").textContent = said ? this.text(said, { count: articles.length }) : "";
  }
}
