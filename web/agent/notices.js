/**
 * Changes of articles that the person has not read: a calm list, which one key marks as read.
 *
 * An important change also stands in a conversation on its topic, until the person has read it.
 */

import { call } from "../staff/api.js";
import { h, moment, readable } from "../staff/dom.js";

const AGAIN_MS = 300_000; // a push may get lost
const find = (id) => document.getElementById(id);

export class Notices {
  #text;
  #changed;
  #failed;
  #list = [];
  #read = new Set();
  #keys = { list: "", case: "" };

  /** `changed` is called for another list, and `failed` with the error of a request. */
  constructor(text, changed, failed) {
    this.#text = text;
    this.#changed = changed;
    this.#failed = failed;
  }

  start() {
    setInterval(() => this.refresh(), AGAIN_MS);
    return this.refresh();
  }

  async refresh() {
    try {
      const { notices } = await call("GET", "notices");
      this.#list = notices.filter((each) => !this.#read.has(each.id));
      this.#changed();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Mark all that is shown as read. Return whether there was anything. */
  async read() {
    const ids = this.#list.map((each) => each.id);
    if (!ids.length) return false;
    try {
      await call("POST", "notices/read", { ids });
    } catch (error) {
      this.#failed(error);
      throw error;
    }
    for (const id of ids) this.#read.add(id);
    this.#list = [];
    this.#changed();
    return true;
  }

  /** Draw the list, and the important changes of articles that a conversation is about. */
  draw(conversation) {
    find("notices-part").hidden = this.#list.length === 0;
    this.#fill("list", find("notices"), this.#list.flatMap((each) => this.#items(each)));
    const { suggested = [], tried = [], rejected = [] } = conversation?.about ?? {};
    const ids = new Set([...suggested.map((each) => each.article_id), ...tried, ...rejected]);
    const about = this.#list.flatMap((each) => each.articles).filter((each) => each.important && ids.has(each.article_id));
    find("case-notices-part").hidden = about.length === 0;
    this.#fill("case", find("case-notices"), about.map((each) => this.#article(each, true)));
  }

  /** Replace what stands there if it is different, so that an opened part stays open. */
  #fill(name, place, nodes) {
    const key = nodes.map((each) => each.textContent).join("\n");
    if (key === this.#keys[name]) return;
    this.#keys[name] = key;
    place.replaceChildren(...nodes);
  }

  #items(notice) {
    const rest = [];
    if (!notice.known) rest.push(h("li", {}, this.#text("notice_unknown")));
    if (notice.more) rest.push(h("li", {}, this.#text("notice_more", { count: notice.more })));
    return [...notice.articles.map((each) => this.#article(each, false, notice.changed_at)), ...rest];
  }

  #article(change, open, at) {
    const text = this.#text;
    const kind = change.kind === "state" ? `notice_is_${change.state[1]}` : `notice_${change.kind}`;
    const [before, after] = change.answer ?? ["", ""];
    const also = change.also.map((each) => text(`notice_part_${each}`)).join(", ");
    return h(
      "li",
      { class: change.important ? "important" : false },
      h(
        "details",
        { open: open ? "" : false },
        h("summary", {}, h("bdi", { class: "article-title" }, readable(change.title || change.article_id)), " ", h("span", { class: "soft small" }, text(kind), at && " · ", moment(at, text.language))),
        before && h("del", { dir: "auto" }, readable(before)),
        after && h("ins", { dir: "auto" }, readable(after)),
        also && h("p", { class: "soft small" }, text("notice_also", { parts: also })),
        change.reason && h("p", { class: "soft small" }, text("notice_reason", { reason: readable(change.reason) })),
      ),
    );
  }
}
