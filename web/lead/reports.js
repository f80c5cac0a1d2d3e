/**
 * Reports: one of them for a day, a week or a range of days, as a page in this page, and as a file.
 *
 * The page comes whole from the server, as the command writes it. Its own policy runs nothing.
 */

import { adminAddress } from "../staff/api.js";
import { h } from "../staff/dom.js";

export const REPORTS = [
  "daily", "digest", "fcr", "ledger", "pools", "agents", "contacts", "transfers",
  "skills", "value", "automation", "spend", "articles", "satisfaction", "spikes", "wait-estimates",
  "callbacks",
];
const SPANS = ["today", "day", "week", "range"];

/** The address is `#reports/NAME/SPAN/…`, so that a report can be linked, and the way back works. */
export function reports(page, [asked, span = "today", first = "", last = ""]) {
  const name = REPORTS.includes(asked) ? asked : "daily";
  const query = new URLSearchParams({ ...queryOf(span, first, last), language: page.text.language });
  return {
    nodes: [form(page, name, SPANS.includes(span) ? span : "today", first, last), ...shown(page, name, query)],
    lives: false,
  };
}

function queryOf(span, first, last) {
  if (span === "day") return { day: first };
  if (span === "week") return { week: first };
  return span === "range" ? { from: first, to: last } : {};
}

/** Return the fields that choose. Only those of the chosen kind of days are there. */
function form({ text }, name, span, first, last) {
  const field = (key, type, value, placeholder) =>
    h("label", { "data-span": key }, text(`report_${key}`), h("input", { type, name: key, value, placeholder, required: "" }));
  const report = h("select", { name: "report" }, REPORTS.map((each) => h("option", { value: each }, text(`report_${each}`))));
  const spans = h("select", { name: "span", onchange: () => arrange() }, SPANS.map((each) => h("option", { value: each }, text(`span_${each}`))));
  report.value = name;
  spans.value = span;
  const fields = {
    day: [field("day", "date", span === "day" ? first : "")],
    week: [field("week", "week", span === "week" ? first : "", "2026-W09")],
    range: [field("from", "date", span === "range" ? first : ""), field("to", "date", span === "range" ? last : "")],
    today: [],
  };
  const days = h("span", { class: "days" });
  const arrange = () => days.replaceChildren(...fields[spans.value]);
  arrange();
  const go = (event) => {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(event.target));
    const parts = [given.report, given.span, given.day ?? given.week ?? given.from, given.to];
    location.hash = `#reports/${parts.filter((each) => each !== undefined).map(encodeURIComponent).join("/")}`;
  };
  return h(
    "form",
    { class: "choose", onsubmit: go },
    h("label", {}, text("report"), report),
    h("label", {}, text("span"), spans),
    days,
    h("button", { type: "submit", class: "primary" }, text("show")),
  );
}

/** Return the report's page in a frame, with the same report as files. */
function shown({ text, say, fail }, name, query) {
  const frame = h("iframe", { class: "report", title: text(`report_${name}`), src: adminAddress(`reports/${name}?${withHtml(query)}`) });
  const fit = () => {
    frame.height = frame.contentDocument.documentElement.scrollHeight;
  };
  const file = (kind, address) => h("a", { href: adminAddress(address), download: `${name}-${[...query].filter(([key]) => key !== "language").map(([, each]) => each).join("-") || "today"}.${kind}` }, text(`download_${kind}`));
  const files = h("p", { class: "row start" }, file("html", `reports/${name}?${withHtml(query)}`), file("json", `reports/${name}?${query}`));
  const refuse = ({ code, message }) => fail({ status: code === "unauthorized" ? 401 : 400, message, problems: [] });
  frame.addEventListener("load", () => {
    const inside = frame.contentDocument;
    const refused = inside?.contentType === "application/json";
    frame.hidden = files.hidden = !inside || refused;
    if (refused) refuse(JSON.parse(inside.querySelector("pre").textContent).error);
    else if (!inside) say("unreachable");
    else new ResizeObserver(fit).observe(inside.body);
  });
  return [frame, files];
}

const withHtml = (query) => new URLSearchParams([...query, ["format", "html"]]);
