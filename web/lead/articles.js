/**
 * Articles: their states with what their uses prove, and phrasings that customers gave.
 *
 * A step up without proof is refused by the instance, whose words are shown.
 */

import { h, percent, readable, table } from "../staff/dom.js";
import { basesOf } from "./bases.js";
import { noticesOf } from "./notices.js";

const STATES = ["draft", "assisted", "shadow", "automated", "paused", "retired"];
const SAMPLES = 10;
const RATINGS = 5;

const placeOf = (base, rest) => `knowledge/${base}/${rest}`;
const button = (words, onclick, more = {}) => h("button", { type: "button", onclick, ...more }, words);
const reasonField = (text) => h("label", {}, text("reason"), h("input", { name: "reason", maxlength: 200, required: "" }));

export async function articles(page) {
  const { text, get } = page;
  const { base, chooser } = await basesOf(page);
  if (!base) return { nodes: [h("p", { class: "soft" }, text("no_knowledge"))], lives: false };
  const { articles: all, rules } = await get(placeOf(base, "states"));
  const told = await noticesOf(page, base);
  return {
    nodes: [
      chooser,
      h("p", { class: "soft" }, text("states_more", { uses: rules.uses, closes: percent(rules.closes, text.language) })),
      ...told,
      ...(all.length ? [...phrasingsOf(page, base), h("h2", { class: "apart" }, text("states_title")), statesOf(page, base, all)] : [h("p", {}, text("no_articles"), " ", h("a", { href: "#drafts" }, text("drafts")))]),
    ],
    lives: false,
  };
}

// ---------------------------------------------------------------- states

function statesOf(page, base, all) {
  const { text, may } = page;
  const share = (value) => percent(value, text.language);
  const heads = ["article", "state", "uses", "closed_share", "followed", "step_due", "act"].map((each) => text(each));
  // What asks for an act comes first, and then what is used most.
  const rows = all.toSorted((a, b) => asks(b) - asks(a) || b.numbers.uses - a.numbers.uses).map((each) => {
    const { uses, low, high, closed, followed } = each.numbers;
    const title = readable(each.title || each.article);
    return [
      title,
      text(`state_${each.state}`),
      String(uses),
      uses ? `${share(closed / uses)} (${share(low)}–${share(high)})` : "",
      uses ? share(followed / uses) : "",
      dueOf(text, each),
      may("lead") ? button(text("change_state"), () => step(page, base, each), { "aria-label": text("change_state_of", { title }) }) : "",
    ];
  });
  return table(text("articles"), heads, rows);
}

const asks = (each) => Number(Boolean(each.falls_because || each.rises_to));

function dueOf(text, each) {
  if (each.falls_because) return text("should_fall", { why: each.falls_because });
  return each.rises_to ? text("ready_for", { state: text(`state_${each.rises_to}`) }) : "";
}

/** Return what the uses of an article prove, with their bounds. */
function provenBy(text, { uses, closed, low, high, followed, decided_beside: known, right_beside: right }) {
  const beside = known ? ` ${text("proof_beside", { right, known })}` : "";
  return (uses ? text("proof_of_uses", { uses, closed, low: percent(low, text.language), high: percent(high, text.language), followed }) : text("proof_none")) + beside;
}

function step(page, base, each) {
  const { text } = page;
  const states = h(
    "select",
    { name: "state" },
    STATES.filter((state) => state !== each.state).map((state) => h("option", { value: state }, text(`state_${state}`))),
  );
  if (each.rises_to) states.value = each.rises_to;
  const since = each.since_change ? [h("p", { class: "soft" }, text("since_change", { ...each.since_change, day: each.since_change.at.slice(0, 10) }))] : [];
  const rated = each.ratings.slice(0, RATINGS).map(({ who, rating, reason }) => `${who}: ${text(`rating_${rating}`)}${reason && ` (${reason})`}`);
  const said = rated.length ? [h("p", { class: "soft" }, text("people_rated", { said: rated.join("; ") }))] : [];
  const fields = [h("p", { class: "soft" }, provenBy(text, each.numbers)), ...since, ...said, h("label", {}, text("state"), states), reasonField(text)];
  page.ask(text("change_state_of", { title: each.title || each.article }), fields, text("save"), ({ state, reason }) =>
    page.change("PUT", placeOf(base, "states"), { article: each.article, state, reason }),
  );
}

// ---------------------------------------------------------------- phrasings

function phrasingsOf(page, base) {
  const { text } = page;
  const place = h("div", { class: "cards" });
  const status = h("p", { class: "soft", role: "status" }, text("phrasings_more"));
  const look = button(text("phrasings_look"), async () => {
    look.disabled = true;
    try {
      const { articles: found } = await page.get(placeOf(base, "phrasings"));
      status.textContent = text("phrasings_found", { count: found.reduce((sum, each) => sum + each.phrasings.length, 0) });
      place.replaceChildren(...found.map((each) => phrasingCard(page, base, each)));
    } catch (error) {
      status.textContent = error.message;
    }
    look.disabled = false;
  });
  return [h("h2", { class: "apart" }, text("phrasings_title")), status, h("p", {}, look), place];
}

function phrasingCard(page, base, { article, title, phrasings }) {
  const { text, may } = page;
  const boxes = phrasings.slice(0, SAMPLES).map((each) => {
    const box = h("input", { type: "checkbox", value: each.text });
    const nearer = each.nearer ? ` · ${text("nearer", { article: each.nearer })}` : "";
    const words = h("span", {}, readable(each.text), h("span", { class: "soft small" }, ` ${text("customers_said", { count: each.customers })}${nearer}`));
    return { box, item: h("li", {}, h("label", { class: "row" }, box, words)) };
  });
  const chosen = () => boxes.filter(({ box }) => box.isConnected && box.checked).map(({ box }) => box.value);
  const does = (act) => () => (chosen().length ? act(chosen()) : page.say("choose_some"));
  const putAside = async (texts) => {
    if (!(await dismiss(page, base, { article, texts }))) return;
    for (const { box, item } of boxes) if (texts.includes(box.value)) item.remove();
    if (!card.querySelector("li")) card.remove();
  };
  const card = h(
    "section",
    { class: "panel" },
    h("h3", {}, readable(title || article)),
    h("ul", { class: "results" }, boxes.map(({ item }) => item)),
    may("lead") &&
      h(
        "div",
        { class: "row" },
        button(text("make_draft"), does((texts) => take(page, base, article, texts)), { "aria-label": text("make_draft_of", { title }) }),
        button(text("dismiss"), does(putAside), { "aria-label": text("dismiss_of", { title }) }),
      ),
  );
  return card;
}

async function take(page, base, article, texts) {
  const made = await page.tried(() => page.change("POST", placeOf(base, "phrasings"), { article, texts }));
  if (made) location.hash = `#drafts/${made.id}`;
}

/** Put proposals aside for good, and take their card away. Return whether that was done. */
export async function dismiss(page, base, body, card) {
  const done = await page.tried(() => page.change("POST", placeOf(base, "dismissals"), body));
  if (!done) return false;
  card?.remove();
  page.say("dismissed");
  return true;
}
