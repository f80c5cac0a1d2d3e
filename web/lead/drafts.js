/**
 * Drafts: what to write next, articles on their way, and articles that are due for a review.
 *
 * A draft is written, proposed and checked by recent questions, approved, and published. Customers
 * see it only then.
 */

import { h, moment, readable, table } from "../staff/dom.js";
import { dismiss } from "./articles.js";
import { basesOf } from "./bases.js";
import { changesOf, doer } from "./changes.js";
import { articlesField } from "./titles.js";

const LANGUAGES = ["en", "ko", "fr"];
const MOST_PHRASINGS = 10;
const MOST_DISMISSED = 100;
const SAMPLES = 4;
const KINDS = ["answered", "taken", "lost", "other"];

/** What may be done with a draft in each of its states. */
const ACTS = {
  draft: ["propose", "discard"],
  proposed: ["approve", "decline"],
  approved: ["publish", "decline"],
  published: ["undo"],
  declined: ["discard"],
  undone: [],
};

const FORWARD = ["propose", "approve", "publish"];

export async function drafts(page, [id, edits]) {
  const { base, chooser } = await basesOf(page);
  if (!base) return { nodes: [h("p", { class: "soft" }, page.text("no_knowledge"))], lives: false };
  if (id === "new") return { nodes: [toList(page), editor(page, base, null)], lives: false };
  return id ? one(page, base, id, edits === "edit") : list(page, base, chooser);
}

const placeOf = (base, rest) => `knowledge/${base}/${rest}`;

const toList = ({ text }) => h("p", {}, h("a", { href: "#drafts" }, text("all_drafts")));

async function list(page, base, chooser) {
  const { text, get, may } = page;
  const [{ drafts: all }, due] = await Promise.all([get(placeOf(base, "drafts")), get(placeOf(base, "due"))]);
  const heads = ["article", "state", "author", "reason_short", "when"].map((each) => text(each));
  const rows = all.map((each) => [
    h("a", { href: `#drafts/${each.id}` }, readable(each.title || each.article_id)),
    stateOf(text, each),
    readable(each.author),
    readable(each.reason),
    moment(each.changed_at, text.language),
  ]);
  const ready = all.filter((each) => each.state === "approved" && !each.version);
  return {
    nodes: [
      chooser,
      may("lead")
        ? h(
            "div",
            { class: "row start" },
            h("a", { href: "#drafts/new" }, text("new_article")),
            ready.length > 0 && button(text("publish_ready", { count: ready.length }), () => release(page, base, [])),
          )
        : "",
      rows.length ? table(text("drafts"), heads, rows) : h("p", { class: "soft" }, text("no_drafts")),
      ...dueOf(page, base, due),
      ...candidatesOf(page, base),
    ],
    lives: false,
  };
}

const stateOf = (text, draft) =>
  text(draft.state === "approved" && draft.version ? "draft_building" : `draft_${draft.state}`) +
  (draft.retires ? ` · ${text("retires")}` : "");

const button = (words, onclick, more = {}) => h("button", { type: "button", onclick, ...more }, words);

function release(page, base, wanted) {
  const { text } = page;
  page.ask(text("publish_title"), [h("p", { class: "soft" }, text("release_more")), reasonField(text)], text("publish"), async ({ reason }) => {
    const { version } = await page.change("POST", placeOf(base, "release"), { drafts: wanted, reason });
    page.say((await answers(page, base, version)) ? "published_now" : "still_building");
  });
}

