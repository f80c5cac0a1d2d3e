/**
 * Backlog: what an older queue brought in, what the promise would answer, and a lead's word to it.
 */

import { h, moment, readable, table } from "../staff/dom.js";
import { answer, offer, readAnew, recall, sentElsewhere, stopped, toSend, withdraw } from "./backlog_acts.js";
import { bringIn } from "./backlog_bring.js";
import { AGES, conversationsOf, countsOf, NO_TOPIC, pagesOf } from "./backlog_tickets.js";
import { doer } from "./changes.js";
import { titlesOf } from "./titles.js";

const LIVE_AT_MOST = 1_000; // a larger backlog is looked at again by a button alone

export function backlog(page, [name]) {
  return name ? one(page, name) : list(page);
}

async function list(page) {
  const { text, get, may } = page;
  const [{ backlogs }, { configuration }] = await Promise.all([get("backlogs"), get("configuration")]);
  const heads = ["backlog", "channel", "backlog_form", "when", "who"].map((each) => text(each));
  const rows = backlogs.map((each) => [
    h("a", { href: `#backlog/${encodeURIComponent(each.id)}` }, each.id),
    each.channel,
    readable(each.format),
    moment(each.made_at, text.language),
    doer(text, each.by),
  ]);
  const channel = configuration.channels[0]?.id ?? "CHANNEL";
  return {
    nodes: [
      h("p", { class: "soft" }, text("backlog_more")),
      rows.length ? table(text("backlog"), heads, rows) : h("p", { class: "soft" }, text("no_backlog")),
      h("h2", { class: "apart" }, text("backlog_bring_title")),
      may("lead") ? h("div", { class: "row start" }, h("button", { type: "button", class: "primary", onclick: () => bringIn(page, configuration.channels) }, text("backlog_choose"))) : "",
      h("p", {}, text("backlog_bring")),
      h("pre", {}, h("code", {}, `surgeline backlog import FILE --channel ${channel}`)),
    ],
    lives: false,
  };
}

async function one(page, name) {
  const { text, get, may } = page;
  const tickets = await pagesOf(page, name);
  const all = conversationsOf(tickets);
  const counts = countsOf(all);
  const { channel } = (await get("backlogs")).backlogs.find((each) => each.id === name) ?? {};
  const titles = await titlesOf(page, [...counts.topics.keys()].filter((id) => id !== NO_TOPIC).map((id) => [channel, id]));
  const titleOf = (id) => (id === NO_TOPIC ? text("no_topic") : titles(channel, id));
  const isMoving = counts.states.has("coming") || counts.states.has("offered") || toSend(name);
  const act = { name, all, counts, titleOf };
  return {
    nodes: [
      h("p", {}, h("a", { href: "#backlog" }, text("back_to_list"))),
      h("h2", {}, name),
      h("p", { class: "soft" }, text("backlog_counts", { count: all.length, tickets: tickets.length })),
      sending(page, name),
      figures(text, counts),
      may("lead") ? acts(page, act) : "",
      standing(text, counts),
      topics(page, act),
      ages(text, counts),
      whys(text, counts),
    ],
    lives: Boolean(isMoving) && all.length <= LIVE_AT_MOST,
  };
}

/** Return how far the answers are that go out now, with the way to stop the others. */
function sending(page, name) {
  const { text } = page;
  const run = toSend(name);
  if (!run) return "";
  const stop = h("button", { type: "button", onclick: () => stopped(page, name) }, text("backlog_stop"));
  return h(
    "div",
    { class: "panel", role: "status" },
    h("p", {}, text(run.stops ? "backlog_stopping" : "backlog_sending", run)),
    run.stops ? "" : h("div", { class: "row start" }, stop),
  );
}

function figures(text, { states, findings }) {
  const values = [
    ["backlog_silent", states.get("silent") ?? 0],
    ["backlog_may_answer", findings.get("answer") ?? 0],
    ["backlog_for_person", findings.get("person") ?? 0],
    ["backlog_courtesy", findings.get("courtesy") ?? 0],
  ];
  return h("dl", { class: "figures" }, values.map(([key, value]) => h("div", {}, h("dt", { class: "soft" }, text(key)), h("dd", {}, String(value)))));
}

/** Return what a lead may do. Each act asks first, and names how many it means. */
function acts(page, act) {
  const { text } = page;
  const { counts, name } = act;
  const button = (key, onclick, more = {}) => h("button", { type: "button", onclick, ...more }, text(key));
  const does = (one) => () => one(page, act);
  const isSilent = counts.states.has("silent");
  const isAnswerable = counts.findings.has("answer");
  const busy = sentElsewhere(name);
  const mayAnswer = isAnswerable && !busy && !toSend(name);
  const buttons = h(
    "div",
    { class: "row start" },
    mayAnswer ? button("backlog_answer", does(answer), { class: "primary" }) : "",
    isSilent ? button("backlog_offer", does(offer)) : "",
    counts.states.has("offered") ? button("backlog_recall", does(recall)) : "",
    isSilent ? button("backlog_read", does(readAnew)) : "",
    isSilent || counts.states.has("offered") ? button("backlog_withdraw", does(withdraw)) : "",
    button("look_again", page.again),
  );
  return isAnswerable && busy ? [h("p", { class: "soft" }, text("backlog_busy", { id: busy })), buttons] : buttons;
}

function standing(text, { states }) {
  const rows = [...states].map(([state, count]) => [text(`backlog_${state}`), String(count)]);
  return table(text("backlog_states"), [text("state"), text("backlog_conversations")], rows);
}

/** Return the silent ones by the nearest article, whose answer the lead may read and mend. */
function topics({ text }, { counts, titleOf }) {
  if (!counts.topics.size) return "";
  const heads = ["backlog_topic", "backlog_may_answer", "backlog_for_person"].map((each) => text(each));
  const rows = [...counts.topics]
    .sort(([, one], [, other]) => other.all - one.all)
    .map(([id, { all, answered }]) => [
      id === NO_TOPIC ? titleOf(id) : h("a", { href: `#knowledge/${encodeURIComponent(id)}` }, titleOf(id)),
      String(answered),
      String(all - answered),
    ]);
  return [h("h2", { class: "apart" }, text("backlog_topics")), table(text("backlog_topics"), heads, rows)];
}

function ages(text, counts) {
  if (!counts.ages.size) return "";
  const keys = [...AGES.map((days) => `backlog_age_${days}`), "backlog_age_older"];
  const rows = keys.filter((key) => counts.ages.has(key)).map((key) => [text(key), String(counts.ages.get(key))]);
  return [h("h2", { class: "apart" }, text("backlog_ages")), table(text("backlog_ages"), [text("backlog_age"), text("backlog_conversations")], rows)];
}

/** Return why the assistant keeps silent, by the reasons of its reading. */
function whys(text, { whys: found }) {
  if (!found.size) return "";
  const rows = [...found].sort(([, one], [, other]) => other - one).map(([why, count]) => [readable(why), String(count)]);
  return h("details", {}, h("summary", {}, text("backlog_whys")), table(text("backlog_whys"), [text("why"), text("backlog_conversations")], rows));
}
