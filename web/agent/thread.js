/**
 * The conversation in the middle, and what is known of it at the right. Texts from outside become
 * text nodes, never markup.
 */

import { formatted } from "../../assets/format.js";
import { namesOf } from "./conversation.js";
import { languageName, make, promiseOf, setText } from "./list.js";

const OVERRIDES = /[\u202a-\u202e]/g; // no language is written with these
const PILED_MARKS = /(\p{M}{8})\p{M}+/gu; // would paint over the lines around them
const NEAR_BOTTOM_PX = 80;
const AGAIN_MS = 3000;
const MOST_SHOWN_BYTES = 4_000_000; // a larger file comes from another address, which the policy refuses
const find = (id) => document.getElementById(id);

/** Return a text from outside without marks that would change its neighbours' look. */
export const readable = (text) => String(text).replace(OVERRIDES, "").replace(PILED_MARKS, "$1");

const RATINGS = ["good", "unclear", "outdated", "wrong"];
const MOST_REASON = 200;

function picture(address, name) {
  const image = make("img");
  image.alt = name;
  image.src = address;
  return image;
}

export class Thread {
  #nodes = new Map();
  #shown = null;
  #aboutKey = "";
  #stuck = true;

  /** `actions`: insert(text, articleId), edit(id), rate(articleId, rating, reason), rating(articleId). */
  constructor(text, actions) {
    this.text = text;
    this.actions = actions;
    this.scroll = find("thread");
    this.log = find("log");
    this.scroll.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.#stuck && this.#toBottom()).observe(this.scroll);
  }

  /** Show a conversation, or the next state of the one that is shown. */
  draw(conversation, each, me) {
    if (this.#shown !== conversation.id) {
      this.#shown = conversation.id;
      this.#nodes.clear();
      this.log.replaceChildren();
      this.#aboutKey = "";
      this.#stuck = true;
    }
    this.#bar(conversation, each);
    this.#lines(conversation.items(), me);
    this.#signs(conversation);
    this.#about(conversation);
    if (this.#stuck) this.#toBottom();
  }

  #bar(conversation, each) {
    const about = conversation.about ?? {};
    const reason = each?.reason ?? about.reason;
    const language = languageName(each?.language ?? about.language, this.text.language);
    setText(find("case-title"), reason ? this.text(`reason_${reason}`) : this.text("conversation"));
    const agent = each?.agent && !each.mine ? this.text("with", { name: each.agent }) : "";
    const promise = promiseOf(conversation, this.text);
    setText(find("case-more"), [language, about.channel_id, agent, promise].filter(Boolean).join(" · "));
  }

