/**
 * Now: which alerts stand, who waits and how long, who can take them, and what the last hour brought.
 */

import { h, moment, readable, table } from "../staff/dom.js";
import { doer } from "./changes.js";

const MINUTE = 60;
const LISTS = { callback_missed: "overdue", promise_broken: "overdue", reply_undelivered: "unreached" }; // alerts about conversations

/** Return a wait in minutes and seconds, or a dash without one. */
export function waited(seconds) {
  if (seconds === null) return "–";
  return `${Math.floor(seconds / MINUTE)}:${String(seconds % MINUTE).padStart(2, "0")}`;
}

export async function now(page) {
  const { text, get } = page;
  // The first look is of the last minute, which is there at once. After that it is of now.
  const live = await get(`live?language=${text.language}${page.hasLooked ? "&within=15" : ""}`);
  page.hasLooked = true;
  const longest = live.pools.map((pool) => pool.longest_wait_seconds ?? -1);
  const arrivals = live.last_hour.intervals.map((each) => each.arrivals);
  const replies = live.last_hour.intervals.map((each) => each.first_replies);
  const sum = (counts) => counts.reduce((all, each) => all + each, 0);
  const worst = Math.max(-1, ...longest);
  const before = live.last_hour.arrivals_yesterday ?? null;
  const yesterday = before === null ? null : h("span", { class: "soft beneath" }, text("arrivals_yesterday", { count: before }));
  const figures = h(
    "dl",
    { class: "figures" },
    figure(text("waiting"), String(live.waiting)),
    figure(text("longest_wait"), waited(worst < 0 ? null : worst)),
    figure(text("arrivals_hour"), String(sum(arrivals)), bars(arrivals, text("arrivals_hour")), yesterday),
    figure(text("replies_hour"), String(sum(replies)), bars(replies, text("replies_hour"))),
  );
  const heads = ["pool", "state", "busy", "waiting", "longest_wait", "today"].map((each) => text(each));
  const rows = live.pools.map((pool) => [
    pool.id,
    h("span", { class: `state ${pool.state}` }, text.has(`state_${pool.state}`) ? text(`state_${pool.state}`) : pool.state),
    pool.seats === null ? counted(pool, pool.taken) : `${pool.taken} / ${pool.seats}`,
    String(pool.waiting),
    waited(pool.longest_wait_seconds),
    pool.daily_limit === null ? counted(pool, pool.used_today) : `${pool.used_today} / ${pool.daily_limit}`,
  ]);
  const age = h("p", { class: "soft" }, text("as_of"), " ", moment(live.as_of, text.language));
  const list = h("p", {}, h("a", { href: "#conversations/waiting" }, text("show_waiting")));
  return { nodes: [alerts(page, live.alerts ?? []), figures, age, list, table(text("pools"), heads, rows), ...inLine(live, text)], lives: true };
}

/** Return who waits first for each pool, with the place, the wait, and a way to the conversation. */
function inLine({ as_of: asOf, pools }, text) {
  const heads = ["place", "waits_for", "waits_since", "has_waited", "conversation"].map((each) => text(each));
  const rows = pools.flatMap((pool) =>
    (pool.line ?? []).map((each) => [
      String(each.place),
      pool.id,
      moment(each.waits_since, text.language),
      waited(Math.max(0, Math.floor((Date.parse(asOf) - Date.parse(each.waits_since)) / 1000))),
      h("span", {}, h("a", { href: `#conversations/one/${each.conversation_id}` }, text("look_at")), each.priority > 0 ? ` · ${text("more_urgent")}` : ""),
    ]),
  );
  return rows.length ? [h("h2", { class: "apart" }, text("in_line")), table(text("in_line"), heads, rows)] : [];
}

/** Return the alerts that stand, each with what to do, and a button for whoever takes it. */
function alerts({ text, may, change, again }, standing) {
  if (!standing.length) return null;
  return h(
    "ul",
    { class: "alerts", "aria-label": text("alerts") },
    standing.map((alert) =>
      h(
        "li",
        { class: alert.level },
        h("p", {}, h("strong", {}, text(`level_${alert.level}`)), " ", h("span", {}, readable(alert.words)), ...listed(alert)),
        h(
          "p",
          { class: "soft" },
          text("since"), " ", moment(alert.raised_at, text.language), " ",
          alert.acknowledged_by ? h("span", {}, text("taken_by", { name: doer(text, alert.acknowledged_by) })) : take(alert),
        ),
      ),
    ),
  );

  function listed({ key }) {
    return LISTS[key] ? [" ", h("a", { href: `#conversations/${LISTS[key]}` }, text("show_them"))] : [];
  }

  function take(alert) {
    if (!may("lead")) return null;
    const place = `alerts/${encodeURIComponent(alert.id)}/acknowledge`;
    return h("button", { type: "button", onclick: () => change("POST", place, {}).then(again, again) }, text("take_alert"));
  }
}

function figure(name, value, ...more) {
  return h("div", {}, h("dt", { class: "soft" }, name), h("dd", {}, value, ...more));
}

/** Return a count of seats, or a dash: of a pool that bounds itself no seat is counted. */
const counted = ({ seats, daily_limit: limit }, count) => (seats === null && limit === null && !count ? "–" : String(count));

/** Return twelve bars of five minutes. The figure beside them says the same in a number. */
function bars(counts, name) {
  const most = Math.max(1, ...counts);
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", `0 0 ${counts.length * 8} 24`);
  svg.setAttribute("class", "bars");
  svg.setAttribute("preserveAspectRatio", "xMinYMax");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `${name}: ${counts.join(", ")}`);
  counts.forEach((count, index) => {
    const bar = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    const height = Math.max(1, (count / most) * 24);
    for (const [key, value] of Object.entries({ x: index * 8, y: 24 - height, width: 6, height })) {
      bar.setAttribute(key, value);
    }
    svg.append(bar);
  });
  return svg;
}
