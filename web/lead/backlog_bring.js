/**
 * A lead brings a file of an older queue in. It is read first, and nothing comes in before a yes.
 */

import { h, readable } from "../staff/dom.js";
import { MOST_MAILBOX, MOST_WHOLE, piecesOf } from "./backlog_pieces.js";
import { bring, previewOf } from "./backlog_sending.js";

const MOST_NAME = 40;
const MOST_PROBLEMS = 20;
const ACCEPTED = ".mbox,.csv,.tsv,.json,.jsonl,.txt,.mbx";

/** Ask for a file, and tell what it would bring in. */
export function bringIn(page, channels) {
  const { text } = page;
  const name = h("input", { name: "name", required: "", maxlength: MOST_NAME, pattern: "[a-z][a-z0-9\\-]*" });
  const file = h("input", { name: "file", type: "file", required: "", accept: ACCEPTED });
  file.addEventListener("change", () => (name.value ||= nameOf(file.files[0]?.name ?? "")));
  const channel = h("select", { name: "channel" }, channels.map((each) => h("option", { value: each.id }, each.id)));
  const fields = [
    h("p", { class: "soft" }, text("backlog_file_more")),
    h("label", {}, text("backlog_file"), file),
    h("label", {}, text("channel"), channel),
    h("label", {}, text("backlog_name"), name),
    h("label", {}, text("backlog_ours"), h("input", { name: "ours", placeholder: "@shop.example" })),
    h("label", {}, text("backlog_columns"), h("input", { name: "columns", placeholder: "sender=Customer, text=Question" })),
    h("label", { class: "check" }, h("input", { name: "whole", type: "checkbox" }), text("backlog_whole")),
  ];
  page.ask(text("backlog_bring_title"), fields, text("backlog_read_file"), async (given, signal) => {
    const asked = { ours: listed(given.ours), columns: columnsIn(given.columns), whole: given.whole === "on" };
    const pieces = await piecesOf(given.file);
    if (!pieces) {
      page.say("backlog_too_large", { whole: MOST_WHOLE / 1e6, mailbox: MOST_MAILBOX / 1e6 });
      return;
    }
    const sent = pieces.map(({ content, lineOf }) => [{ ...asked, name: given.file.name, content }, lineOf]);
    const found = await previewOf(page, given.name, sent, signal);
    if (found && !signal.aborted) confirm(page, given, found);
  });
}

function confirm(page, { name, channel }, { tickets, format, leftOut, problems }) {
  const { text } = page;
  const lines = problems.slice(0, MOST_PROBLEMS).map((each) => h("li", {}, problemIn(text, each)));
  const counts = [...leftOut].map(([code, { count, message }]) => {
    const why = inWords(text, `backlog_out_${code}`, {}, message);
    return h("li", {}, text("backlog_left_out", { count, why }));
  });
  const fields = [
    h("p", {}, tickets.length ? text("backlog_would", { count: tickets.length }) : text("backlog_nothing")),
    counts.length ? h("ul", {}, counts) : "",
    lines.length ? h("details", {}, h("summary", {}, text("backlog_problems")), h("ul", {}, lines)) : "",
    tickets.length ? h("label", {}, text("reason"), h("input", { name: "reason", maxlength: 200, required: "" })) : "",
  ];
  const done = { count: 0, fresh: 0 }; // also of a try before, behind which the next one goes on
  const button = text(tickets.length ? "backlog_bring_in" : "backlog_close");
  page.ask(text("backlog_bring_title"), fields, button, async ({ reason }, signal) => {
    if (!tickets.length) return;
    const isWhole = await bring(page, name, { channel, format, tickets }, reason, done, signal);
    page.say(isWhole ? "backlog_was_brought" : "backlog_was_cut", done);
    if (isWhole && !signal.aborted) location.hash = `#backlog/${encodeURIComponent(name)}`;
  });
}

/** Return what is wrong in a line, in the words of the page. */
function problemIn(text, { line, field, code, values, message }) {
  const shown = Object.entries(values).map(([name, value]) => [name, Number.isInteger(value) ? value.toLocaleString(text.language) : value]);
  return readable([line, field, inWords(text, `backlog_wrong_${code}`, Object.fromEntries(shown), message)].filter(Boolean).join(": "));
}

/** Return the words of a key, or the instance's own where the page has none. */
const inWords = (text, key, values, message) => (text.has(key) ? text(key, values) : readable(message));

/** Return the name of a backlog after its file. */
function nameOf(file) {
  const stem = file.replace(/\.[^.]*$/, "").toLowerCase();
  const name = stem.replace(/[^a-z0-9-]+/g, "-").replace(/^-+|-+$/g, "").slice(0, MOST_NAME);
  return /^[a-z]/.test(name) ? name : `queue-${name || "file"}`;
}

const listed = (given) => given.split(/[\s,;]+/).filter(Boolean);

function columnsIn(given) {
  const pairs = given.split(/[,;]/).map((each) => each.split("=").map((part) => part.trim()));
  return Object.fromEntries(pairs.filter(([field, column]) => field && column));
}
