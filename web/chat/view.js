/**
 * The view shows the page. Texts from outside become text nodes, never markup.
 */

import { showFiles } from "./files.js";
import { formatted } from "./format.js";

const LINK = /\b(?:https?:\/\/|mailto:)[^\s<>"'`()[\]{}\p{Cc}\p{Cf}]+/giu;
const SENTENCE_END = ".,;:!?…。、";
const DIRECTIONS = /[\u202a-\u202e\u2066-\u2069]/g; // would turn the words around them
const OVERRIDES = /[\u202a-\u202e]/g; // no language is written with these
const PILED_MARKS = /(\p{M}{8})\p{M}+/gu; // would paint over the lines around them
const READABLE_HOST =
  /^[\p{Script=Latin}\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{M}\d.-]*$/u;
const SCHEMES = new Set(["http:", "https:", "mailto:"]);
const NEAR_BOTTOM_PX = 80;
const FILE_REFUSED = ["413", "415"]; // the statuses

const find = (id) => document.getElementById(id);

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

/** Return a text from outside without marks that would change its look or its neighbours'. */
function readable(text) {
  return text.replace(OVERRIDES, "").replace(PILED_MARKS, "$1");
}

/** Return text with web and mail addresses as links. Any other scheme stays text. */
function linked(text) {
  const parts = document.createDocumentFragment();
  let end = 0;
  for (const { 0: found, index } of text.matchAll(LINK)) {
    let address = found;
    while (SENTENCE_END.includes(address.at(-1))) address = address.slice(0, -1);
    const url = parsed(address);
    if (!url || !SCHEMES.has(url.protocol)) continue;
    if (url.username || url.password) continue; // a name that looks like the host
    const link = make("a", "", shown(address, url));
    link.href = url.href;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    parts.append(readable(text.slice(end, index)), link);
    end = index + address.length;
  }
  parts.append(readable(text.slice(end)));
  return parts;
}

/** Return a link's text: the address as written, or as the browser reads a deceptive host. */
function shown(address, url) {
  const host = /^https?:\/\/([^/?#\\]*)/i.exec(address)?.[1] ?? "";
  return READABLE_HOST.test(host.replace(/:\d+$/, "")) ? address : url.href;
}

function parsed(address) {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export class View {
  #nodes = new Map();
  #strings = {};
  #language = "en";
  #unseen = 0;
  #stuck = true; // to the newest line, until somebody scrolls away
  #failed = new Set();

  /** `actions`: press(text), retry(key), discard(key). */
  constructor(actions) {
    this.actions = actions;
    this.log = find("log");
    this.scroll = find("scroll");
    this.draft = find("draft");
    this.scroll.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.#stuck && this.#toBottom()).observe(this.scroll);
    find("newer").addEventListener("click", () => this.#toBottom());
    document.addEventListener("visibilitychange", () => document.hidden || this.#title(0));
  }

  speak(language, strings) {
    this.#language = language;
    this.#strings = strings;
    document.documentElement.lang = language;
    find("language").value = language;
    for (const one of document.querySelectorAll("[data-text]")) {
      setText(one, strings[one.dataset.text]);
    }
    for (const one of document.querySelectorAll("[data-label]")) {
      one.setAttribute("aria-label", strings[one.dataset.label]);
    }
    this.#title(0);
    find("starters").replaceChildren(...strings.starters.map((text) => this.#choice(text)));
    this.#nodes.clear();
    this.#failed.clear();
    this.log.replaceChildren();
  }

  /** Show what is wrong now, above the chat. The same notices are not read out again. */
  notices(texts) {
    const area = find("notices");
    if (area.textContent === texts.join("")) return;
    area.replaceChildren(
      ...texts.map((each) => {
        const line = make("p");
        line.dir = "auto";
        line.append(linked(each));
        return line;
      }),
    );
  }

  text(key, values = {}) {
    const value = (name) => String(values[name]).replace(DIRECTIONS, "");
    return this.#strings[key].replace(/\{(\w+)\}/g, (_, name) => value(name));
  }

  problem(key, values) {
    setText(find("problem"), key ? this.text(key, values) : "");
  }

  draw(chat, signs) {
    const items = chat.items();
    this.#scrolled(); // the event of a scroll comes a frame later
    find("welcome").hidden = !chat.loaded || items.length > 0;
    this.log.setAttribute("aria-busy", String(!chat.loaded));
    const before = this.log.childElementCount;
    const added = this.#drawLines(items, chat, signs.seen);
    this.#drawState(items, chat);
    this.#drawTyping(signs);
    if (this.#stuck || added.some((item) => item.speaker === "customer")) {
      this.#toBottom();
    } else if (added.length) {
      find("newer").hidden = false;
    }
    const news = added.filter((item) => item.speaker !== "customer").length;
    if (document.hidden && news && before) this.#title(this.#unseen + news);
  }

  // ------------------------------------------------------------------ lines

  #drawLines(items, chat, seen) {
    const added = [];
    const wanted = chat.expired ? [this.#notice("expired")] : [];
    const lastOwn = items.findLast((item) => item.speaker === "customer");
    const lastChoices = items.findLast((item) => item.choices?.length);
    let day = "";
    items.forEach((item, index) => {
      const date = new Date(item.at);
      if (day && day !== date.toDateString()) wanted.push(this.#day(date));
      const newDay = day !== date.toDateString();
      day = date.toDateString();
      if (!this.#nodes.has(item.key)) {
        this.#nodes.set(item.key, this.#line(item));
        added.push(item);
      }
      const node = this.#nodes.get(item.key);
      node.classList.toggle("first", newDay || !sameVoice(items[index - 1], item));
      node.classList.toggle("last", !sameVoice(items[index + 1], item));
      this.#mend(node, item, item === lastOwn, item.key === seen);
      const owner = chat.conversation?.owner;
      const current = owner === "bot" || (owner === "waiting" && item.speaker === "system");
      for (const button of node.querySelectorAll(".choices button")) {
        button.disabled = item !== lastChoices || !current;
      }
      const reject = node.querySelector(".reject");
      if (reject) reject.hidden = item !== items.at(-1) || !current;
      wanted.push(node);
    });
    this.#arrange(wanted);
    return added;
  }

  /** Put these children in this order. Move as few as possible: a moved line is read out again. */
  #arrange(wanted) {
    const kept = new Set(wanted);
    for (const [key, node] of this.#nodes) {
      if (kept.has(node)) continue;
      node.remove();
      this.#nodes.delete(key);
    }
    wanted.forEach((node, index) => {
      const there = this.log.children[index];
      if (there !== node) this.log.insertBefore(node, there ?? null);
    });
  }

  #line(item) {
    const line = make("div", `line ${item.speaker}`);
    line.dataset.speaker = item.speaker;
    const body = make("div", "body");
    const who = make("p", "who");
    who.append(make("bdi", "", readable(this.#name(item))));
    const text = make("div", "text");
    text.dir = "auto";
    text.append(item.speaker === "customer" ? linked(item.text) : formatted(item.text, linked));
    text.hidden = isNameAlone(item);
    body.append(who, text);
    this.#files(item, text);
    if (item.choices?.length) {
      const choices = make("div", "choices");
      choices.setAttribute("role", "group");
      choices.setAttribute("aria-label", this.text("suggestions"));
      choices.append(...item.choices.map((choice) => this.#choice(choice.label)));
      body.append(choices);
    }
    const face = this.#face(item);
    if (face) line.append(face);
    if (item.speaker !== "system") body.append(this.#meta(item));
    line.append(body);
    return line;
  }

  /** Show what came with a text behind it, as soon as there is code for that. */
  #files({ media = [], attached = [] }, place) {
    const follow = () => this.#stuck && this.#toBottom();
    showFiles([...media, ...attached], { place, text: (key, values) => this.text(key, values), readable, follow });
  }

  #meta(item) {
    const meta = make("p", "meta");
    const time = make("time", "", this.#format(new Date(item.at), { timeStyle: "short" }));
    time.dateTime = item.at;
    meta.append(time, make("span", "state"));
    if (item.article_id) meta.append(this.#choice(this.text("reject"), "reject"));
    return meta;
  }

  #mend(node, item, lastOwn, seen) {
    if (item.speaker !== "customer") return;
    node.dataset.state = item.state;
    const shown = item.state !== "sent" || lastOwn;
    setText(node.querySelector(".state"), shown ? this.text(seen ? "seen" : item.state) : "");
    const failed = item.state === "failed";
    if (failed === this.#failed.has(item.key)) return;
    this.problem(failed && (FILE_REFUSED.includes(item.why) ? "file_refused" : "message_failed"));
    if (failed) {
      this.#failed.add(item.key);
      node.querySelector(".meta").append(this.#repair("retry", item), this.#repair("discard", item));
    } else {
      this.#failed.delete(item.key);
      for (const button of node.querySelectorAll(".repair")) button.remove();
    }
  }

  #repair(action, { key }) {
    const button = make("button", "repair", this.text(action));
    button.type = "button";
    button.addEventListener("click", () => {
      this.problem("");
      this.actions[action](key);
      this.draft.focus();
    });
    return button;
  }

  #choice(label, kind = "choice") {
    const button = make("button", kind, label);
    button.type = "button";
    button.addEventListener("click", (event) => {
      this.actions.press(label);
      if (event.detail === 0) this.draft.focus(); // the keyboard pressed it, so go on there
    });
    return button;
  }

  #face({ speaker, agent }) {
    if (speaker !== "bot" && speaker !== "person") return null;
    const face = make("span", "face");
    face.setAttribute("aria-hidden", "true");
    const initial = speaker === "person" && agent?.match(/[\p{L}\p{N}]/u)?.[0].toUpperCase();
    face.append(initial || this.#mark());
    return face;
  }

  #mark() {
    return find("mark").content.firstElementChild.cloneNode(true);
  }

  #name({ speaker, agent }) {
    if (speaker === "person" && agent) return agent;
    return this.text(speaker === "customer" ? "you" : speaker);
  }

  #notice(key) {
    if (!this.#nodes.has(key)) {
      this.#nodes.set(key, this.#line({ speaker: "system", text: this.text(key) }));
    }
    return this.#nodes.get(key);
  }

  #day(date) {
    const key = date.toDateString();
    if (!this.#nodes.has(key)) {
      this.#nodes.set(key, make("p", "day", this.#format(date, { dateStyle: "full" })));
    }
    return this.#nodes.get(key);
  }

  #format(date, options) {
    return new Intl.DateTimeFormat(this.#language, options).format(date);
  }

  // ------------------------------------------------------------------ around the lines

  #drawState(items, chat) {
    const { state, owner } = chat.conversation ?? {};
    const phase = state === "open" ? phaseOf(owner) : state === "closed" ? "closed" : "new";
    document.body.dataset.phase = phase;
    const agent = items.findLast((item) => item.speaker === "person" || item.agent)?.agent;
    const key = phase === "person" && !agent ? "state_person_unnamed" : `state_${phase}`;
    setText(find("state"), this.#standing(chat.conversation?.waits) ?? this.text(key, { name: agent }));
    this.draft.placeholder = this.text(phase === "closed" ? "placeholder_closed" : "placeholder");
    this.#show(find("person"), phase !== "waiting" && phase !== "person");
    this.#show(find("end"), state === "open");
    const broken = chat.offline ? "offline" : chat.reachable ? "" : "unreachable";
    setText(find("banner"), broken && this.text(broken));
  }

  /** Return the place in line and the time, as they were told last, or null. */
  #standing(waits) {
    if (!waits?.place) return null;
    const { place, low_seconds: low, high_seconds: high } = waits;
    const key = !high ? "state_place" : low ? "state_place_time" : "state_place_soon";
    return this.text(key, { place, low: low / 60, high: high / 60 });
  }

  #show(button, shown) {
    if (!shown && document.activeElement === button) this.draft.focus();
    button.hidden = !shown;
  }

  #drawTyping({ typing }) {
    const name = typing?.isBot ? this.text("bot") : typing?.agent;
    setText(find("typing"), typing ? this.text(name ? "typing" : "typing_unnamed", { name }) : "");
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroll;
    this.#stuck = scrollHeight - scrollTop - clientHeight < NEAR_BOTTOM_PX;
    if (this.#stuck) find("newer").hidden = true;
  }

  /** Scroll to the newest line. A page without lines is read from its top. */
  #toBottom() {
    this.#stuck = true;
    this.scroll.scrollTop = find("welcome").hidden ? this.scroll.scrollHeight : 0;
    find("newer").hidden = true;
  }

  #title(unseen) {
    this.#unseen = unseen;
    document.title = (unseen ? `(${unseen}) ` : "") + this.text("title");
  }
}

/** Return whether a text says no more than the names of the files that came with it. */
function isNameAlone({ text, attached = [] }) {
  return text === attached.map((file) => file.title).join(", ");
}

function sameVoice(one, other) {
  return one?.speaker === other?.speaker && (one?.agent ?? null) === (other?.agent ?? null);
}

function phaseOf(owner) {
  return owner === "bot" || owner === "waiting" ? owner : "person";
}
