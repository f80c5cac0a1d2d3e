/**
 * Who waits for the person's pools: how many, and how long the first ones have waited, by place.
 */

import { clock, make, setText } from "./list.js";

/** Draw the line of each pool in which somebody waits. A second call lets the clocks go on. */
export function drawLine(desk, text) {
  const pools = desk.pools.filter((pool) => pool.waiting > 0);
  document.getElementById("line-part").hidden = pools.length === 0;
  const list = document.getElementById("line");
  while (list.children.length > pools.length) list.lastElementChild.remove();
  while (list.children.length < pools.length) list.append(make("li"));
  pools.forEach((pool, index) => setText(list.children[index], wordsOf(pool, desk, text)));
}

function wordsOf(pool, desk, text) {
  const waited = (each) => clock(desk.now() - Date.parse(each.waits_since));
  const first = pool.line.map((each) => text("line_first", { place: each.place, time: waited(each) }));
  return [pool.id, text("line_count", { count: pool.waiting }), ...first].join(" · ");
}
