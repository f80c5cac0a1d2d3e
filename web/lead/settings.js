/**
 * Settings: each version of the configuration, its difference to the one before, and the way back.
 */

import { h, moment, readable, table } from "../staff/dom.js";
import { doer } from "./changes.js";

const LONGEST = 200;

export function settings(page, [version]) {
  return version ? one(page, version) : list(page);
}

async function list({ text, get }) {
  const { versions } = await get("configuration/versions");
  const heads = ["published", "who", "reason_short", "in_force_until", "act"].map((each) => text(each));
  const rows = versions.map((each, index) => [
    h("span", {}, each.at ? moment(each.at, text.language) : each.version),
    each.who ? doer(text, each.who) : text("nobody_known"),
    readable(each.reason),
    each.until ? moment(each.until, text.language) : text("in_use"),
    index < versions.length - 1 ? h("a", { href: `#settings/${each.version}`, "aria-label": text("difference_of", { version: nameOf(each, text) }) }, text("difference")) : "",
  ]);
  const nothing = h("p", { class: "soft" }, text("no_versions"));
  return {
    nodes: [h("p", { class: "soft" }, text("settings_more")), rows.length ? table(text("settings"), heads, rows) : nothing],
    lives: false,
  };
}

/** Return the words by which a person knows a version: when it was published, and by whom. */
function nameOf({ at, who, version }, text) {
  if (!at) return version;
  const when = new Intl.DateTimeFormat(text.language, { dateStyle: "short", timeStyle: "short" }).format(new Date(at));
  return [when, doer(text, who)].filter(Boolean).join(", ");
}

/** Show what a version changed, and offer to use the version before it again. */
async function one(page, version) {
  const { text, get, may } = page;
  const { versions } = await get("configuration/versions");
  const place = versions.findIndex((each) => each.version === version);
  const before = place < 0 ? null : versions[place + 1];
  const back = h("p", {}, h("a", { href: "#settings" }, text("all_versions")));
  if (!before) return { nodes: [back, h("p", { class: "soft" }, text("no_versions"))], lives: false };
  const [old, now] = await Promise.all([before.version, version].map((each) => get(`configuration?version=${each}`)));
  const changes = difference(old.configuration, now.configuration);
  const undo = h("button", { type: "button", onclick: () => goBack(page, versions[0].version, before.version) }, text("use_before"));
  return {
    nodes: [
      back,
      h("p", { class: "soft" }, text("changed_from", { before: nameOf(before, text), version: nameOf(versions[place], text) })),
      changes.length ? h("div", { class: "changes panel" }, changes.map(shown)) : h("p", {}, text("nothing_changed")),
      may("write") ? h("p", {}, undo) : "",
    ],
    lives: false,
  };
}

function goBack(page, current, version) {
  const { text } = page;
  const reason = h("label", {}, text("reason"), h("input", { name: "reason", maxlength: 200, required: "" }));
  page.ask(text("go_back_title"), [h("p", { class: "soft" }, text("go_back_more")), reason], text("use_again"), async ({ reason: why }) => {
    await page.change("POST", "configuration/rollback", { version }, why, current);
    location.hash = "#settings";
  });
}

/** Return the places where two documents differ, as `[place, before, after]`. */
export function difference(before, after, place = "") {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (!isTree(before) || !isTree(after)) return [[place, before, after]];
  const [old, now] = [named(before), named(after)];
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  return names.flatMap((name) => difference(old[name], now[name], place ? `${place} › ${name}` : name));
}

const isTree = (value) => typeof value === "object" && value !== null;

/** Return a list's items by their ids, so that an inserted item moves no other one. */
function named(value) {
  if (!Array.isArray(value)) return value;
  return Object.fromEntries(value.map((each, index) => [each?.id ?? String(index + 1), each]));
}

export function shown([place, before, after]) {
  return h("div", {}, h("h3", {}, readable(place)), isGiven(before) && h("del", {}, said(before)), isGiven(after) && h("ins", {}, said(after)));
}

const isGiven = (value) => value !== undefined && value !== null;

function said(value) {
  const words = typeof value === "string" ? value : JSON.stringify(value);
  return readable(words.length > LONGEST ? `${words.slice(0, LONGEST)}…` : words);
}
