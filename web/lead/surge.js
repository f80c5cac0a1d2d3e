/**
 * Staffing: what the controller advises and why, a lead's word to it, the next hours, and calls.
 */

import { h, moment, percent, readable, table } from "../staff/dom.js";
import { called, nextHours, shares } from "./shifts.js";

const MODES = ["off", "advise", "ask", "act"];
export const HOURS = [1, 2, 4, 8, 12, 24, 48];
const MOST_TOLD = 20;

export async function surge(page) {
  const { text, get } = page;
  const mine = `?language=${text.language}`;
  const routes = [`surge${mine}`, `surge/decisions${mine}`, "surge/ahead", "calls", "calls/ledger"];
  const [now, { decisions }, ahead, calls, ledger] = await Promise.all(routes.map(get));
  const told = decisions.filter((each) => each.did !== "nothing" && each.at !== now.decision?.at).slice(0, MOST_TOLD);
  const leads = now.pools.length > 0;
  return {
    nodes: [
      h("p", { class: "soft small" }, text("as_of"), " ", moment(now.as_of, text.language), " ", button(text("look_again"), page.again)),
      leads ? standing(page, now) : h("p", { class: "soft" }, text("leads_nobody")),
      now.proposal && !now.proposal.approved_by ? proposal(page, now.proposal) : "",
      leads ? orders(page, now) : "",
      now.decision ? decided(page, now.decision) : "",
      ...nextHours(page, ahead),
      ...called(page, calls),
      ...shares(page, ledger),
      told.length ? h("h2", { class: "apart" }, text("decided_before")) : "",
      told.length ? before(page, told) : "",
    ],
    lives: false,
  };
}

export const reasonField = (text) => h("label", {}, text("reason"), h("input", { name: "reason", maxlength: 200, required: "" }));

export const lastsField = (text) =>
  h("label", {}, text("lasts"), h("select", { name: "hours" }, HOURS.map((count) => h("option", { value: count, selected: count === 2 && "" }, text("hours", { count })))));

const button = (name, act, more = {}) => h("button", { type: "button", onclick: act, ...more }, name);

const money = (value, { language }) => new Intl.NumberFormat(language, { maximumFractionDigits: 2 }).format(value);

/** Return the mode and the money, with the way to another mode. */
function standing(page, now) {
  const { text, may } = page;
  const override = now.overrides.find((each) => !each.pool);
  const cap = now.spend_cap === null ? text("no_cap") : text("cap_of", { cap: money(now.spend_cap, text) });
  const acts = h(
    "div",
    { class: "row start" },
    button(text("other_mode"), () => askMode(page, now.mode)),
    override && button(text("own_mode", { mode: text(`mode_${now.configured_mode}`) }), () => page.change("DELETE", "surge/mode").then(page.again, page.fail)),
  );
  return h(
    "div",
    { class: "panel" },
    h("h2", {}, text("mode"), " ", h("span", { class: `state ${now.mode === "off" ? "closed" : "open"}` }, text(`mode_${now.mode}`))),
    h("p", {}, text(`mode_${now.mode}_more`)),
    override && h("p", { class: "small" }, text("override_by", { name: override.by, reason: override.reason }), " · ", text("until"), " ", moment(override.until, text.language)),
    h("p", { class: "soft small" }, text("spent_today", { spent: money(now.spent, text) }), " ", cap),
    may("lead") && acts,
  );
}

function askMode(page, mode) {
  const { text } = page;
  const modes = h("select", { name: "mode" }, MODES.map((each) => h("option", { value: each, selected: each === mode && "" }, text(`mode_${each}`))));
  const fields = [h("label", {}, text("mode"), modes), lastsField(text), reasonField(text)];
  page.ask(text("other_mode"), fields, text("save"), ({ mode: wanted, hours, reason }) =>
    page.change("PUT", "surge/mode", { mode: wanted, minutes: Number(hours) * 60 }, reason),
  );
}

function proposal(page, { proposal: at, until, acts }) {
  const { text, may } = page;
  const approve = button(text("approve_proposal"), () => page.change("POST", "surge/approval", { proposal: at }).then(page.again, page.fail), { class: "primary" });
  return h(
    "div",
    { class: "panel", role: "status" },
    h("h2", {}, text("proposes")),
    actList(text, acts),
    h("p", { class: "soft small" }, text("until"), " ", moment(until, text.language)),
    may("lead") && h("div", { class: "row start" }, approve),
  );
}

