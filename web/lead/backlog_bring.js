/**
 * A lead brings a file of an older queue in. It is read first, and nothing comes in before a yes.
 */

import { h, readable } from "../staff/dom.js";
import { placeOf } from "./backlog_tickets.js";
import { MOST_MAILBOX, MOST_WHOLE, piecesOf } from "./backlog_pieces.js";

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
  page.ask(text("backlog_bring_title"), fields, text("backlog_read_file"), async (given) => {
    const asked = { ours: listed(given.ours), columns: columnsIn(given.columns), whole: given.whole === "on" };
    const pieces = await piecesOf(given.file);
    if (!pieces) {
      page.say("backlog_too_large", { whole: MOST_WHOLE / 1e6, mailbox: MOST_MAILBOX / 1e6 });
      return;
    }
    const sent = pieces.map(({ content, lineOf }) => [{ ...asked, name: given.file.name, content }, lineOf]);
    confirm(page, given, sent, await previewOf(page, given.name, sent));
  });
}

/** Return what all pieces of a file would bring in. */
async function previewOf(page, name, sent) {
  const found = { tickets: 0, leftOut: new Map(), problems: [] };
  for (const [body, lineOf] of sent) {
    const told = await page.change("POST", `${placeOf(name)}/files/preview`, body);
    found.tickets += told.tickets;
    for (const [why, count] of Object.entries(told.left_out)) found.leftOut.set(why, (found.leftOut.get(why) ?? 0) + count);
    found.problems.push(...told.problems.map((each) => ({ ...each, line: lineOf(each.line) })));
  }
  return found;
}

function confirm(page, { name, channel }, sent, { tickets, leftOut, problems }) {
  const { text } = page;
  if (!tickets) page.say("backlog_nothing");
  const lines = problems.slice(0, MOST_PROBLEMS).map(({ line, field, message }) => h("li", {}, readable([line, field, message].filter(Boolean).join(": "))));
  const fields = [
    h("p", {}, text("backlog_would", { count: tickets })),
    leftOut.size ? h("ul", {}, [...leftOut].map(([why, count]) => h("li", {}, text("backlog_left_out", { count, why: readable(why) })))) : "",
    lines.length ? h("details", {}, h("summary", {}, text("backlog_problems")), h("ul", {}, lines)) : "",
    h("label", {}, text("reason"), h("input", { name: "reason", maxlength: 200, required: "" })),
  ];
  page.ask(text("backlog_bring_title"), fields, text("backlog_bring_in"), async ({ reason }) => {
    const done = { count: 0, fresh: 0 };
    for (const [body] of sent) await bringPiece(page, name, { ...body, channel }, reason, done);
    page.say("backlog_was_brought", done);
    location.hash = `#backlog/${encodeURIComponent(name)}`;
  });
}

/** Bring a piece in, a lot after the other. A second time changes nothing. */
async function bringPiece(page, name, body, reason, done) {
  let after = 0;
  while (after !== null) {
    const lot = await page.change("POST", `${placeOf(name)}/files`, { ...body, after }, reason);
    done.count += lot.tickets;
    done.fresh += lot.new;
    page.say("backlog_bringing", done);
    after = lot.next_after;
  }
}

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
