/**
 * This module speaks with the widget in whose frame the page is.
 *
 * A site that may show the page is named in the page's policy, so any parent may speak. The widget
 * also keeps the page's memory where the browser gives a frame none.
 */

import { look } from "./look.js";
import { Memory } from "./memory.js";

const PATIENCE_MS = 3_000;

/** Return the widget around this page, or null. */
export async function widgetAround() {
  const asked = new URLSearchParams(location.search).has("widget");
  if (!asked || parent === window) return null;
  const hello = await new Promise((resolve) => {
    addEventListener("message", (event) => {
      if (event.source === parent && event.data?.surgeline === "hello") resolve(event);
    });
    parent.postMessage({ surgeline: "here" }, "*"); // to whoever shows us, and it says nothing
    setTimeout(resolve, PATIENCE_MS);
  });
  if (!hello) return null;
  await askOnPage(hello.data.page);
  return new Widget(hello.ports[0], hello.data);
}

/** Offer what customers ask on the page around us, if the server knows. */
async function askOnPage(page) {
  const path = `../v1/web/${location.pathname.split("/").at(-1)}/look?page=${encodeURIComponent(page)}`;
  const asked = fetch(path, { signal: AbortSignal.timeout(PATIENCE_MS) });
  const { starters } = await asked.then((answer) => answer.json()).catch(() => ({}));
  if (starters) look.starters = starters;
}

class Widget {
  #port;
  #seen = 0;
  #told = -1;
  #hasBegun = false;
  #isShown = false;

  /** The values for the page's memory, or undefined where the browser keeps them. */
  storage;
  /** The addresses of the page around the chat and of the one before it, as the widget says them. */
  page;
  referrer;
  /** The customer whom the page around proves, and its attributes, until a chat follows. */
  #user;
  #attributes;

  constructor(port, { kept, page, referrer, user, attributes }) {
    this.#port = port;
    Object.assign(this, { page, referrer });
    this.#user = user;
    this.#attributes = attributes;
    if (!canKeep()) this.storage = new Kept(kept, (value) => this.#say("keep", { value }));
  }

  /** Follow a chat: tell how much is unread, and close and focus as the widget's people do. */
  follow(chat, { focus, reword, looked }) {
    this.#listen();
    const memory = new Memory(`surgeline.${chat.channel}.`, this.storage);
    this.#seen = memory.get("seen") ?? 0;
    const tell = () => {
      if (!chat.loaded) return;
      const news = chat.items().filter((item) => item.seq && item.speaker !== "customer");
      const last = Math.max(0, ...news.map((item) => item.seq));
      if (last < this.#seen) this.#seen = 0; // the thread is another one
      if (this.#isShown) looked();
      if (this.#isShown && !document.hidden && last > this.#seen) {
        this.#seen = last;
        memory.set("seen", last);
      }
      const count = news.filter((item) => item.seq > this.#seen).length;
      const hasBegun = chat.isKnown && chat.items().length > 0; // a known customer alone is no chat
      if (hasBegun && !this.#hasBegun) this.#say("begun");
      this.#hasBegun = hasBegun;
      if (count !== this.#told) this.#say("unread", { count });
      this.#told = count;
    };
    chat.attributes = this.#attributes;
    chat.addEventListener("refused", () => this.#say("refused"));
    if (this.#user !== undefined) chat.identify(this.#user); // null is a sign-out
    this.#port.onmessage = ({ data }) => {
      if (data.type === "user") chat.identify(data.user);
      if (data.type === "attributes") chat.attributes = data.attributes;
      if (data.type === "page") this.#turn(data.page, chat, reword);
      if (data.type !== "shown") return;
      this.#isShown = data.shown;
      if (data.shown && data.focus) focus();
      tell();
    };
    chat.addEventListener("change", tell);
    document.addEventListener("visibilitychange", tell);
    this.#say("ready");
    tell();
  }

  /** The page around became another one without a load. Offer what is asked there. */
  async #turn(page, chat, reword) {
    if (page === this.page) return;
    this.page = page;
    if (chat.items().length) return;
    await askOnPage(page);
    if (page === this.page && !chat.items().length) reword();
  }

  /** Let the button and the Escape key close the widget. */
  #listen() {
    const find = (id) => document.getElementById(id);
    find("close").hidden = false;
    find("close").addEventListener("click", () => this.#say("close"));
    addEventListener("keydown", (event) => {
      const isOurs = event.isComposing || find("ending").open || event.target === find("language");
      if (event.key === "Escape" && !isOurs) this.#say("close");
    });
  }

  #say(type, more = {}) {
    this.#port.postMessage({ type, ...more });
  }
}

/** Values that the widget keeps for us, in the form of a Storage. */
class Kept {
  constructor(kept, keep) {
    try {
      Object.assign(this, JSON.parse(kept));
    } catch {
      // Nothing that can be read was kept.
    }
    Object.defineProperty(this, "keep", { value: () => keep(JSON.stringify(this)) });
  }

  getItem(key) {
    return this[key] ?? null;
  }

  setItem(key, value) {
    this[key] = value;
    this.keep();
  }

  removeItem(key) {
    delete this[key];
    this.keep();
  }
}

function canKeep() {
  try {
    localStorage.setItem("surgeline.probe", "");
    localStorage.removeItem("surgeline.probe");
    return true;
  } catch {
    return false;
  }
}
