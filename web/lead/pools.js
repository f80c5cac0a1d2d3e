/**
 * Pools: open, pause, drain, and set the seats and the hours, each with a reason that goes on record.
 */

import { h, moment } from "../staff/dom.js";
import { hours } from "./hours.js";

export async function pools(page) {
  const { text, get } = page;
  const [live, { configuration }] = await Promise.all([get("live"), get("configuration")]);
  const stands = new Map(live.pools.map((each) => [each.id, each]));
  const cards = configuration.pools.map((pool) => card(page, pool, stands.get(pool.id)));
  const nothing = h("p", { class: "soft" }, text("no_pools"));
  return { nodes: cards.length ? [h("ul", { class: "cards" }, cards)] : [nothing], lives: false };
}

function newcomer(text, waits) {
  return waits ? text("newcomer_waits", { low: Math.floor(waits.low / 60), high: Math.ceil(waits.high / 60) }) : "";
}

/** Tell in the reader's language why the pool takes nobody now, and until when. The API's own words are English. */
function reason(text, { state, until, taken, seats, used_today: used, daily_limit: limit }) {
  const key = state === "full" && !seats ? "why_nobody" : `why_${state}`;
  const why = text.has(key) ? text(key, { taken, seats, used, limit }) : "";
  const end = until ? [text("until"), " ", moment(until, text.language)] : [];
  return [why, ...(why && end.length ? [" · "] : []), ...end];
}

function card(page, pool, stand) {
  const { text, may } = page;
  const state = stand?.state ?? "open";
  const shown = text.has(`state_${state}`) ? text(`state_${state}`) : state;
  const facts = [
    text.has(`kind_${pool.kind}`) ? text(`kind_${pool.kind}`) : pool.kind,
    (pool.languages ?? []).join(", "),
    stand && text(Number.isInteger(stand.seats) ? "taken_of" : "taken_free", stand),
    stand?.waiting ? text("wait_here", { count: stand.waiting }) : "",
    newcomer(text, stand?.newcomer_waits_seconds),
  ];
  const button = (name, fields) =>
    h("button", { type: "button", onclick: () => withReason(page, pool, name, fields) }, text(name));
  const acts = may("lead")
    ? h(
        "div",
        { class: "row start" },
        pool.paused || pool.draining ? button("open_pool", { paused: false, draining: false }) : "",
        pool.paused ? "" : button("pause", { paused: true }),
        pool.draining || pool.paused ? "" : button("drain", { draining: true }),
        h("button", { type: "button", onclick: () => seats(page, pool) }, text("set_seats")),
        h("button", { type: "button", onclick: () => hours(page, pool) }, text("set_hours")),
      )
    : "";
  return h(
    "li",
    { class: "panel" },
    h("h2", {}, pool.id, " ", h("span", { class: `state ${state}` }, shown)),
    h("p", { class: "soft small" }, facts.filter(Boolean).join(" · ")),
    stand && stand.state !== "open" ? h("p", { class: "small" }, reason(text, stand)) : "",
    acts,
  );
}

function reasonField(text) {
  return h("label", {}, text("reason"), h("input", { name: "reason", maxlength: 200, required: "" }));
}

function withReason(page, pool, name, fields) {
  const { text } = page;
  page.ask(text(`${name}_title`, { pool: pool.id }), [h("p", { class: "soft" }, text(`${name}_more`)), reasonField(text)], text(name), ({ reason }) =>
    page.change("PATCH", `pools/${pool.id}/day`, fields, reason),
  );
}

function seats(page, pool) {
  const { text } = page;
  const field = h("input", { name: "seats", type: "number", min: 0, max: 100000, value: pool.seats ?? "" });
  const fields = [h("label", {}, text("seats"), field), h("p", { class: "soft small" }, text("seats_more")), reasonField(text)];
  page.ask(text("seats_title", { pool: pool.id }), fields, text("save"), ({ seats: wanted, reason }) =>
    page.change("PATCH", `pools/${pool.id}/day`, { seats: wanted === "" ? null : Number(wanted) }, reason),
  );
}
