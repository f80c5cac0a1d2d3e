/**
 * People: who may sign in, an invitation's link, who is told of what, and who changed what.
 */

import { call } from "../staff/api.js";
import { h, moment, readable, table } from "../staff/dom.js";
import { doer } from "./changes.js";

const ROLES = ["agent", "lead", "admin"];
let fresh = null; // {name, link} of the last invitation, which is shown once

export async function people(page) {
  const { text, get, may } = page;
  const [{ people: all }, { acts }, { configuration }, { subscriptions }, { issuer }] = await Promise.all([
    ...["staff", "audit", "configuration", "subscriptions"].map(get),
    call("GET", "issuer"),
  ]);
  const heads = ["name", "role", "pools", "comes_in", "act"].map((each) => text(each));
  const rows = all.map((each) => [
    readable(each.name),
    text(`role_${each.role}`),
    each.pools.join(", "),
    readable([text(each.has_password ? "has_password" : "by_link"), each.email].filter(Boolean).join(" · ")),
    each.revoked ? text("revoked") : mayEnd(page, each) ? revoke(page, each) : "",
  ]);
  const desks = configuration.pools.filter((each) => each.reached_by === "console").map((each) => each.id);
  const record = ["when", "who", "what", "reason_short", "result"].map((each) => text(each));
  const done = acts.slice(0, 50).map((each) => [
    moment(each.at, text.language),
    doer(text, each.who),
    readable(did(each, text)),
    readable(each.reason),
    ended(each, text),
  ]);
  const link = fresh && h("p", { class: "panel", role: "status" }, text("send_link", fresh), " ", h("code", {}, fresh.link));
  fresh = null;
  return {
    nodes: [
      may("write") ? h("p", {}, h("button", { type: "button", class: "primary", onclick: () => invite(page, desks, Boolean(issuer)) }, text("invite"))) : "",
      link ?? "",
      rows.length ? table(text("people"), heads, rows) : h("p", { class: "soft" }, text("nobody_yet")),
      h("h2", { class: "apart" }, text("subscriptions")),
      subscriptions.length ? told(page, subscriptions) : h("p", { class: "soft" }, text("no_subscriptions")),
      h("h2", { class: "apart" }, text("record")),
      done.length ? table(text("record"), record, done) : h("p", { class: "soft" }, text("no_acts")),
    ],
    lives: false,
  };
}

/** Return whether the person who looks may sign somebody out: a lead agents, an admin all others. */
const mayEnd = ({ may, me }, { id, role }) => id !== me.id && (may("write") || (may("lead") && role === "agent"));

/** Return in words what somebody did. `first` and `last` are parts of what the address named. */
function did({ act, target }, text) {
  const parts = target.split("/");
  const last = parts.at(-1);
  const values = { target, first: parts[0], last: text.has(`act_${last}`) ? text(`act_${last}`) : last };
  return text.has(`did ${act}`) ? text(`did ${act}`, values) : [act, target].filter(Boolean).join(" ");
}

function ended({ status }, text) {
  if (status === null) return text("cut_off");
  return status < 400 ? text("result_done") : text("result_refused", { status });
}

function revoke(page, person) {
  const { text } = page;
  return h(
    "button",
    {
      type: "button",
      "aria-label": text("revoke_of", { name: person.name }),
      onclick: () =>
        page.ask(text("revoke_title", { name: person.name }), [h("p", { class: "soft" }, text("revoke_more"))], text("revoke"), () =>
          page.change("POST", `staff/${person.id}/revoke`, {}),
        ),
    },
    text("revoke"),
  );
}

/** Return who is told of alerts and reports, each with a button that ends it. */
function told(page, subscriptions) {
  const { text, may } = page;
  const heads = ["name", "sent_to", "subjects", "sent_at", "act"].map((each) => text(each));
  const rows = subscriptions.map((each) => [
    each.id,
    readable(each.kind === "webhook" ? each.url : each.pool || [each.to, each.kind === "chat" && each.channel].filter(Boolean).join(" · ")),
    each.subjects.map((subject) => (text.has(`subject_${subject}`) ? text(`subject_${subject}`) : subject)).join(", "),
    each.subjects.some((subject) => subject !== "alerts" && !subject.includes(".")) ? text(`each_${each.every}`, { at: each.at, weekday: text(`day_${each.weekday}`) }) : text("at_once"),
    may("lead") ? end(page, each) : "",
  ]);
  return table(text("subscriptions"), heads, rows);
}

function end(page, { id }) {
  const { text } = page;
  const act = () => page.change("DELETE", `subscriptions/${encodeURIComponent(id)}`);
  const more = [h("p", { class: "soft" }, text("end_more"))];
  const ask = () => page.ask(text("end_title", { id }), more, text("end"), act);
  return h("button", { type: "button", "aria-label": text("end_title", { id }), onclick: ask }, text("end"));
}

function invite(page, desks, hasIssuer) {
  const { text } = page;
  const roles = ROLES.map((each) => h("option", { value: each }, text(`role_${each}`)));
  const pools = desks.map((each) => h("option", { value: each }, each));
  const fields = [
    h("label", {}, text("name"), h("input", { name: "name", maxlength: 100, required: "" })),
    h("label", {}, text("role"), h("select", { name: "role" }, roles)),
    pools.length ? h("label", {}, text("pool_of_agent"), h("select", { name: "pool" }, pools)) : h("p", { class: "soft" }, text("no_desk")),
  ];
  if (hasIssuer) fields.push(h("label", {}, text("account_address"), h("input", { name: "email", type: "email", maxlength: 254 })));
  page.ask(text("invite"), fields, text("make_link"), async ({ name, role, pool, email }) => {
    const named = role === "agent" && pool ? [pool] : [];
    const answer = await page.change("POST", "staff", { name, role, pools: named, ...(email ? { email } : {}) });
    fresh = { name, link: new URL(`.${answer.path}`, location.href).href };
  });
}
