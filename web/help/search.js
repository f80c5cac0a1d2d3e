/**
 * Search among the titles and answers of one language, in the page and without a server.
 *
 * `articles.js` sets `helpArticles`: lists of a title, an address and the words that are searched.
 * It holds all answers of the language, and is fetched once somebody goes to the search.
 */

const form = document.getElementById("search");
const field = document.getElementById("query");
const list = document.getElementById("answers");
const pages = document.getElementById("pages");
const status = document.getElementById("found");
const whole = [...list.children];
const MOST_SHOWN = 50;
const MOST_WORDS = 12;
const LEAST_TOLD = 3; // characters of a search that is told
const MOST_TOLD = 200;
const told = new Set();
const UNKNOWN_TELLS = 2; // a word that no answer has may be the subject, or only a small word of a question
let known = null;

/** Return a text as it is compared: without accents and capitals. */
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** Fetch what is searched, once, and show what was typed meanwhile. */
function fetched() {
  field.removeEventListener("focus", fetched);
  const script = document.createElement("script");
  script.src = "articles.js";
  script.onload = () => {
    known = window.helpArticles.map(([title, address, text]) => ({ title, address, head: plain(title), text: plain(`${title}\n${text}`) }));
    form.dataset.ready = "";
    show();
  };
  document.head.append(script);
}

/**
 * Return the articles that hold all words, and whether there are any. If not, they are those with the words that tell most.
 *
 * A rare word tells more than a common one. Of equals, the one with the words in its title comes first.
 */
function found(query) {
  const words = [...new Set(plain(query).match(/[\p{L}\p{N}]+/gu))].slice(0, MOST_WORDS);
  const scores = known.map((each) => ({ each, told: 0, held: 0, inTitle: 0 }));
  let total = 0;
  for (const word of words) {
    const holding = scores.filter(({ each }) => each.text.includes(word));
    const tells = holding.length ? Math.log1p(known.length / holding.length) : UNKNOWN_TELLS;
    total += tells;
    for (const score of holding) {
      score.told += tells;
      score.held += 1;
      score.inTitle += score.each.head.includes(word);
    }
  }
  const best = words.length ? scores.filter(({ held }) => held === words.length) : [];
  const listed = best.length ? best : scores.filter(({ told }) => told > total / 2);
  listed.sort((one, other) => other.told - one.told || other.inTitle - one.inTitle);
  return { articles: listed.slice(0, MOST_SHOWN).map(({ each }) => each), isWhole: best.length > 0 };
}

/** Return how many answers the list shows, in words. */
const shown = (count) => form.dataset.shown.replace("{count}", count);

function show() {
  const query = field.value.trim();
  if (pages) pages.hidden = Boolean(query && known);
  if (!query || !known) {
    list.replaceChildren(...whole);
    status.textContent = "";
    return;
  }
  const { articles, isWhole } = found(query);
  list.replaceChildren(
    ...articles.map(({ title, address }) => {
      const link = document.createElement("a");
      link.href = address;
      link.textContent = title;
      link.addEventListener("click", () => keep(query));
      const item = document.createElement("li");
      item.append(link);
      return item;
    }),
  );
  status.textContent = articles.length ? shown(articles.length) : form.dataset.nothing;
  if (!isWhole && form.dataset.chat) status.append(" ", asking(query));
}

/** Keep the words of a search in this tab, for a chat in which the answer did not help. */
function keep(query) {
  try {
    sessionStorage.setItem("surgeline.search", query.slice(0, 200));
  } catch {
    // The browser forbids storage, and the chat does not learn the words.
  }
}

/** Return the link that opens the chat with the words. Nobody gets them before they are sent. */
function asking(query) {
  const link = document.createElement("a");
  link.href = `${form.dataset.chat}#ask=${encodeURIComponent(query.slice(0, 500))}`;
  link.referrerPolicy = "no-referrer-when-downgrade";
  link.textContent = form.dataset.ask;
  return link;
}

/**
 * Tell the company which words found nothing, once a page, when somebody has finished typing them.
 *
 * Only the words are told. The company learns what to write next, and not who searched.
 */
function tell() {
  const query = field.value.trim().slice(0, MOST_TOLD);
  if (!form.dataset.told || !known || query.length < LEAST_TOLD || told.has(plain(query)) || found(query).articles.length) return;
  told.add(plain(query));
  const asked = { method: "POST", body: JSON.stringify({ searched: query }), headers: { "content-type": "application/json" } };
  fetch(form.dataset.told, { ...asked, credentials: "omit", keepalive: true }).catch(() => {});
}

form.hidden = false;
form.addEventListener("submit", (event) => event.preventDefault());
field.addEventListener("focus", fetched);
field.addEventListener("input", show);
field.addEventListener("change", tell);
addEventListener("pagehide", tell);