  /** Say below the lines that the customer types, or has seen the last one of ours. */
  #signs(conversation) {
    const last = conversation.items().at(-1);
    const isSeen = last?.speaker === "person" && last.seq && last.seq <= conversation.seenSeq;
    setText(find("signs"), conversation.typing ? this.text("customer_types") : isSeen ? this.text("customer_saw") : "");
  }

  #lines(items, me) {
    const wanted = items.map((item) => {
      if (!this.#nodes.has(item.key)) this.#nodes.set(item.key, this.#line(item, me));
      const node = this.#nodes.get(item.key);
      if (item.state) this.#mend(node, item);
      return node;
    });
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

  #line(item, me) {
    const line = make("div", `line ${item.speaker}`);
    line.dataset.speaker = item.speaker;
    const who = make("p", "who small soft");
    who.append(make("bdi", "", this.#name(item, me)), " · ", this.#time(item.at));
    const text = make("div", "text");
    text.dir = "auto";
    text.append(item.speaker === "customer" ? readable(item.text) : formatted(item.text, readable));
    if (item.undelivered) text.textContent = this.text("undelivered", { why: item.undelivered });
    line.append(who);
    const attached = item.attached ?? [];
    const isFilesAlone = attached.length && item.text === namesOf(attached);
    if (item.undelivered || (item.text && !isFilesAlone)) line.append(text);
    for (const file of [...(item.media ?? []), ...attached]) line.append(this.#file(file));
    if (item.choices?.length) line.append(this.#items(item.choices, "choices small"));
    if (item.state) line.append(make("p", "state small"));
    return line;
  }

  /** Show a file of either side: a picture as itself, any other by its link. */
  #file(file) {
    const named = file.title || file.alt;
    const name = !named || named === file.kind ? this.text(`file_${file.kind}`) : readable(named);
    const box = make("p", "file small");
    if (file.preview) {
      box.append(file.kind === "image" ? picture(file.preview, name) : name);
      return box;
    }
    if (!file.path && !file.url) {
      box.textContent = this.text("file_failed", { name, why: file.reason ?? "" });
      return box;
    }
    const link = make("a", "", name);
    link.href = file.path ?? file.url;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    if (file.path && file.kind === "image" && (file.bytes ?? 0) <= MOST_SHOWN_BYTES) {
      const image = picture(file.path, name);
      image.addEventListener("error", () => setTimeout(() => this.#again(image, file, link, name), AGAIN_MS), { once: true });
      link.replaceChildren(image);
    }
    box.append(link);
    if (file.bytes) box.append(` ${Math.max(1, Math.round(file.bytes / 1000))} kB`);
    return box;
  }

  /** Ask once more for a picture that was still being fetched. Then its name stands there. */
  #again(image, file, link, name) {
    image.addEventListener("error", () => link.replaceChildren(name), { once: true });
    image.src = `${file.path}?again`;
  }

  #mend(node, item) {
    if (node.dataset.state === item.state) return;
    node.dataset.state = item.state;
    const state = node.querySelector(".state");
    state.replaceChildren(this.text(`state_${item.state}`, { why: item.why }));
    if (item.state !== "failed") return;
    const edit = make("button", "plain", this.text("edit_again"));
    edit.type = "button";
    edit.addEventListener("click", () => this.actions.edit(item.id));
    state.append(" ", edit);
  }

  #name({ speaker, agent }, me) {
    if (speaker === "person") return readable(agent ?? me.name);
    return this.text(`speaker_${speaker}`);
  }

  #time(at) {
    const date = new Date(at);
    const isToday = date.toDateString() === new Date().toDateString();
    const options = isToday ? { timeStyle: "short" } : { dateStyle: "short", timeStyle: "short" };
    const time = make("time", "", new Intl.DateTimeFormat(this.text.language, options).format(date));
    time.dateTime = at;
    return time;
  }

  // ------------------------------------------------------------------ what is known

  #about({ about }) {
    const key = JSON.stringify(about);
    if (key === this.#aboutKey) return;
    this.#aboutKey = key;
    const parts = about ? this.#parts(about) : [];
    const nothing = make("p", "soft", this.text("about_nothing"));
    find("facts").replaceChildren(make("h2", "", this.text("about")), ...(parts.length ? parts : [nothing]));
  }

  #parts(about) {
    const parts = [];
    const facts = Object.entries(about.attributes);
    if (facts.length) {
      const list = make("dl");
      for (const [name, value] of facts) {
        list.append(make("dt", "soft small", this.#fact(name)), make("dd", "", this.#said(value)));
      }
      parts.push(this.#section("customer", list));
    }
    if (about.customer_data) parts.push(...this.#data(about.customer_data));
    if (about.callback) parts.push(this.#section("callback", this.#callback(about.callback)));
    if (about.suggested.length) {
      parts.push(this.#section("suggested", ...about.suggested.map((each) => this.article(each))));
    }
    const tried = about.tried.filter((each) => !about.rejected.includes(each));
    const titled = (ids) => this.#items(ids.map((each) => about.titles[each] ?? each));
    if (tried.length) parts.push(this.#section("tried", titled(tried)));
    if (about.rejected.length) parts.push(this.#section("rejected", titled(about.rejected)));
    if (about.handovers.length) {
      const lines = about.handovers.map((each) => each.reason || this.text("no_reason"));
      parts.push(this.#section("handovers", this.#items(lines)));
    }
    const past = [...about.past_conversations, ...(about.elsewhere ?? [])];
    if (past.length) {
      const lines = past.map((each) => {
        const outcome = each.channel_id ? `${each.channel_id}, ${this.text(each.outcome)}` : this.text(each.outcome);
        return each.summary ? `${outcome}: ${each.summary}` : outcome;
      });
      parts.push(this.#section("past", this.#items(lines)));
    }
    return parts;
  }

  /** Return the words for a fact that this system tells. A company's own facts have their names. */
  #fact(name) {
    return this.text.has(`fact_${name}`) ? this.text(`fact_${name}`) : name;
  }

  #said(value) {
    return typeof value === "boolean" ? this.text(value ? "said_yes" : "said_no") : readable(value);
  }

  #data(data) {
    const known = data.profile;
    if (!known) {
      const said = this.text(`data_${data.state}`);
      return [this.#section("data", make("p", "soft small", readable(said)))];
    }
    const about = [known.vip ? "VIP" : "", known.since, known.tags.join(", ")];
    const value = known.value === null ? "" : `${known.value} ${known.currency}`.trim();
    const lines = [known.name || known.id, [...about, value].filter(Boolean).join(" · ")];
    const parts = [this.#section("data", this.#items(lines.filter(Boolean)))];
    const orders = data.orders.map((each) => {
      const day = each.placed_at.slice(0, 10);
      const total = `${each.amount} ${each.currency}`.trim();
      const told = [each.number || each.id, each.status, day, total, each.carrier];
      return [told.filter(Boolean).join(" · "), each.tracking_url];
    });
    const cases = data.cases.map((each) => {
      return [[each.subject || each.id, each.status].filter(Boolean).join(" · "), each.url];
    });
    if (orders.length) parts.push(this.#section("orders", this.#linked(orders)));
    if (cases.length) parts.push(this.#section("open_cases", this.#linked(cases)));
    return parts;
  }

  #linked(lines) {
    const list = make("ul", "plain-list");
    for (const [text, url] of lines) {
      const line = make(url ? "a" : "span", "", readable(text));
      if (url) Object.assign(line, { href: url, target: "_blank", rel: "noopener noreferrer" });
      const item = make("li");
      item.append(line);
      list.append(item);
    }
    return list;
  }

  #callback({ by, address, from, until }) {
    const when = from ? [from, until].map((each) => this.#time(each)) : [this.text("callback_soon")];
    const where = address ?? this.text(`callback_${by}`);
    return make("p", "", `${readable(where)} · ${when.map((each) => each.textContent ?? each).join(" – ")}`);
  }

  #section(name, ...children) {
    const section = make("section");
    section.append(make("h3", "", this.text(name)), ...children);
    return section;
  }

  #items(texts, className = "plain-list") {
    const list = make("ul", className);
    for (const each of texts) list.append(make("li", "", readable(each)));
    return list;
  }

  /** Return the box of an article, with what may be done with it. One that was found is not judged. */
  article({ article_id: id, title, answer, note }, isFound = false) {
    const box = make("div", "article");
    box.append(make("p", "article-title", readable(title ?? id)));
    if (note) box.append(make("p", "small", this.text("article_note", { note: readable(note) })));
    if (answer) {
      const insert = make("button", "", this.text("insert"));
      insert.type = "button";
      insert.setAttribute("aria-label", this.text("insert_of", { title: title ?? id }));
      insert.addEventListener("click", () => this.actions.insert(answer, id));
      box.append(make("p", "article-text small", readable(answer)), insert);
      if (!isFound) box.append(this.#rating(id, title ?? id));
    }
    return box;
  }

  /** Return the fields in which a person says what they think of an article, and why. */
  #rating(id, title) {
    const known = this.actions.rating(id);
    const choice = make("select");
    choice.setAttribute("aria-label", this.text("rate_of", { title }));
    for (const each of ["", ...RATINGS]) {
      const option = make("option", "", this.text(each ? `rate_${each}` : "rate"));
      option.value = each;
      choice.append(option);
    }
    choice.value = known.rating ?? "";
    const reason = make("input");
    reason.maxLength = MOST_REASON;
    reason.value = known.reason ?? "";
    reason.placeholder = this.text("rate_why");
    reason.setAttribute("aria-label", this.text("rate_why_of", { title }));
    const keep = () => {
      reason.hidden = !choice.value;
      this.actions.rate(id, choice.value, reason.value.trim());
    };
    reason.hidden = !choice.value;
    choice.addEventListener("change", keep);
    reason.addEventListener("change", keep);
    const box = make("div", "article-rating small");
    box.append(choice, reason);
    return box;
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroll;
    this.#stuck = scrollHeight - scrollTop - clientHeight < NEAR_BOTTOM_PX;
  }

  #toBottom() {
    this.scroll.scrollTop = this.scroll.scrollHeight;
  }
}
