/**
 * Shifts: the gaps of the next hours, who is absent, who is on call, and calls and offered shifts.
 */

import { h, moment, readable, table } from "../staff/dom.js";
import { reasonField } from "./surge.js";

const MINUTE_MS = 60_000;
const button = (name, act, more = {}) => h("button", { type: "button", onclick: act, ...more }, name);

/** Return the next hours by intervals, and who is absent in them. */
export function nextHours(page, ahead) {
  const { text, may } = page;
  const heads = ["from", "expected", "needed", "on_shift", "absent", "missing_people", "could_come"].map((each) => text(each));
  const number = (value) => new Intl.NumberFormat(text.language, { maximumFractionDigits: 1 }).format(value);
  const rows = ahead.intervals.map((each) => [
    moment(each.from, text.language),
    number(each.contacts),
    number(each.needed),
    number(each.on_shift),
    each.absent ? String(each.absent) : "",
    each.missing ? h("span", { class: "state closed" }, number(each.missing)) : "",
    each.could_come ? String(each.could_come) : "",
  ]);
  const absences = ahead.absences.map((each) =>
    h(
      "li",
      { class: "panel" },
      h("p", {}, text("absent_of", { who: each.who || "–", people: each.people }), " · ", moment(each.from, text.language), " – ", moment(each.until, text.language)),
      h("p", { class: "soft small" }, `${readable(each.by)}: ${readable(each.reason)}`),
      may("lead") && h("div", { class: "row start" }, button(text("is_back"), () => page.change("DELETE", `surge/absences/${each.id}`).then(page.again, page.fail), { "aria-label": text("is_back_of", { who: each.who }) })),
    ),
  );
  return [
    h("h2", { class: "apart" }, text("next_hours")),
    h("p", { class: "soft small" }, text(ahead.is_forecast ? "ahead_forecast" : "ahead_rate")),
    rows.length ? table(text("next_hours"), heads, rows) : h("p", { class: "soft" }, text("day_is_over")),
    absences.length ? h("ul", { class: "cards", "aria-label": text("absent") }, absences) : "",
    may("lead") && h("p", {}, button(text("note_absent"), () => askAbsent(page))),
  ];
}

/** Return the value of a field for a local time, so many minutes from now. */
function localTime(minutes) {
  const at = new Date(Date.now() + minutes * MINUTE_MS);
  return new Date(at.getTime() - at.getTimezoneOffset() * MINUTE_MS).toISOString().slice(0, 16);
}

const timeField = (name, label, minutes) => h("label", {}, label, h("input", { type: "datetime-local", name, value: localTime(minutes), required: "" }));
const numberField = (name, label, value) => h("label", {}, label, h("input", { type: "number", name, min: 1, max: 1000, value, required: "" }));
const span = ({ from, until }) => ({ from: new Date(from).toISOString(), until: new Date(until).toISOString() });

function askAbsent(page) {
  const { text } = page;
  const fields = [
    h("p", { class: "soft" }, text("absent_more")),
    h("label", {}, text("who"), h("input", { name: "who", maxlength: 200, required: "" })),
    numberField("people", text("how_many"), 1),
    timeField("from", text("report_from"), 0),
    timeField("until", text("report_to"), 240),
    reasonField(text),
  ];
  page.ask(text("note_absent"), fields, text("save"), ({ who, people, reason, ...times }) =>
    page.change("POST", "surge/absences", { who, people: Number(people), ...span(times) }, reason),
  );
}

/** Return who is on call, with calls and shifts, and the ways to call and to offer. */
export function called(page, { people, rotas, calls, swaps = [] }) {
  const { text, may } = page;
  const title = h("h2", { class: "apart" }, text("on_call"));
  if (!people.length) return [title, h("p", { class: "soft" }, text("nobody_on_call"))];
  const names = new Map(people.map((each) => [each.id, each.name]));
  const rows = rotas.map(({ id, on_call: order }) => [
    id,
    readable(order.map((each) => names.get(each) ?? each).join(", ")),
    may("lead") && h("div", { class: "row start" }, button(text("call_people"), () => askCall(page, id), { "aria-label": text("call_people_of", { rota: id }) }), order.length > 1 && button(text("swap"), () => askSwap(page, id, order, names), { "aria-label": text("swap_of", { rota: id }) })),
  ]);
  const today = calls.filter((each) => each.is_open || Date.now() - Date.parse(each.opened_at) < 1_440 * MINUTE_MS);
  return [
    title,
    rows.length ? table(text("rotas"), ["rota", "called_first", "act"].map((each) => text(each)), rows) : "",
    may("lead") && h("p", {}, button(text("offer_shift"), () => askShift(page))),
    ...swapped(page, swaps, names),
    ...availableTimes(page, people),
    today.length ? h("ul", { class: "cards", "aria-label": text("calls") }, today.map((each) => call(page, each))) : "",
  ];
}

