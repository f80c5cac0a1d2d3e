/**
 * Knowledge: search, edit one answer, see the change, publish it with a reason, and go back.
 *
 * A publication is the whole base, as on the command line. So the page reads it anew before it
 * publishes, and keeps what others have changed in other articles.
 */

import { h, moment, readable, table } from "../staff/dom.js";
import { basesOf } from "./bases.js";
import { changesOf } from "./changes.js";

const MOST_SHOWN = 50;
let base = null;
let wanted = "";

async function whole(get, name) {
  const articles = [];
  let version = null;
  for (let after = 0; after !== null; ) {
    const found = await get(`knowledge/${name}/articles?content=yes&after=${after}`);
    if (version !== null && found.version !== version) return whole(get, name); // published meanwhile
    version = found.version;
    articles.push(...found.articles);
    after = found.next_after;
  }
  return { version, articles };
}

export async function knowledge(page, [id]) {
  const { text, get } = page;
  const { base: chosen, chooser } = await basesOf(page);
  base = chosen;
  if (!base) return { nodes: [h("p", { class: "soft" }, text("no_knowledge"))], lives: false };
  const read = await whole(get, base);
  if (id) {
    const article = read.articles.find((each) => each.id === id);
    return { nodes: article ? editor(page, read, article) : [h("p", {}, text("no_article", { id })), toList(text)], lives: false };
  }
  const { versions } = await get(`knowledge/${base}/versions`);
  return { nodes: [chooser, ...search(page, read), ...history(page, versions)], lives: false };
}

const toList = (text) => h("p", {}, h("a", { href: "#knowledge" }, text("all_articles")));

function search({ text }, { articles }) {
  const list = h("ul", { class: "results" });
  const count = h("p", { class: "soft small", role: "status" });
  const fill = () => {
    const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
    const found = articles.filter((each) => {
      const all = [each.id, each.title, each.answer, ...each.questions].join("\n").toLowerCase();
      return words.every((word) => all.includes(word));
    });
    count.textContent = text("found", { count: found.length, all: articles.length });
    list.replaceChildren(
      ...found.slice(0, MOST_SHOWN).map((each) =>
        h(
          "li",
          {},
          h("a", { href: `#knowledge/${encodeURIComponent(each.id)}` }, readable(each.title || each.id)),
          h("p", { class: "soft small cut" }, `${each.language} · `, readable(each.answer)),
        ),
      ),
    );
  };
  const field = h("input", {
    type: "search",
    value: wanted,
    oninput: ({ target }) => {
      wanted = target.value;
      fill();
    },
  });
  fill();
  return [h("label", { class: "field" }, text("search"), field), count, list];
}

function history({ text, may, ask, change }, versions) {
  const heads = ["published", "version", "size", "act"].map((each) => text(each));
  const rows = versions.slice(0, 10).map((each) => [
    moment(each.at, text.language),
    each.version,
    String(each.articles ?? ""),
    each.answers || !may("lead")
      ? text(each.answers ? "in_use" : "")
      : h(
          "button",
          {
            type: "button",
            onclick: () =>
              ask(text("back_title"), [h("p", { class: "soft" }, text("back_more")), reasonField(text)], text("use_again"), ({ reason }) =>
                change("POST", `knowledge/${base}/rollback`, { version: each.version }, reason),
              ),
          },
          text("use_again"),
        ),
  ]);
  return [h("h2", { class: "apart" }, text("versions")), table(text("versions"), heads, rows)];
}

const reasonField = (text) => h("label", {}, text("reason"), h("input", { name: "reason", maxlength: 200, required: "" }));

function editor(page, read, article) {
  const { text, may } = page;
  const title = h("input", { value: article.title, maxlength: 200 });
  const questions = h("textarea", { rows: 6, value: article.questions.join("\n") });
  const answer = h("textarea", { rows: 8, value: article.answer });
  const crisis = h("textarea", { rows: 4, value: article.crisis_answer ?? "" });
  const note = h("textarea", { rows: 3, value: article.note ?? "", maxlength: 1000 });
  const tags = h("input", { value: (article.tags ?? []).join(", "), maxlength: 400 });
  const edited = () => ({
    ...article,
    title: title.value.trim(),
    questions: questions.value.split("\n").map((each) => each.trim()).filter(Boolean),
    answer: answer.value.trim(),
    crisis_answer: crisis.value.trim(),
    note: note.value.trim(),
    tags: tags.value.split(/[\s,]+/).filter(Boolean),
  });
  const draft = async (body) => {
    const made = await page.tried(() => page.change("POST", `knowledge/${base}/drafts`, body));
    if (made) location.hash = `#drafts/${made.id}`;
  };
  const form = h(
    "form",
    {
      class: "editor",
      onsubmit: (event) => {
        event.preventDefault();
        review(page, read, article, edited());
      },
    },
    h("label", {}, text("title_of"), title),
    h("label", {}, text("questions"), questions),
    h("label", {}, text("answer"), answer),
    h("label", {}, text("crisis_answer"), crisis),
    h("label", {}, text("note"), note),
    h("label", {}, text("tags"), tags),
    may("lead") &&
      h(
        "div",
        { class: "row" },
        h("button", { type: "submit", class: "primary" }, text("review")),
        h("button", { type: "button", onclick: () => draft({ article: edited() }) }, text("save_draft")),
        h("button", { type: "button", onclick: () => draft({ retire: article.id }) }, text("retire")),
      ),
  );
  return [toList(text), h("p", { class: "soft small" }, `${article.id} · ${article.language}`), form];
}

/** Show what would change, and publish it if the person says so. */
function review(page, read, before, after) {
  const { text } = page;
  const changes = changesOf(
    text,
    [
      ["title_of", before.title, after.title],
      ["answer", before.answer, after.answer],
      ["crisis_answer", before.crisis_answer ?? "", after.crisis_answer],
      ["note", before.note ?? "", after.note],
      ["tags", (before.tags ?? []).join(", "), after.tags.join(", ")],
    ],
    after.questions.filter((each) => !before.questions.includes(each)),
    before.questions.filter((each) => !after.questions.includes(each)),
  );
  if (!changes.length) return page.say("nothing_changed");
  return page.ask(text("publish_title"), [h("div", { class: "changes" }, changes), h("p", { class: "soft small" }, text("publish_more", { count: read.articles.length })), reasonField(text)], text("publish"), ({ reason }) =>
    publish(page, read, after, reason),
  );
}

/** Publish what answers by now with the edited article, unless somebody changed the same article. */
export async function publish(page, read, edited, reason) {
  const newest = await whole(page.get, base);
  const stored = ({ articles }) => JSON.stringify(articles.find((each) => each.id === edited.id));
  if (stored(newest) !== stored(read)) throw refused(page.text("published_meanwhile"));
  const lines = newest.articles.map((each) => JSON.stringify(each.id === edited.id ? edited : each));
  await page.change("PUT", `knowledge/${base}`, `${lines.join("\n")}\n`, reason);
  for (let look = 0; look < 40; look += 1) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const { current: version, latest } = await page.get(`knowledge/${base}`);
    if (version !== newest.version) {
      page.say("published_now");
      location.hash = "#knowledge";
      return;
    }
    if (latest?.problems?.length) throw refused(latest.problems.join(" "));
  }
  page.say("still_building");
}

const refused = (words) => Object.assign(new Error(words), { status: 422, problems: [] });
