/**
 * Now: who waits and how long, who can take them, and what the last hour brought.
 */

import { h, table } from "../staff/dom.js";

const MINUTE = 60;

/** Return a wait in minutes and seconds, or a dash without one. */
export function waited(seconds) {
  if (seconds === null) return "–";
  return `${Math.floor(seconds / MINUTE)}:${String(seconds % MINUTE).padStart(2, "0")}`;
}

export async function now({ text, get }) {
  const live = await get("live");
  const longest = live.pools.map((pool) => pool.longest_wait_seconds ?? -1);
  const arrivals = live.last_hour.intervals.map((each) => each.arrivals);
  const replies = live.last_hour.intervals.map((each) => each.first_replies);
  const sum = (counts) => counts.reduce((all, each) => all + each, 0);
  const worst = Math.max(-1, ...longest);
  const figures = h(
    "dl",
    { class: "figures" },
    figure(text("waiting"), String(live.waiting)),
    figure(text("longest_wait"), waited(worst < 0 ? null : worst)),
    figure(text("arrivals_hour"), String(sum(arrivals)), bars(arrivals, text("arrivals_hour"))),
    figure(text("replies_hour"), String(sum(replies)), bars(replies, text("replies_hour"))),
  );
  const heads = ["pool", "state", "busy", "waiting", "longest_wait", "today"].map((each) => text(each));
  const rows = live.pools.map((pool) => [
    pool.id,
    h("span", { class: `state ${pool.state}` }, text.has(`state_${pool.state}`) ? text(`state_${pool.state}`) : pool.state),
    pool.seats === null ? String(pool.taken) : `${pool.taken} / ${pool.seats}`,
    String(pool.waiting),
    waited(pool.longest_wait_seconds),
    pool.daily_limit === null ? String(pool.used_today) : `${pool.used_today} / ${pool.daily_limit}`,
  ]);
  const list = h("p", {}, h("a", { href: "#conversations/waiting" }, text("show_waiting")));
  return { nodes: [figures, list, table(text("pools"), heads, rows)], lives: true };
}

function figure(name, value, more) {
  return h("div", {}, h("dt", { class: "soft" }, name), h("dd", {}, value, more));
}

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
