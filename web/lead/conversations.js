/**
 * Conversations: a list with filters, and one conversation to read along, with why each step was.
 */

import { h, moment, readable, table } from "../staff/dom.js";
import { passing } from "./passing.js";
import { titlesOf } from "./titles.js";

const FILTERS = ["all", "open", "waiting", "kept", "callback", "promised", "overdue", "unreached", "unanswered", "rejected", "handed_off"];
const MOST_LOOKS = 5; // one look is at a bounded number of conversations, of which none may fit
let after = null; // the place of the page before, within one filter
let shownFilter = "all";

export function conversations(page, [first = "all", id]) {
  return first === "one" ? one(page, id) : list(page, FILTERS.includes(first) ? first : "all");
}

async function list(page, filter) {
  const { text, get, again } = page;
  if (filter !== shownFilter) after = null;
  shownFilter = filter;
  const query = new URLSearchParams({ limit: "50" });
  if (filter !== "all") query.set(filter, "yes");
  if (after) query.set("after", after);
  let found = await get(`conversations?${query}`);
  for (let looks = 1; looks < MOST_LOOKS && !found.conversations.length && found.next_after; looks++) {
    query.set("after", found.next_after);
    found = await get(`conversations?${query}`);
  }
  const titleOf = await titlesOf(page, found.conversations.flatMap((each) => each.articles.map((id) => [each.channel, id])));
  const links = FILTERS.map((each) =>
    h("a", { href: `#conversations/${each}`, "aria-current": each === filter && "true" }, text(`filter_${each}`)),
  );
  const heads = ["opened", "channel", "state", "owner", "articles"].map((each) => text(each));
  const rows = found.conversations.map((each) => [
    h("a", { href: `#conversations/one/${each.conversation_id}` }, moment(each.opened_at, text.language)),
    [each.channel, each.language].filter(Boolean).join(" · "),
    text(each.state === "open" ? "open" : "closed"),
    h("span", {}, ownerOf(each.owner, text), keptOf(each, text), callbackOf(each, text), promisedOf(each, text)),
    each.articles.map((id) => titleOf(each.channel, id)).join(", "),
  ]);
  const go = (place) => () => {
    after = place;
    again();
  };
  const pager = h(
    "div",
    { class: "row" },
    after && h("button", { type: "button", onclick: go(null) }, text("newest")),
    found.next_after && h("button", { type: "button", onclick: go(found.next_after) }, text("older")),
  );
  const nothing = h("p", { class: "soft" }, text("no_conversations"));
  return {
    nodes: [
      h("nav", { class: "filters", "aria-label": text("filters") }, links),
      rows.length ? table(text("conversations"), heads, rows) : nothing,
      pager,
    ],
    lives: !after,
  };
}

const ownerOf = (owner, text) =>
  ({ bot: text("assistant"), waiting: text("waits") })[owner] ?? readable(owner ?? "").replace("pool:", "");

/** Return until when a request for a person is kept that found nobody, or nothing. */
const keptOf = ({ kept_until: until }, text) => (until ? h("span", {}, ` · ${text("kept_until")} `, moment(until, text.language)) : "");

/** Return when and how a customer who waits wants to be reached, or that nobody came then. */
const callbackOf = ({ callback, overdue, promised_until: promised }, text) => {
  const missed = overdue && !promised ? ` · ${text("callback_missed")}` : "";
  if (!callback) return missed;
  const when = callback.from ? moment(callback.from, text.language) : text("callback_soon");
  return h("span", {}, ` · ${text("callback_at")} ${text(`callback_${callback.by}`)} `, when, missed);
};

/** Return by when a person promised word, or since when that time is over. */
const promisedOf = ({ promised_until: until, overdue }, text) =>
  until ? h("span", {}, ` · ${text(overdue ? "overdue_since" : "promised_until")} `, moment(until, text.language)) : "";

async function one(page, id) {
  const { text, get } = page;
  const found = await get(`conversations/${encodeURIComponent(id)}?language=${text.language}`);
  let next = found.next_after;
  while (next !== null) {
    const more = await get(`conversations/${encodeURIComponent(id)}?after=${next}&language=${text.language}`);
    found.entries.push(...more.entries);
    next = more.next_after;
  }
  const { conversation, entries } = found;
  const about = [conversation.channel_id, conversation.language, text(conversation.state === "open" ? "open" : "closed"), ownerOf(conversation.owner, text)];
  const channel = conversation.channel_id;
  const named = entries.flatMap((entry) => [...entry.candidates, ...entry.effects.map((each) => each.article_id)].filter(Boolean));
  const titles = await titlesOf(page, named.map((each) => [channel, each]));
  const lines = entries.flatMap((entry) => linesOf(entry, text, (each) => titles(channel, each)));
  return {
    nodes: [
      h("p", {}, h("a", { href: `#conversations/${shownFilter}` }, text("back_to_list"))),
      h("p", { class: "soft" }, about.filter(Boolean).join(" · ")),
      await passing(page, conversation),
      h("ol", { class: "log" }, lines),
    ],
    lives: conversation.state === "open",
  };
}

/** Return a record as the customer saw it, with the decision for the lead below. */
function linesOf(entry, text, titleOf) {
  const lines = [];
  if (entry.event === "customer_wrote") lines.push(line("customer", entry.text, entry.at, text));
  if (entry.event === "pool_noted") lines.push(line("note", entry.text, entry.at, text));
  for (const effect of entry.effects) {
    if (effect.do !== "send_text") continue;
    const said = line(effect.speaker, effect.text, entry.at, text, effect.agent);
    const choices = (effect.choices ?? []).map((each) => readable(each.label));
    if (choices.length) said.append(h("ul", { class: "choices small", "aria-label": text("choices") }, choices.map((each) => h("li", { dir: "auto" }, each))));
    if (effect.article_id) {
      const to = `#knowledge/${encodeURIComponent(effect.article_id)}`;
      said.append(h("p", { class: "small" }, h("a", { href: to }, text("edit_article", { title: titleOf(effect.article_id) }))));
    }
    lines.push(said);
  }
  const named = (words) => entry.candidates.reduce((said, id) => said.replaceAll(`'${id}'`, () => text("quoted", { title: titleOf(id) })), readable(words));
  const why = [entry.why, ...entry.routing, entry.reason].filter(Boolean).map(named);
  const candidates = entry.candidates.filter((each) => each !== entry.article_id);
  if (why.length || candidates.length) {
    lines.push(
      h(
        "li",
        { class: "why small soft" },
        why.join(" · "),
        candidates.length ? h("span", {}, ` ${text("candidates")} `, candidates.flatMap((each, index) => [index ? ", " : "", h("a", { href: `#knowledge/${encodeURIComponent(each)}` }, titleOf(each))])) : "",
      ),
    );
  }
  return lines;
}

function line(speaker, words, at, text, agent) {
  const name = speaker === "person" && agent ? readable(agent) : text(`speaker_${speaker}`);
  return h(
    "li",
    { class: `line ${speaker}` },
    h("p", { class: "small soft" }, name, " · ", moment(at, text.language)),
    h("p", { class: "text", dir: "auto" }, readable(words)),
  );
}
