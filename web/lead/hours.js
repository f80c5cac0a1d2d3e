/**
 * Hours: when a pool is open, by weekday, and days on which it is closed.
 */

import { h } from "../staff/dom.js";

const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

/** Ask for a pool's hours in the lead's dialog. */
export function hours(page, pool) {
  const { text } = page;
  const known = pool.hours ?? { zone: Intl.DateTimeFormat().resolvedOptions().timeZone, week: {}, holidays: [] };
  const days = WEEKDAYS.map((day, index) =>
    h("label", { class: "day" }, dayName(index, text.language), h("input", { name: day, value: (known.week?.[day] ?? []).join(", "), placeholder: "09:00-18:00" })),
  );
  const fields = [
    h("p", { class: "soft small" }, text("hours_more")),
    h("label", {}, text("hours_zone"), h("input", { name: "zone", value: known.zone, required: "" })),
    ...days,
    h("label", {}, text("closed_on"), h("input", { name: "closed", type: "date" })),
    known.holidays?.length ? h("p", { class: "soft small" }, text("closed_days", { days: known.holidays.join(", ") })) : "",
    h("label", {}, text("reason"), h("input", { name: "reason", maxlength: 200, required: "" })),
  ];
  page.ask(text("hours_title", { pool: pool.id }), fields, text("save"), (given) =>
    page.change("PATCH", `pools/${pool.id}/day`, { hours: hoursOf(given) }, given.reason),
  );
}

/** Return the hours of the form, or null for a pool that is always open. */
function hoursOf(given) {
  const spans = (day) => given[day].split(",").map((each) => each.trim()).filter(Boolean);
  const week = Object.fromEntries(WEEKDAYS.map((day) => [day, spans(day)]));
  if (!Object.values(week).some((each) => each.length)) return null;
  return { zone: given.zone.trim(), week, ...(given.closed ? { holidays: [given.closed] } : {}) };
}

const dayName = (index, language) =>
  new Intl.DateTimeFormat(language, { weekday: "long", timeZone: "UTC" }).format(MONDAY + index * DAY_MS);