/** Wait a while until a version answers, and return whether it does. */
async function answers(page, base, version) {
  for (let look = 0; look < 30; look += 1) {
    const { current, latest } = await page.get(`knowledge/${base}`);
    if (current === version) return true;
    if (latest?.version === version && latest.problems.length) return false;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return false;
}

const reasonField = (text) => h("label", {}, text("reason"), h("input", { name: "reason", maxlength: 200, required: "" }));
const dayField = (text, value) => h("label", {}, text("review_by"), h("input", { name: "review_by", type: "date", value: value ?? "" }));

// ---------------------------------------------------------------- reviews

function dueOf(page, base, due) {
  const { text, may } = page;
  if (!due.articles.length) return [];
  const heads = ["review_by", "article", "author", "due_until", "act"].map((each) => text(each));
  const rows = due.articles.map((each) => [
    each.review_by,
    h("a", { href: `#knowledge/${encodeURIComponent(each.article)}` }, readable(each.title || each.article)),
    readable(each.author),
    text(`due_${each.when_overdue ?? due.when_overdue}`),
    may("lead")
      ? button(text("reviewed"), () => reviewed(page, base, each), { "aria-label": text("reviewed_of", { title: each.title }) })
      : "",
  ]);
  return [
    h("h2", { class: "apart" }, text("due")),
    table(text("due"), heads, rows),
  ];
}

function reviewed(page, base, { article, title, when_overdue: rule }) {
  const { text } = page;
  const rules = ["company", "answer", "offer", "pause"].map((each) =>
    h("option", { value: each === "company" ? "" : each, selected: each === rule && "" }, text(`due_${each}`)),
  );
  const ruleField = h("label", {}, text("due_next"), h("select", { name: "when_overdue" }, rules));
  page.ask(text("reviewed_of", { title }), [dayField(text), ruleField, reasonField(text)], text("save"), ({ review_by, when_overdue, reason }) =>
    page.change("PUT", placeOf(base, "due"), { article, review_by: review_by || null, when_overdue, reason }),
  );
}

// ---------------------------------------------------------------- candidates

function candidatesOf(page, base) {
  const { text } = page;
  const place = h("div", { class: "cards" });
  const status = h("p", { class: "soft", role: "status" }, text("candidates_more"));
  const look = button(text("candidates_look"), async () => {
    look.disabled = true;
    status.textContent = text("candidates_wait");
    try {
      const { candidates, suggested } = await page.get(placeOf(base, "candidates"));
      status.textContent = text("candidates_found", { count: candidates.length });
      const known = suggested.map((each) => ({ ...each, proposed_title: each.title, questions: [each.question], answers: [each.answer] }));
      place.replaceChildren(...[...known, ...candidates].slice(0, 20).map((each) => candidateCard(page, base, each)));
    } catch (error) {
      status.textContent = error.message;
    }
    look.disabled = false;
  });
  return [h("h2", { class: "apart" }, text("candidates_title")), status, h("p", {}, look), place];
}

function candidateCard(page, base, each) {
  const { text, may } = page;
  const card = h(
    "section",
    { class: "panel" },
    h("h3", {}, readable(each.proposed_title)),
    h("p", { class: "soft small" }, text("candidate_size", { count: each.count, language: each.language ?? "?" })),
    h("p", { class: "soft small" }, worthOf(text, each)),
    h("ul", {}, each.questions.slice(0, SAMPLES).map((question) => h("li", {}, readable(question)))),
    each.answers.length > 0 && h("p", { class: "small" }, h("strong", {}, each.best ? text("best_answered", each.best) : text("people_answered")), " ", readable(each.answers[0])),
    may("lead") &&
      h(
        "div",
        { class: "row" },
        button(text("make_draft"), () => begin(page, base, each), { "aria-label": text("make_draft_of", { title: each.proposed_title }) }),
        button(text("merge"), () => merge(page, base, each), { "aria-label": text("merge_of", { title: each.proposed_title }) }),
        button(text("dismiss"), () => dismiss(page, base, { texts: each.questions.slice(0, MOST_DISMISSED) }, card), {
          "aria-label": text("dismiss_of", { title: each.proposed_title }),
        }),
      ),
  );
  return card;
}

/** Return how a group goes, and what an article would save, as far as that is known. */
const worthOf = (text, { trend, by_hand: byHand, saves_hours: hours, searches }) =>
  [
    trend && text("candidate_trend", trend),
    searches > 0 && text("candidate_searches", { count: searches }),
    byHand > 0 && text(hours ? "candidate_saves_hours" : "candidate_saves", { count: byHand, hours }),
  ]
    .filter(Boolean)
    .join(" ");

/** Ask for an article by its title, and begin a draft of it with the candidate's questions. */
async function merge(page, base, candidate) {
  const { text } = page;
  const field = await articlesField(page, { name: "into", label: text("merge_into") });
  page.ask(text("merge_of", { title: candidate.proposed_title }), [field], text("make_draft"), async ({ into }) => {
    const [id] = into.split("\n");
    if (!id) throw Object.assign(new Error(text("merge_none")), { status: 400, problems: [] });
    const { article } = await articleOf(page, base, id);
    const questions = [...new Set([...article.questions, ...candidate.questions.slice(0, MOST_PHRASINGS)])];
    const body = { article: { ...article, questions }, origins: candidate.origins };
    const made = await page.change("POST", placeOf(base, "drafts"), body);
    location.hash = `#drafts/${made.id}`;
  });
}

/** Return an article that answers now, looked for page by page. */
async function articleOf({ get, text }, base, id) {
  for (let after = 0; after !== null; ) {
    const found = await get(placeOf(base, `articles?content=yes&after=${after}`));
    const article = found.articles.find((each) => each.id === id);
    if (article) return { article };
    after = found.next_after;
  }
  throw Object.assign(new Error(text("no_article", { id })), { status: 404, problems: [] });
}

async function begin(page, base, candidate) {
  const article = {
    title: candidate.proposed_title,
    language: candidate.language ?? "",
    questions: candidate.questions.slice(0, MOST_PHRASINGS),
    answer: candidate.answers[0] ?? "",
  };
  const reason = candidate.best ? page.text("best_reason", candidate.best) : "";
  const made = await page.tried(() => page.change("POST", placeOf(base, "drafts"), { article, origins: candidate.origins, reason }));
  if (made) location.hash = `#drafts/${made.id}/edit`;
}

// ---------------------------------------------------------------- one draft

async function one(page, base, id, edits) {
  const { text, get, may } = page;
  const draft = await get(placeOf(base, `drafts/${encodeURIComponent(id)}`));
  const canEdit = may("lead") && ["draft", "proposed", "approved", "declined"].includes(draft.state) && !draft.version;
  const canWrite = canEdit && !draft.retires;
  const isChecked = draft.check?.is_of_this_text;
  const head = h("p", { class: "soft small" }, `${draft.article_id} · ${stateOf(text, draft)}`);
  if (canWrite && edits) return { nodes: [toList(page), head, editor(page, base, draft), ...sourcesOf(page, draft)], lives: false };
  return {
    nodes: [
      toList(page),
      head,
      draft.problem ? h("p", { class: "panel" }, readable(draft.problem)) : "",
      ...notesOf(draft),
      differenceOf(page, draft),
      ...checkOf(page, draft),
      ...(await sinceOf(page, base, draft)),
      ...acts(page, base, draft, canWrite),
      ...historyOf(page, draft),
    ],
    lives: (draft.state === "proposed" && !isChecked) || (draft.state === "approved" && Boolean(draft.version)),
  };
}

function acts(page, base, draft, canWrite) {
  const { text, may } = page;
  if (!may("lead") || (draft.version && draft.state === "approved")) return [];
  const buttons = ACTS[draft.state].map((act) =>
    button(text(`act_${act}`), () => does(page, base, draft, act), { class: FORWARD.includes(act) && "primary" }),
  );
  return [h("div", { class: "row" }, canWrite && h("a", { href: `#drafts/${draft.id}/edit` }, text("act_edit")), buttons)];
}

function does(page, base, draft, act) {
  const { text } = page;
  if (act === "publish") return release(page, base, [draft.id]);
  const fields = act === "discard" ? [h("p", {}, text("discard_more"))] : [reasonField(text)];
  page.ask(text(`act_${act}`), fields, text(`act_${act}`), async ({ reason = "" }) => {
    await page.change("POST", placeOf(base, `drafts/${draft.id}/${act}`), { reason });
    if (act === "discard") location.hash = "#drafts";
    else if (location.hash !== `#drafts/${draft.id}`) location.hash = `#drafts/${draft.id}`;
  });
}

function differenceOf({ text }, { difference, article }) {
  const pairs = ["title", "answer", "crisis_answer", "note", "tags"].filter((name) => difference[name]).map((name) => [name === "title" ? "title_of" : name, ...difference[name]]);
  const changes = changesOf(text, pairs, difference.added, difference.removed);
  const kind = [h("h2", {}, text("the_change")), h("p", {}, text(`difference_${difference.kind}`))];
  return h("div", { class: "changes" }, kind, changes.length || !article ? changes : [h("p", { class: "soft" }, text("nothing_changed"))]);
}

function checkOf({ text }, { check, state }) {
  if (!["proposed", "approved"].includes(state)) return [];
  const head = h("h2", { class: "apart" }, text("check"));
  if (!check?.is_of_this_text) return [head, h("p", { class: "soft", role: "status" }, text("check_wait"))];
  if (check.problem) return [head, h("p", { class: "panel" }, readable(check.problem))];
  const changed = KINDS.filter((kind) => check.counts[kind]);
  const asked = h("p", { class: "soft" }, text("check_asked", { count: check.asked }));
  if (!changed.length) return [head, asked, h("p", {}, text("check_same"))];
  const heads = ["question", "before", "after"].map((each) => text(each));
  const outcome = ({ article, decision }) => article ?? text(decision === "suggest" ? "a_choice" : "a_person");
  return [
    head,
    asked,
    ...changed.flatMap((kind) => [
      h("h3", {}, text(`check_${kind}`, { count: check.counts[kind] })),
      table(text(`check_${kind}`, { count: check.counts[kind] }), heads, check[kind].map((row) => [readable(row.text), outcome(row.before), outcome(row.after)])),
    ]),
  ];
}

/** Return what became of a published change: the uses since then, and what people made of it. */
async function sinceOf({ text, get }, base, { state, retires, article_id: id }) {
  if (state !== "published" || retires) return [];
  const { articles: [found] } = await get(placeOf(base, `states?article=${encodeURIComponent(id)}`)).catch(() => ({ articles: [] }));
  if (!found) return [];
  const { uses, closed, followed } = found.numbers;
  const since = found.since_change;
  return [
    h("h2", { class: "apart" }, text("since_title")),
    h("p", {}, text(uses ? "since_numbers" : "since_nothing", { uses, closed, followed })),
    since && h("p", { class: "soft" }, text("since_change", { ...since, day: since.at.slice(0, 10) })),
    h("p", {}, h("a", { href: "#articles" }, text("since_more"))),
  ];
}

function sourcesOf({ text }, { sources }) {
  if (!sources.length) return [];
  return [h("h2", { class: "apart" }, text("sources")), h("p", { class: "soft small" }, text("sources_more")), h("ul", {}, sources.map((each) => h("li", {}, readable(each))))];
}

function historyOf({ text }, { steps }) {
  const heads = ["when", "who", "what", "reason_short"].map((each) => text(each));
  const rows = steps.map((each) => [moment(each.at, text.language), doer(text, each.who), text(`step_${each.act}`), readable(each.reason)]);
  return [h("h2", { class: "apart" }, text("history")), table(text("history"), heads, rows)];
}

const notesOf = ({ problems, warnings }) => [...problems, ...warnings].map((each) => h("p", { class: "soft small" }, readable(each)));

function editor(page, base, draft) {
  const { text } = page;
  const article = draft?.article ?? { title: "", language: text.language, questions: [], answer: "" };
  const title = h("input", { value: article.title, maxlength: 500, required: "" });
  const language = h("select", {}, LANGUAGES.map((each) => h("option", { value: each }, each)));
  language.value = article.language;
  const questions = h("textarea", { rows: 6, value: article.questions.join("\n") });
  const answer = h("textarea", { rows: 8, value: article.answer });
  const note = h("textarea", { rows: 3, value: article.note ?? "", maxlength: 1000 });
  const day = dayField(text, draft?.review_by);
  const reason = h("input", { maxlength: 200 });
  const save = async (event) => {
    event.preventDefault();
    const edited = {
      ...article,
      title: title.value.trim(),
      language: language.value,
      questions: questions.value.split("\n").map((each) => each.trim()).filter(Boolean),
      answer: answer.value.trim(),
      note: note.value.trim(),
    };
    const body = { article: edited, reason: reason.value.trim(), review_by: day.querySelector("input").value || null, changed_at: draft?.changed_at };
    const [method, place] = draft ? ["PUT", `drafts/${draft.id}`] : ["POST", "drafts"];
    const kept = await page.tried(() => page.change(method, placeOf(base, place), body));
    if (!kept) return;
    page.say("draft_kept");
    if (location.hash === `#drafts/${kept.id}`) page.again();
    else location.hash = `#drafts/${kept.id}`;
  };
  return h(
    "form",
    { class: "editor", onsubmit: save },
    draft && notesOf(draft),
    h("label", {}, text("title_of"), title),
    h("label", {}, text("language"), language),
    h("label", {}, text("questions"), questions),
    h("label", {}, text("answer"), answer),
    h("label", {}, text("note"), note),
    day,
    h("label", {}, text("reason"), reason),
    h("button", { type: "submit" }, text("save_draft")),
  );
}
