/**
 * Crisis: another tone for the assistant, turned on and off with one act, and written beforehand.
 */

import { h, moment, readable } from "../staff/dom.js";
import { articlesField } from "./titles.js";

const LANGUAGES = ["en", "ko", "fr"];
const HOURS = [4, 12, 24, 48, 72, 168];

export async function crisis(page) {
  const { text, get, may } = page;
  const found = await get("crisis");
  const cards = found.profiles.map((each) => card(page, each, found.on));
  const write = h("button", { type: "button", onclick: () => edit(page, null) }, text("new_profile"));
  return {
    nodes: [
      h("p", { class: "soft" }, text("crisis_more")),
      found.on ? lasts(page, found.on) : h("p", {}, text("crisis_is_off")),
      cards.length ? h("ul", { class: "cards" }, cards) : "",
      may("lead") ? h("p", {}, write) : "",
    ],
    lives: false,
  };
}

function lasts(page, on) {
  const { text, may } = page;
  const off = h("button", { type: "button", class: "primary", onclick: () => turnOff(page) }, text("crisis_off"));
  return h(
    "div",
    { class: "panel", role: "status" },
    h("p", {}, h("strong", {}, text("crisis_is_on", on)), " ", text("until"), " ", moment(on.until, text.language)),
    may("lead") ? off : "",
  );
}

function card(page, each, on) {
  const { text, may } = page;
  const fits = each.articles.map((base) => h("p", { class: "soft small" }, text("crisis_fits", base)));
  const words = [...Object.values(each.preamble), ...Object.values(each.banner)].map((one) => h("p", { dir: "auto" }, readable(one)));
  const acts = h(
    "div",
    { class: "row start" },
    h("button", { type: "button", onclick: () => turnOn(page, each) }, text(on?.profile === each.id ? "crisis_again" : "crisis_on")),
    h("button", { type: "button", onclick: () => rehearse(page, each) }, text("crisis_try")),
    h("button", { type: "button", onclick: () => edit(page, each) }, text("crisis_edit")),
  );
  return h("li", { class: "panel" }, h("h2", {}, each.id), words, fits, may("lead") ? acts : "");
}

const reasonField = (text) => h("label", {}, text("reason"), h("input", { name: "reason", maxlength: 200, required: "" }));

function turnOn(page, each) {
  const { text } = page;
  const hours = HOURS.map((count) => h("option", { value: count, selected: count === 24 && "" }, text("hours", { count })));
  const fields = [h("p", { class: "soft" }, text("crisis_on_more")), h("label", {}, text("lasts"), h("select", { name: "hours" }, hours)), reasonField(text)];
  page.ask(text("crisis_on_title", { id: each.id }), fields, text("crisis_on"), ({ hours: count, reason }) =>
    page.change("PUT", "crisis", { profile: each.id, minutes: Number(count) * 60 }, reason),
  );
}

function turnOff(page) {
  const { text } = page;
  page.ask(text("crisis_off_title"), [h("p", { class: "soft" }, text("end_incident_more")), reasonField(text)], text("crisis_off"), ({ reason }) =>
    page.change("DELETE", "crisis", undefined, reason),
  );
}

async function rehearse(page, each) {
  const { text } = page;
  const found = await page.get(`crisis/rehearsal?${new URLSearchParams({ profile: each.id })}`);
  const lines = Object.entries(found.counts).map(([fit, count]) => h("li", {}, text(`fit_${fit}`, { count })));
  const told = h("p", {}, text("crisis_tried", { count: found.conversations, people: found.more_people }));
  page.ask(text("crisis_try"), [told, h("ul", {}, lines)], text("crisis_seen"), () => {});
}

/** Ask for a profile's fields. A new profile is named first. */
async function edit(page, each) {
  const { text } = page;
  const people = await page.tried(() => articlesField(page, { name: "to_people", label: text("crisis_to_people"), chosen: each?.to_people }));
  if (!people) return;
  const area = (name, language, value) =>
    h("label", {}, `${text(name)} (${language})`, h("textarea", { name: `${name}.${language}`, rows: 2, maxlength: 1000, value: value ?? "" }));
  const fields = [
    h("label", {}, text("name"), h("input", { name: "id", value: each?.id ?? "", required: "", pattern: "[a-z0-9][a-z0-9_\\-]*", maxlength: 64, readonly: each && "" })),
    ...LANGUAGES.map((language) => area("preamble", language, each?.preamble[language])),
    ...LANGUAGES.map((language) => area("crisis_banner", language, each?.banner[language])),
    people,
    reasonField(text),
  ];
  page.ask(text(each ? "crisis_edit" : "new_profile"), fields, text("save"), (given) => {
    const texts = (name) => Object.fromEntries(LANGUAGES.map((language) => [language, given[`${name}.${language}`].trim()]).filter(([, words]) => words));
    const body = { preamble: texts("preamble"), banner: texts("crisis_banner"), texts: each?.texts ?? {}, to_people: given.to_people.split("\n").filter(Boolean) };
    if (each) body.suppressed_tags = each.suppressed_tags;
    return page.change("PUT", `crisis/profiles/${encodeURIComponent(given.id)}`, body, given.reason);
  });
}
