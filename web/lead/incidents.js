/**
 * Incidents: one approved text before the bot's answers, on the banner and in the pools' offers.
 */

import { h, moment, readable } from "../staff/dom.js";
import { channels } from "./channels.js";
import { articlesField, titlesOf } from "./titles.js";

const LANGUAGES = ["en", "ko", "fr"];
const HOURS = [1, 2, 4, 8, 12, 24, 48];
const TELL_HOURS = [0, 1, 3, 6, 12, 24];

export async function incidents(page) {
  const { text, get, may } = page;
  const [{ incidents: all }, noticed, { configuration }] = await Promise.all([get("incidents"), get("spikes"), get("configuration")]);
  const titleOf = await titlesOf(page, all.flatMap((each) => each.articles.map((id) => ["", id])));
  const cards = (some) => h("ul", { class: "cards" }, some.map((each) => card(page, each, titleOf)));
  const open = all.filter((each) => each.state !== "ended");
  const over = all.filter((each) => each.state === "ended");
  const start = h("button", { type: "button", class: "primary", onclick: () => publish(page) }, text("publish_incident"));
  return {
    nodes: [
      h("p", { class: "soft" }, text("incidents_more")),
      may("lead") ? h("p", {}, start) : "",
      ...spikes(page, noticed),
      open.length ? cards(open) : h("p", { class: "soft" }, text("no_incidents")),
      over.length ? h("h2", { class: "apart" }, text("incidents_over")) : "",
      over.length ? cards(over) : "",
      ...channels(page, configuration),
    ],
    lives: false,
  };
}

/** Return what was noticed: topics that many ask about, with a way to answer all of them. */
function spikes(page, { spikes: found, growing, days_known: known, days_needed: needed }) {
  const { text } = page;
  const learning = known < needed ? h("p", { class: "soft small" }, text("spikes_learning", { known, needed })) : "";
  const many = found.length ? [h("h2", { class: "apart" }, text("spikes")), h("ul", { class: "cards" }, found.map((each) => spike(page, each)))] : [learning];
  if (!growing.length) return many;
  return [...many, h("h2", { class: "apart" }, text("growing")), h("p", { class: "soft" }, text("growing_more")), h("ul", { id: "growing" }, growing.map((each) => grown(page, each)))];
}

function grown({ text }, { topic, article, days, customers, expected }) {
  const name = readable(article?.title ?? (topic === "no topic" ? text("no_topic") : topic));
  return h("li", {}, name, ": ", text("growing_numbers", { days, customers, expected: Math.round(expected) }));
}

function spike(page, each) {
  const { text, may } = page;
  const numbers = { ...each, expected: Math.round(each.expected), share: Math.round(each.share * 100) };
  const answer = h("button", { type: "button", onclick: () => publish(page, each.article ? [each.article.id] : []) }, text("publish_incident"));
  return h(
    "li",
    { class: "panel" },
    h("h2", {}, readable(each.article?.title ?? (each.topic === "no topic" ? text("no_topic") : each.topic)), " ", h("span", { class: `state ${each.ended_at ? "closed" : "open"}` }, text(each.ended_at ? "spike_over" : "spike_on"))),
    h("p", {}, text("spike_numbers", numbers), " ", moment(each.began_at, text.language)),
    each.sentences.length ? h("ul", {}, each.sentences.map((words) => h("li", { dir: "auto" }, readable(words)))) : "",
    each.answer ? h("p", { class: "soft small cut" }, text("spike_answer"), " ", readable(each.answer)) : "",
    each.incidents.length ? h("p", { class: "small" }, text("spike_told")) : may("lead") && !each.ended_at ? h("div", { class: "row start" }, answer) : "",
  );
}

function card(page, each, titleOf) {
  const { text, may } = page;
  const { uses } = each;
  const topic = each.articles.length ? each.articles.map((id) => titleOf("", id)).join(", ") : text("every_topic");
  const texts = Object.entries(each.texts).map(([language, words]) => h("p", { lang: language, dir: "auto" }, readable(words)));
  const counts = uses && text(uses.complete ? "incident_uses" : "incident_uses_least", uses);
  const end = h("button", { type: "button", onclick: () => endIt(page, each) }, text("end_incident"));
  return h(
    "li",
    { class: "panel" },
    h("h2", {}, topic, " ", h("span", { class: `state ${each.state === "running" ? "open" : "closed"}` }, text(`incident_${each.state}`))),
    texts,
    h("p", { class: "soft small" }, [each.channels.join(", "), text("until")].filter(Boolean).join(" · "), " ", moment(each.ends_at, text.language)),
    counts ? h("p", { class: "small" }, counts, uses.told_first ? ` ${text("incident_first", uses)}` : "") : "",
    each.state !== "ended" && may("lead") ? h("div", { class: "row start" }, end) : "",
  );
}

const reasonField = (text) => h("label", {}, text("reason"), h("input", { name: "reason", maxlength: 200, required: "" }));

async function publish(page, about = []) {
  const { text } = page;
  const articles = await page.tried(() => articlesField(page, { name: "articles", label: text("incident_articles"), chosen: about }));
  if (!articles) return;
  const fields = [
    ...LANGUAGES.map((each) => h("label", {}, text(`text_${each}`), h("textarea", { name: each, rows: 2, maxlength: 1000 }))),
    articles,
    h("label", {}, text("lasts"), h("select", { name: "hours" }, HOURS.map((each) => h("option", { value: each, selected: each === 4 && "" }, text("hours", { count: each }))))),
    h("label", {}, text("tell_back"), h("select", { name: "back" }, TELL_HOURS.map((each) => h("option", { value: each }, each ? text("tell_last", { count: each }) : text("tell_nobody"))))),
    reasonField(text),
  ];
  page.ask(text("publish_incident"), fields, text("publish"), ({ hours, back, articles: ids, reason, ...texts }) => {
    const given = Object.fromEntries(Object.entries(texts).filter(([, words]) => words.trim()));
    const body = { texts: given, articles: ids.split("\n").filter(Boolean), minutes: Number(hours) * 60, tell_minutes: Number(back) * 60 };
    return page.change("POST", "incidents", body, reason);
  });
}

function endIt(page, each) {
  const { text } = page;
  page.ask(text("end_incident_title"), [h("p", { class: "soft" }, text("end_incident_more")), reasonField(text)], text("end_incident"), ({ reason }) =>
    page.change("POST", `incidents/${each.id}/end`, {}, reason),
  );
}