/** Return the swaps that hold now or later, each with a way to undo it. */
function swapped(page, swaps, names) {
  const { text, may } = page;
  if (!swaps.length) return [];
  const rows = swaps.map((each) => [
    readable(each.rota),
    readable(text("takes_over_from", { name: names.get(each.takes_over) ?? each.takes_over, other: names.get(each.instead_of) ?? each.instead_of })),
    h("span", {}, moment(each.from, text.language), " – ", moment(each.until, text.language)),
    readable(each.by),
    may("lead") && button(text("undo_swap"), () => page.change("DELETE", `swaps/${each.id}`).then(page.again, page.fail), { "aria-label": text("undo_swap_of", { rota: each.rota }) }),
  ]);
  return [h("h3", {}, text("swaps")), table(text("swaps"), ["rota", "swap", "when", "by_whom", "act"].map((each) => text(each)), rows)];
}

/** Return when people say that they can work. */
function availableTimes({ text }, people) {
  const rows = people.flatMap(({ name, available = [] }) =>
    available.map((each) => [readable(name), h("span", {}, moment(each.from, text.language), " – ", moment(each.until, text.language))]),
  );
  return rows.length ? [h("h3", {}, text("can_work")), table(text("can_work"), [text("who"), text("when")], rows)] : [];
}

/** Return everybody's share of being on call, who is next by fairness first. */
export function shares({ text }, { people, days }) {
  if (!people.length) return [];
  const number = (value) => new Intl.NumberFormat(text.language, { maximumFractionDigits: 1 }).format(value);
  const columns = ["hours", "night_hours", "weekend_hours", "pages", "silent", "shifts", "owed_hours", "load"];
  const heads = [text("who"), ...columns.map((each) => text(`share_${each}`))];
  const rows = people.map((each) => [readable(each.name ?? each.person), ...columns.map((column) => number(each[column]))]);
  const title = text("shares", { days });
  return [h("h3", {}, title), h("p", { class: "soft small" }, text("shares_more")), table(title, heads, rows)];
}

function call(page, each) {
  const { text, may } = page;
  const isTest = each.kind === "test";
  const ends = isTest ? ["test_answered", "test_silent"] : ["call_full", "call_exhausted"];
  const state = each.is_open ? (each.is_full ? ends[0] : each.is_exhausted ? ends[1] : "call_open") : "call_over";
  const said = (coming) => (isTest ? "was_reached" : coming ? "is_coming" : "is_not_coming");
  const answers = each.answers.map(({ person, name, coming, arrives_at: arrives }) =>
    h("li", {}, readable(name ?? person), ": ", text(said(coming)), " ", coming && arrives && !isTest ? moment(arrives, text.language) : ""),
  );
  const silent = each.asked.filter(({ person }) => !each.answers.some((answer) => answer.person === person));
  return h(
    "li",
    { class: "panel" },
    h("h2", {}, text({ shift: "shift_of", test: "test_of" }[each.kind] ?? "call_of", { rota: each.rota ?? "", people: each.people }), " ", h("span", { class: `state ${each.is_open && !each.is_exhausted ? "open" : "closed"}` }, text(state))),
    h("p", {}, readable(each.why)),
    h("p", { class: "soft small" }, readable(each.opened_by), " · ", moment(each.from, text.language), " – ", moment(each.until, text.language)),
    answers.length ? h("ul", { class: "plain" }, answers) : "",
    silent.length ? h("p", { class: "soft small" }, text("asked_silent", { names: silent.map(({ person, name }) => name ?? person).join(", ") })) : "",
    each.is_open && may("lead") && h("div", { class: "row start" }, button(text("end_call"), () => page.change("POST", `calls/${each.id}/close`, {}).then(page.again, page.fail))),
  );
}

const whyField = (text) => h("label", {}, text("called_why"), h("input", { name: "why", maxlength: 200, required: "" }));

function askCall(page, rota) {
  const { text } = page;
  const urgent = h("label", { class: "check" }, h("input", { type: "checkbox", name: "emergency" }), text("emergency"));
  page.ask(text("call_people_of", { rota }), [numberField("people", text("how_many"), 1), whyField(text), urgent], text("call_people"), ({ people, why, emergency }) =>
    page.change("POST", "calls", { rota, people: Number(people), why, emergency: emergency === "on" }),
  );
}

function askShift(page) {
  const { text } = page;
  const fields = [h("p", { class: "soft" }, text("shift_more")), timeField("from", text("report_from"), 60), timeField("until", text("report_to"), 300), numberField("people", text("how_many"), 1), whyField(text)];
  page.ask(text("offer_shift"), fields, text("offer_shift"), ({ people, why, ...times }) =>
    page.change("POST", "shifts", { people: Number(people), why, ...span(times) }),
  );
}

function askSwap(page, rota, order, names) {
  const { text } = page;
  const choice = (name, label, chosen) => h("label", {}, label, h("select", { name }, order.map((id) => h("option", { value: id, selected: id === chosen && "" }, readable(names.get(id) ?? id)))));
  const fields = [choice("instead_of", text("instead_of"), order[0]), choice("takes_over", text("takes_over"), order[1]), timeField("from", text("report_from"), 0), timeField("until", text("report_to"), 480), reasonField(text)];
  page.ask(text("swap_of", { rota }), fields, text("save"), ({ instead_of: before, takes_over: after, reason, ...times }) =>
    page.change("POST", "swaps", { rota, instead_of: before, takes_over: after, ...span(times) }, reason),
  );
}
