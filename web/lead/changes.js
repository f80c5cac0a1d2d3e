/**
 * What a change does to an article, as deletions and insertions.
 */

import { h, readable } from "../staff/dom.js";

/** Return elements for pairs of (name, before, after), and for phrasings that come and go. */
export const changesOf = (text, pairs, added, removed) =>
  [
    ...pairs.map(([name, before, after]) => change(text(name), before ?? "", after ?? "")),
    ...added.map((each) => change(text("question"), "", each)),
    ...removed.map((each) => change(text("question"), each, "")),
  ].filter(Boolean);

function change(name, before, after) {
  if (before === after) return null;
  return h("div", {}, h("h3", {}, name), before && h("del", {}, readable(before)), after && h("ins", {}, readable(after)));
}
