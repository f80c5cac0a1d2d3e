/**
 * The titles of articles, because a lead knows an article by its title and not by its id: to show
 * them, and to choose articles by them.
 */

import { h, readable } from "../staff/dom.js";

const MOST = 100; // ids that one request names
const MOST_SHOWN = 8; // articles that a search offers
const known = new Map(); // of each base, the titles by id
let bases = null; // the knowledge base of each channel
let fields = 0;

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

// ---------------------------------------------------------------- choosing

/** Return every article of every knowledge base: `{id, title, language}`. */
async function everyArticle({ get }) {
  const { configuration } = await get("configuration");
  const names = [...new Set(configuration.channels.map((each) => each.knowledge_base ?? "shop"))];
  const found = await Promise.all(names.map((base) => get(`knowledge/${base}/articles`).catch(() => ({ articles: [] }))));
  return found.flatMap(({ articles }) => articles);
}

/**
 * Return a field whose value is the ids of the chosen articles, one a line. What is chosen stands
 * first, and a search by title or id offers more.
 */
export async function articlesField(page, { name, label, chosen = [] }) {
  const { text } = page;
  const articles = await everyArticle(page);
  const named = new Map(articles.map((each) => [each.id, each]));
  const ids = new Set(chosen);
  const value = h("input", { type: "hidden", name });
  const list = h("ul", { class: "picks" });
  const status = h("p", { class: "soft small", role: "status" });
  const title = (id) => readable(named.get(id)?.title || id);
  const search = h("input", { type: "search", "aria-label": text("pick_search"), placeholder: text("pick_search"), oninput: () => draw() });
  search.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());

  const option = (id) => {
    const box = h("input", { type: "checkbox", checked: ids.has(id), onchange: ({ target }) => {
      if (target.checked) ids.add(id);
      else ids.delete(id);
      value.value = [...ids].join("\n");
    } });
    const language = named.get(id)?.language;
    return h("li", {}, h("label", {}, box, h("span", {}, h("bdi", {}, title(id)), language ? h("span", { class: "soft small" }, ` ${language}`) : "")));
  };
  const draw = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = words.length
      ? articles.filter((each) => !ids.has(each.id) && words.every((word) => `${each.title} ${each.id}`.toLowerCase().includes(word)))
      : [];
    status.textContent = words.length ? text("pick_found", { count: found.length }) : "";
    list.replaceChildren(...[...ids, ...found.slice(0, MOST_SHOWN).map((each) => each.id)].map(option));
    value.value = [...ids].join("\n");
  };
  draw();
  fields += 1;
  const id = `picks-${fields}`;
  return h("div", { class: "picker", role: "group", "aria-labelledby": id }, h("p", { id }, label), search, status, list, value);
}
