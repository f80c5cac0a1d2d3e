/**
 * Changes of articles that people were told of, with who has read each and who has not.
 */

import { h, moment, readable } from "../staff/dom.js";
import { changesOf, doer } from "./changes.js";

const MOST_SHOWN = 10;

/** Return the newest notices of a knowledge base, or one sentence where there is none. */
export async function noticesOf({ text, get }, base) {
  const { notices, told_in_tools: tools } = await get(`knowledge/${base}/notices`);
  const more = [text("notices_more"), tools.length ? text("notices_tools", { pools: tools.join(", ") }) : ""];
  return [
    h("h2", { class: "apart" }, text("notices_title")),
    h("p", { class: "soft" }, more.filter(Boolean).join(" ")),
    notices.length
      ? h("ul", { class: "results notices" }, notices.slice(0, MOST_SHOWN).map((each) => noticeOf(text, each)))
      : h("p", { class: "soft" }, text("notices_none")),
  ];
}

function noticeOf(text, notice) {
  const parts = notice.articles.map((each) => articleOf(text, each));
  if (!notice.known) parts.push(h("p", { class: "soft" }, text("notice_unknown")));
  if (notice.more) parts.push(h("p", { class: "soft" }, text("notice_more", { count: notice.more })));
  const names = (list) => list.map((each) => readable(each.name)).join(", ");
  const { read, unread } = notice;
  const who = [
    unread.length ? text("notice_unread", { names: names(unread) }) : "",
    read.length ? text("notice_read", { names: names(read) }) : "",
  ];
  return h(
    "li",
    {},
    h("p", { class: "small soft" }, moment(notice.changed_at, text.language), " · ", text(`notice_${notice.kind}`), notice.important && ` · ${text("notice_important")}`),
    parts,
    h("p", {}, who.filter(Boolean).join(" ") || text("notice_nobody")),
  );
}

function articleOf(text, change) {
  const [before, after] = change.answer ?? ["", ""];
  const kind = change.kind === "state" ? text("notice_state", { before: text(`state_${change.state[0]}`), after: text(`state_${change.state[1]}`) }) : text(`notice_${change.kind}`);
  const by = change.who ? text("notice_by", { who: doer(text, change.who), reason: readable(change.reason) }) : "";
  return h(
    "details",
    {},
    h("summary", {}, readable(change.title || change.article_id), " ", h("span", { class: "soft small" }, kind)),
    h("div", { class: "changes" }, changesOf(text, [["answer", before, after]], [], [])),
    by && h("p", { class: "soft small" }, by),
  );
}