const actList = (text, acts) =>
  h("ul", { class: "plain" }, acts.map(({ pool, people, change, why }) => h("li", {}, text("act_of", { pool, people, change: change > 0 ? `+${change}` : change }), " ", h("span", { class: "soft" }, readable(why)))));

/** Return the pools that are led, with a lead's orders. */
function orders(page, now) {
  const { text, may } = page;
  const heads = ["pool", "asked_for", "order", "act"].map((each) => text(each));
  const rows = now.pools.map((id) => {
    const order = now.overrides.find((each) => each.pool === id);
    const acts = h(
      "div",
      { class: "row start" },
      button(text("order_people"), () => askOrder(page, id), { "aria-label": text("order_people_of", { pool: id }) }),
      order && button(text("end"), () => page.change("DELETE", `surge/pools/${encodeURIComponent(id)}`).then(page.again, page.fail), { "aria-label": text("end_order_of", { pool: id }) }),
    );
    const said = order && h("span", {}, text("order_of", order), " ", text("until"), " ", moment(order.until, text.language));
    return [id, String(now.asked_for[id] ?? 0), said, may("lead") && acts];
  });
  return table(text("led_pools"), heads, rows);
}

function askOrder(page, pool) {
  const { text } = page;
  const people = h("input", { name: "people", type: "number", min: 0, max: 100000, required: "" });
  page.ask(text("order_people_of", { pool }), [h("p", { class: "soft" }, text("order_more")), h("label", {}, text("people_from_outside"), people), lastsField(text), reasonField(text)], text("save"), ({ people: wanted, hours, reason }) =>
    page.change("PUT", `surge/pools/${encodeURIComponent(pool)}`, { people: Number(wanted), minutes: Number(hours) * 60 }, reason),
  );
}

/** Return the last decision with its inputs, its reasons, the rule that bounds it, and the prices. */
function decided(page, decision) {
  const { text } = page;
  const { facts } = decision;
  const number = (value) => money(value, text);
  const inputs = [
    [text("per_hour"), `${number(facts.contacts_per_hour)} × ${number(facts.live_factor)}`],
    [text("by_forecast"), text(facts.is_forecast ? "the_forecast" : "the_last_minutes")],
    [text("waiting"), String(facts.waiting)],
    [text("on_shift"), number(facts.on_shift)],
    [text("from_outside"), String(Object.values(facts.here).reduce((sum, each) => sum + each, 0))],
    [text("wanted_people"), number(decision.wanted)],
    [text("counted_on"), number(decision.counted)],
    [text("missing_people"), number(decision.missing)],
  ];
  return h(
    "div",
    { class: "panel" },
    h("h2", {}, text("last_advice"), " ", h("span", { class: "state" }, text(`did_${decision.did}`)), " ", moment(decision.at, text.language)),
    decision.acts.length ? actList(text, decision.acts) : h("p", {}, text("no_act")),
    h("p", {}, text(`bound_${decision.bound}`)),
    h("ul", { class: "plain soft small" }, decision.why.map((each) => h("li", {}, readable(each)))),
    h("dl", { class: "inputs" }, inputs.map(([name, value]) => h("div", {}, h("dt", { class: "soft small" }, name), h("dd", {}, value)))),
    decision.prices.length ? prices(text, decision.prices) : "",
  );
}

function prices(text, list) {
  const share = (value) => percent(value, text.language);
  const heads = ["from_outside", "joined_in_time", "give_up", "cost_an_hour"].map((each) => text(each));
  const rows = list.map((each) => [String(each.people), share(each.service_level), share(each.abandoned), money(each.cost_per_hour, text)]);
  return h("details", {}, h("summary", {}, text("prices")), table(text("prices"), heads, rows));
}

function before({ text }, told) {
  const heads = ["when", "result", "what", "why"].map((each) => text(each));
  const acts = ({ acts: all }) => all.map(({ pool, people }) => `${pool}: ${people}`).join(", ") || "–";
  const rows = told.map((each) => [moment(each.at, text.language), text(`did_${each.did}`), acts(each), readable(each.acts[0]?.why ?? each.why[0])]);
  return table(text("decided_before"), heads, rows);
}
