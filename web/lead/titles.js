/**
 * The titles of articles, because a lead knows an article by its title and not by its id.
 */

import { readable } from "../staff/dom.js";

const MOST = 100; // ids that one request names
const known = new Map(); // of each base, the titles by id
let bases = null; // the knowledge base of each channel

/** Return `titleOf(channel, id)` for pairs of a channel and an article's id. */
export async function titlesOf({ get }, pairs) {
  const isNew = pairs.some(([channel]) => channel && !bases?.has(channel));
  if (!bases || isNew) {
    const { configuration } = await get("configuration");
    bases = new Map(configuration.channels.map((each) => [each.id, each.knowledge_base ?? "shop"]));
  }
  const wanted = new Map([...bases.values()].map((base) => [base, new Set()]));
  for (const [channel, id] of pairs) {
    for (const base of basesOf(channel)) if (!known.get(base)?.has(id)) wanted.get(base).add(id);
  }
  await Promise.all([...wanted].filter(([, ids]) => ids.size).map(([base, ids]) => learn(get, base, [...ids])));
  return (channel, id) => {
    const found = basesOf(channel).map((base) => known.get(base)?.get(id)).find(Boolean);
    return readable(found || id);
  };
}

/** Return the base of a channel, or every base for an article that is named without one. */
const basesOf = (channel) => (channel ? [bases.get(channel)].filter(Boolean) : [...new Set(bases.values())]);

async function learn(get, base, ids) {
  if (!known.has(base)) known.set(base, new Map());
  const titles = known.get(base);
  for (let first = 0; first < ids.length; first += MOST) {
    const some = ids.slice(first, first + MOST);
    const found = await get(`knowledge/${base}/articles?${new URLSearchParams({ ids: some.join(",") })}`).catch(() => ({ articles: [] }));
    for (const id of some) titles.set(id, "");
    for (const { id, title } of found.articles) titles.set(id, title);
  }
}
