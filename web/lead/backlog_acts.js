/**
 * A lead's acts on a backlog. Answers go out in lots, so that a stop leaves the others silent.
 */

import { h } from "../staff/dom.js";
import { AGES, meant, placeOf, untilOf } from "./backlog_tickets.js";

const LOT = 50;
const MOST_OFFERED = 1_000;
const FIRST_OFFERED = 20;
let run = null; // the answers that go out now: {name, asked, most, stops}; of one backlog at a time

/** Return the answers of a backlog that go out now, or null. */
export const toSend = (name) => (run?.name === name ? run : null);

/** Return the name of another backlog whose answers go out now, or an empty one. */
export const sentElsewhere = (name) => (run && run.name !== name ? run.name : "");

/** Let no further lot go out. What was sent stays sent. */
export function stopped(page, name) {
  if (run?.name === name) run.stops = true;
  page.again();
}

const post = (page, name, body, reason) => page.change("POST", `${placeOf(name)}/acts`, body, reason);

const reasonField = (text) => h("label", {}, text("reason"), h("input", { name: "reason", maxlength: 200, required: "" }));

/** Return the fields that choose a part of a backlog, and say how many conversations it has. */
function partFields(page, { all, counts, titleOf }, which, { most, first } = {}) {
  const { text } = page;
  const status = h("p", { class: "soft", role: "status" });
  const topics = [...counts.topics.keys()];
  const topic = h(
    "select",
    { name: "topic" },
    h("option", { value: "" }, text("every_topic")),
    topics.map((id) => h("option", { value: id }, titleOf(id))),
  );
  const days = h(
    "select",
    { name: "days" },
    h("option", { value: "0" }, text("backlog_every_age")),
    AGES.map((each) => h("option", { value: each }, text("backlog_older_than", { days: each }))),
  );
  const limit = most ? h("input", { name: "limit", type: "number", min: 1, max: most, required: "" }) : null;
  const tell = () => {
    const count = meant(all, { ...which, topic: topic.value, days: days.value }).length;
    status.textContent = text("backlog_means", { count });
    if (limit) limit.value = Math.max(1, Math.min(count, first ?? most));
  };
  topic.addEventListener("change", tell);
  days.addEventListener("change", tell);
  tell();
  return [
    h("label", {}, text("backlog_topic"), topic),
    h("label", {}, text("backlog_age"), days),
    status,
    limit ? h("label", {}, text("backlog_at_most"), limit) : "",
  ];
}

const partOf = ({ topic, days }) => ({ articles: topic ? [topic] : [], until: untilOf(days) });

/** Have the assistant answer what it may, a lot after the other. */
export function answer(page, act) {
  const { text } = page;
  if (isBusy(page)) return;
  const which = { states: ["silent"], finding: "answer" };
  const fields = [
    h("p", { class: "soft" }, text("backlog_answer_more")),
    ...partFields(page, act, which, { most: act.all.length }),
    reasonField(text),
  ];
  page.ask(text("backlog_answer"), fields, text("backlog_answer_now"), async ({ limit, reason, ...part }) => {
    if (isBusy(page)) return;
    const mine = { name: act.name, asked: 0, most: Number(limit), stops: false };
    const next = { act: "answer", ...partOf(part), after: "" };
    run = mine;
    try {
      await sendLot(page, mine, next, reason);
    } catch (error) {
      run = null;
      throw error;
    }
    sendRest(page, mine, next, reason);
  });
}

/** Return whether answers go out now, which the person is told. No second backlog begins meanwhile. */
function isBusy(page) {
  if (run) page.say("backlog_busy", { id: run.name });
  return run !== null;
}

/** Send a lot of one run, and note where its next one begins. */
async function sendLot(page, mine, next, reason) {
  const lot = { ...next, limit: Math.min(LOT, mine.most - mine.asked) };
  const done = await post(page, mine.name, lot, reason);
  mine.asked += done.conversations;
  next.after = done.next_after;
}

async function sendRest(page, mine, next, reason) {
  try {
    while (next.after && mine.asked < mine.most && !mine.stops) await sendLot(page, mine, next, reason);
    page.say(mine.stops ? "backlog_was_stopped" : "backlog_sent", mine);
  } catch (error) {
    page.fail(error);
  }
  run = null;
  page.again();
}

/** Offer a slice to a pool, within its free seats and its cap of the day. */
export async function offer(page, act) {
  const { text } = page;
  const found = await page.tried(() => Promise.all([page.get("live?within=60"), page.get("configuration")]));
  if (!found) return;
  const [live, { configuration }] = found;
  const drills = configuration.pools.filter((each) => each.drill).map((each) => each.id);
  const open = live.pools.filter((each) => each.state === "open" && !drills.includes(each.id));
  if (!open.length) {
    page.say("backlog_no_pool");
    return;
  }
  const pool = h("select", { name: "pool" }, open.map((each) => h("option", { value: each.id }, freeOf(each) === null ? each.id : text("backlog_pool", { pool: each.id, free: freeOf(each) }))));
  const fields = [
    h("p", { class: "soft" }, text("backlog_offer_more")),
    h("label", {}, text("pool"), pool),
    ...partFields(page, act, { states: ["silent"] }, { most: MOST_OFFERED, first: FIRST_OFFERED }),
    reasonField(text),
  ];
  page.ask(text("backlog_offer"), fields, text("backlog_offer_now"), async ({ pool: id, limit, reason, ...part }) => {
    const done = await post(page, act.name, { act: "offer", pool: id, limit: Number(limit), ...partOf(part) }, reason);
    page.say("backlog_was_offered", { count: done.conversations, pool: id });
  });
}

/** Return how many a pool can take now, or null where nothing bounds it. */
function freeOf({ seats, taken, daily_limit: limit, used_today: used }) {
  const rooms = [seats === null ? null : seats - taken, limit === null ? null : limit - used].filter((each) => each !== null);
  return rooms.length ? Math.max(0, Math.min(...rooms)) : null;
}

/** Do an act page by page until its end, and return for how many conversations. */
async function whole(page, name, body, reason) {
  let count = 0;
  let after = "";
  do {
    const done = await post(page, name, { ...body, limit: MOST_OFFERED, after }, reason);
    count += done.conversations;
    after = done.next_after;
  } while (after);
  return count;
}

/** Take every open offer back, so that its conversation is silent again. */
export function recall(page, { name, counts }) {
  const { text } = page;
  const more = h("p", { class: "soft" }, text("backlog_recall_more", { count: counts.states.get("offered") }));
  page.ask(text("backlog_recall"), [more, reasonField(text)], text("backlog_recall"), async ({ reason }) => {
    page.say("backlog_was_recalled", { count: await whole(page, name, { act: "recall" }, reason) });
  });
}

/** Take silent conversations out, and forget their words. */
export function withdraw(page, act) {
  const { text } = page;
  const fields = [
    h("p", { class: "soft" }, text("backlog_withdraw_more")),
    ...partFields(page, act, { states: ["silent", "offered"] }),
    reasonField(text),
  ];
  page.ask(text("backlog_withdraw"), fields, text("backlog_withdraw"), async ({ reason, ...part }) => {
    const count = await whole(page, act.name, { act: "withdraw", ...partOf(part) }, reason);
    page.say("backlog_was_withdrawn", { count });
  });
}

/** Have all silent words read anew, after articles were published. */
export async function readAnew(page, { name }) {
  const count = await page.tried(() => whole(page, name, { act: "read" }));
  if (count === null) return;
  page.say("backlog_was_read", { count });
  setTimeout(page.again, 1_500);
}
