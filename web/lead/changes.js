/**
 * What a change does to an article, as deletions and insertions, and who made it.
 */

import { h, readable } from "../staff/dom.js";

const KEY = /^the key (['"])(.*)\1$/su;
const PERSON = /^(.*) \((agent|lead|admin)\)$/su;

/** Return who it was in the page's language. The record has a key, or a person with a role, in English. */
export function doer(text, who) {
  const [key, person] = [KEY, PERSON].map((form) => form.exec(readable(who)));
  if (key) return text("by_key", { name: key[2] });
  return person ? `${person[1]} (${text(`role_${person[2]}`)})` : readable(who);
}

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
