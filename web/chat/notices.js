/**
 * Notices stand above the chat: what is wrong now, told before anybody asks.
 */

const AGAIN_MS = 60_000;

/** Show the channel's notices in the chosen language, and look again while the page is seen. */
export class Notices {
  #base;
  #shown;
  #notices = [];
  #language = "en";
  #timer = 0;

  constructor(channel, shown) {
    this.#base = new URL(`../v1/web/${encodeURIComponent(channel)}/notices`, import.meta.url);
    this.#shown = shown;
    document.addEventListener("visibilitychange", () => document.hidden || this.look());
  }

  speak(language) {
    this.#language = language;
    this.#draw();
  }

  async look() {
    clearTimeout(this.#timer);
    try {
      const answer = await fetch(this.#base);
      if (answer.ok) this.#notices = (await answer.json()).notices;
    } catch {
      // The notices that are shown stay until the next look.
    }
    this.#draw();
    if (!document.hidden) this.#timer = setTimeout(() => this.look(), AGAIN_MS);
  }

  #draw() {
    const now = Date.now();
    const standing = this.#notices.filter((each) => Date.parse(each.ends_at) > now);
    const texts = standing.map((each) => each.texts[this.#language] ?? each.texts.en ?? Object.values(each.texts)[0] ?? "");
    this.#shown(texts.filter(Boolean));
  }
}
