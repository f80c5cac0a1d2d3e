/**
 * The list at the left: offers, the person's own conversations, and those of colleagues.
 */

const find = (id) => document.getElementById(id);

export function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Return a span as 0:42, 12:05 or 3:04:05. */
export function clock(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return shown.map((each, index) => (index ? String(each).padStart(2, "0") : each)).join(":");
}

/** Return a language's own name in the page's language. */
export function languageName(code, language) {
  if (!code) return "";
  try {
    return new Intl.DisplayNames([language], { type: "language" }).of(code);
  } catch {
    return code;
  }
}

/** Return by when the customer was promised word, or nothing without a promise. */
export function promiseOf({ promisedUntil: until, overdue }, text) {
  if (!until) return "";
  const at = new Date(until);
  const isToday = at.toDateString() === new Date().toDateString();
  const options = isToday ? { timeStyle: "short" } : { dateStyle: "short", timeStyle: "short" };
  const time = new Intl.DateTimeFormat(text.language, options).format(at);
  return text(overdue ? "overdue_since" : "promised_until", { time });
}

export class List {
  #nodes = new Map();

  /** `actions`: choose(id), accept(id). */
  constructor(text, actions) {
    this.text = text;
    this.actions = actions;
  }

  draw(desk, chosen) {
    const offers = desk.cases.filter((each) => each.state === "offered");
    const mine = desk.cases.filter((each) => each.mine);
    const others = desk.cases.filter((each) => each.state === "taken" && !each.mine);
    this.#part("offers", offers, desk, chosen);
    this.#part("mine", mine, desk, chosen);
    this.#part("others", others, desk, chosen);
    const quiet = find("quiet");
    const waits = desk.presence === "here" && desk.pools.some((pool) => pool.waiting > 0);
    quiet.hidden = desk.cases.length > 0 || waits || !desk.loaded;
    setText(quiet, this.text(desk.presence === "here" ? "quiet_here" : "quiet_away"));
    const known = new Set(desk.cases.map((each) => each.conversation_id));
    for (const id of this.#nodes.keys()) if (!known.has(id)) this.#nodes.delete(id);
  }

  /** Let the clocks go on. */
  tick(desk) {
    for (const each of desk.cases) {
      const node = this.#nodes.get(each.conversation_id);
      if (node) this.#time(node, each, desk);
    }
  }

  #part(name, cases, desk, chosen) {
    find(`${name}-part`).hidden = cases.length === 0;
    const nodes = cases.map((each) => this.#item(each, desk, chosen));
    const list = find(name);
    if (nodes.length !== list.children.length || nodes.some((node, i) => node !== list.children[i])) {
      const focused = document.activeElement;
      list.replaceChildren(...nodes);
      if (focused?.isConnected && list.contains(focused)) focused.focus();
    }
  }

  #item(each, desk, chosen) {
    const id = each.conversation_id;
    if (!this.#nodes.has(id)) this.#nodes.set(id, this.#new(id));
    const node = this.#nodes.get(id);
    const unread = desk.unread(each);
    node.classList.toggle("offered", each.state === "offered");
    const open = node.querySelector(".open");
    open.setAttribute("aria-current", String(id === chosen));
    setText(node.querySelector(".reason"), this.text(`reason_${each.reason}`));
    const name = languageName(each.language, this.text.language);
    const known = each.mine ? desk.conversation(each) : null;
    const last = known ? promiseOf(known, this.text) || known.last : "";
    setText(node.querySelector(".last"), last || [name, each.agent].filter(Boolean).join(" · "));
    const badge = node.querySelector(".badge");
    badge.hidden = !unread;
    setText(badge, unread ? this.text("unread", { count: unread }) : "");
    node.querySelector(".accept").hidden = each.state !== "offered";
    this.#time(node, each, desk);
    return node;
  }

  #new(id) {
    const node = make("li", "item");
    const open = make("button", "open");
    open.type = "button";
    const line = make("span", "line");
    line.append(make("span", "reason"), make("span", "waited"));
    const more = make("span", "line");
    more.append(make("span", "last soft small"), make("span", "badge"));
    open.append(line, more);
    open.addEventListener("click", () => this.actions.choose(id));
    const accept = make("button", "primary accept", this.text("accept"));
    accept.type = "button";
    accept.addEventListener("click", () => this.actions.accept(id));
    node.append(open, accept);
    return node;
  }

  #time(node, each, desk) {
    const now = desk.now();
    const waited = clock(now - Date.parse(each.since));
    const left = clock(Date.parse(each.expires_at) - now);
    const shown = each.state === "offered" ? this.text("left", { time: left }) : waited;
    setText(node.querySelector(".waited"), shown);
    node.querySelector(".waited").title = this.text("waited", { time: waited });
  }
}
