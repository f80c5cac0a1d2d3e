/**
 * The agent's console: the desk, its list, the chosen conversation, the composer and the keys.
 */

import { listenToFiles, trayWhenNeeded } from "../../assets/files.js";
import { readable } from "../staff/dom.js";
import { speak } from "../staff/words.js";
import { adviceOn } from "./advice.js";
import { Desk } from "./desk.js";
import { Dialogs } from "./dialogs.js";
import { Finder } from "./find.js";
import { listen } from "./keys.js";
import { drawLine } from "./line.js";
import { List, setText } from "./list.js";
import { Memory } from "../../assets/memory.js";
import { Notices } from "./notices.js";
import { beep, notify } from "./ring.js";
import { Thread } from "./thread.js";

const MAX_TEXT = 10_000;
const TYPING_MS = 4_000;
const WIDE = matchMedia("(min-width: 75rem)");

const find = (id) => document.getElementById(id);
const text = await speak(new URL("./", import.meta.url));
const memory = new Memory("surgeline.agent.");
const desk = new Desk();
const draft = find("draft");
let chosen = null; // the id of the conversation in the middle
let over = null; // {conversation, why} of the chosen conversation once it left the desk
let typedAt = 0;

const tray = trayWhenNeeded(find("tray"), { text, changed: () => hint(), problem: (key, values) => say(key, values) });
const list = new List(text, { choose: show, accept });
const thread = new Thread(text, {
  insert,
  edit,
  rate: (id, rating, reason) => current()?.rate(id, rating, reason),
  rating: (id) => current()?.rating(id) ?? {},
});
const finder = new Finder(text, {
  current: () => current()?.about,
  drawn: (article) => thread.article(article, true),
  failed: (error) => desk.failed(error),
});
const notices = new Notices(text, () => draw(), (error) => desk.failed(error));
const dialogs = new Dialogs(text, desk, memory, {
  transfer: (to, reason) => act((each) => desk.transfer(each, to, reason), "passed_on"),
  escalate: (words) => act((each) => desk.escalate(each, words), "passed_on"),
  give: (person, reason) => act((each) => desk.give(each, person, reason), "passed_on"),
  pending: (until, words) => act((each) => desk.pending(each, until, words), "pending_done"),
  close: (outcome, summary, article) =>
    act((each) => desk.close(each, outcome, summary, article), "closed_now"),
});

// ------------------------------------------------------------------ acts

function show(id) {
  if (chosen !== id) {
    keepDraft();
    tray.take(); // files were meant for the other customer
    over = null;
    finder.clear();
  }
  chosen = id;
  memory.set("chosen", id);
  const each = desk.find(id);
  if (each) {
    const conversation = desk.conversation(each);
    if (!conversation.loaded || !each.mine) conversation.read();
    const { text: words, mode } = conversation.draft;
    draft.value = words;
    setMode(mode);
  }
  find("about").hidden = !WIDE.matches;
  draw();
  if (each?.mine && matchMedia("(pointer: fine)").matches) draft.focus({ preventScroll: true });
}

async function accept(id) {
  const each = desk.find(id);
  if (!each) return;
  try {
    await desk.accept(each);
    show(id);
  } catch (error) {
    say(error.status === 409 ? `refused_${error.state}` : "try_again");
  }
}

async function act(todo, done) {
  const each = desk.find(chosen);
  if (!each) return;
  try {
    await todo(each);
    say(done);
  } catch (error) {
    say(error.status === 409 ? `refused_${error.state}` : "try_again");
  }
  draw();
}

/** Put an article's text where the person writes. */
function insert(words, articleId) {
  current()?.inserted(articleId, words);
  const { selectionStart: start, selectionEnd: end } = draft;
  draft.setRangeText(words, start, end, "end");
  if (!WIDE.matches) showAbout(false); // it lies over the words
  draft.focus();
  drafted();
}

/** Take refused words back into the composer. */
function edit(id) {
  const conversation = current();
  if (!conversation) return;
  draft.value = [draft.value, conversation.discard(id)].filter(Boolean).join("\n");
  draft.focus();
  drafted();
}

function send() {
  const each = desk.find(chosen);
  const words = draft.value.trim();
  const isNote = mode() === "note"; // files go with a reply, and stay until there is one
  if (!each?.mine || !(words || (!isNote && !tray.isEmpty)) || words.length > MAX_TEXT) return;
  desk.conversation(each).send(mode(), words, each.epoch, isNote ? [] : tray.take());
  draft.value = "";
  drafted();
  setMode("reply");
}

// ------------------------------------------------------------------ the composer

const mode = () => (find("mode-note").getAttribute("aria-pressed") === "true" ? "note" : "reply");

function setMode(wanted) {
  find("mode-reply").setAttribute("aria-pressed", String(wanted !== "note"));
  find("mode-note").setAttribute("aria-pressed", String(wanted === "note"));
  find("composer").classList.toggle("noting", wanted === "note");
  setText(find("draft-label"), text(wanted === "note" ? "note_label" : "reply_label"));
  draft.placeholder = text(wanted === "note" ? "note_label" : "reply_label");
  setText(find("send"), text(wanted === "note" ? "keep_note" : "send"));
  hint();
}

function current() {
  const each = desk.find(chosen);
  return each ? desk.conversation(each) : (over?.conversation ?? null);
}

function keepDraft() {
  const each = desk.find(chosen);
  if (each) desk.conversation(each).draft = { text: draft.value, mode: mode() };
}

function drafted() {
  keepDraft();
  hint();
  const each = desk.find(chosen);
  const now = Date.now();
  if (!each?.mine || mode() === "note" || !draft.value || now - typedAt < TYPING_MS) return;
  typedAt = now;
  desk.typing(each);
}

/** Say what may be wrong with the words. This never keeps anybody from sending. */
function hint() {
  const words = draft.value;
  const isLong = words.length > MAX_TEXT;
  const advice = isLong ? [["too_long", { limit: MAX_TEXT }]] : mode() === "reply" ? adviceOn(words) : [];
  setText(find("hint"), advice.map((each) => text(...each)).join(" "));
}

// ------------------------------------------------------------------ drawing

function say(key, values) {
  const words = text(text.has(key) ? key : "try_again", values);
  setText(find("news"), words);
  setText(find("banner"), words);
  clearTimeout(say.timer);
  say.timer = setTimeout(draw, 5_000);
  say.until = Date.now() + 5_000;
}

function draw() {
  const each = desk.find(chosen);
  const conversation = current();
  list.draw(desk, chosen);
  drawLine(desk, text);
  notices.draw(conversation);
  document.body.dataset.view = conversation ? "case" : "list";
  find("nothing").hidden = Boolean(conversation);
  find("case").hidden = !conversation;
  if (conversation) {
    if (each && !document.hidden) desk.seen(each);
    thread.draw(conversation, each, desk.me);
  } else {
    find("about").hidden = true;
  }
  if (conversation && WIDE.matches) find("about").hidden = false;
  find("know").setAttribute("aria-expanded", String(!find("about").hidden));
  find("composer").hidden = !each?.mine;
  for (const id of ["pending", "transfer", "close"]) find(id).hidden = !each?.mine;
  find("offer-foot").hidden = each?.state !== "offered";
  setText(find("over"), over && !each ? text(`over_${over.why}`) : "");
  drawBar();
}

/** Return the text of an incident in the page's language, or else in any. */
const textOf = ({ texts }) => readable(texts[text.language] ?? texts.en ?? Object.values(texts)[0]);

function drawBar() {
  const here = desk.pools.flatMap((pool) => pool.sitting).filter((one) => one.state === "here");
  const names = [...new Set(here.map((one) => one.name))];
  setText(find("sitting"), names.length ? text("sitting", { names: names.join(", ") }) : text("nobody"));
  find("presence").value = desk.presence;
  const news = desk.cases.filter((one) => one.state === "offered" || desk.unread(one)).length;
  document.title = (news ? `(${news}) ` : "") + text("page");
  if ((say.until ?? 0) > Date.now()) return;
  let banner = "";
  if (!desk.signedIn) banner = text("signed_out");
  else if (desk.offline) banner = text("offline");
  else if (!desk.reachable) banner = text("unreachable");
  else if (desk.loaded && !desk.pools.length) banner = text("no_pool");
  else if (desk.incidents.length) banner = text("told_now", { text: desk.incidents.map(textOf).join(" · ") });
  setText(find("banner"), banner);
}

function tick() {
  list.tick(desk);
  drawLine(desk, text);
  const each = desk.find(chosen);
  if (each?.state === "offered") setText(find("offer-more"), text("offer_more"));
}

// ------------------------------------------------------------------ news

function offered({ detail: each }) {
  ring(each, text("new_offer", { reason: text(`reason_${each.reason}`) }));
}

/** A customer of the person's own has written. Whoever looks at it sees it without a sound. */
function written({ detail: each }) {
  if (document.hidden || each.conversation_id !== chosen) ring(each, text("new_message"));
}

function ring({ conversation_id: id }, words) {
  setText(find("news"), words);
  if (dialogs.sound) beep();
  if (dialogs.notify && document.hidden) notify(text("page"), words, id, () => show(id));
}

function left({ detail: each }) {
  if (each.conversation_id !== chosen) return;
  keepDraft();
  over = { conversation: desk.conversation(each), why: each.why };
}

function step(by) {
  const ids = desk.cases
    .toSorted((a, b) => rank(a) - rank(b))
    .map((each) => each.conversation_id);
  if (!ids.length) return;
  const at = ids.indexOf(chosen);
  show(ids[at < 0 ? 0 : (at + by + ids.length) % ids.length]);
  draft.blur();
}

const rank = (each) => (each.state === "offered" ? 0 : each.mine ? 1 : 2);

function back() {
  keepDraft();
  const id = chosen;
  chosen = null;
  over = null;
  memory.remove("chosen");
  draw();
  const item = [...document.querySelectorAll("#list .open")];
  (item[desk.cases.findIndex((each) => each.conversation_id === id)] ?? item[0])?.focus();
}

function write(wanted) {
  if (!desk.find(chosen)?.mine) return;
  setMode(wanted);
  draft.focus();
}

function showAbout(shown) {
  find("about").hidden = !shown;
  find("know").setAttribute("aria-expanded", String(shown));
}

/** Mark the changes of articles as read. */
async function readNotices() {
  try {
    if (await notices.read()) say("notices_done");
  } catch {
    say("try_again");
  }
}

/** Put files beside the reply to the customer. */
function attach(files) {
  if (!desk.find(chosen)?.mine) return;
  setMode("reply");
  tray.add(files).catch(() => say("try_again"));
}

listenToFiles({ draft, button: find("attach"), chooser: find("chooser") }, attach);
listen(
  {
    "?": () => dialogs.help(),
    a: () => {
      const first = desk.find(chosen)?.state === "offered" ? desk.find(chosen) : desk.cases.find((each) => each.state === "offered");
      if (first) accept(first.conversation_id);
    },
    j: () => step(1),
    k: () => step(-1),
    r: () => write("reply"),
    n: () => write("note"),
    f: () => desk.find(chosen)?.mine && find("attach").click(),
    i: () => find("about").querySelector(".article button")?.click(),
    "/": () => chosen && (showAbout(true), find("find-words").focus()),
    p: () => desk.find(chosen)?.mine && dialogs.pending(),
    t: () => desk.find(chosen)?.mine && dialogs.transfer(desk.find(chosen)),
    e: () => desk.find(chosen)?.mine && dialogs.close(),
    m: readNotices,
    Escape: () => chosen && back(),
  },
  () => dialogs.singleKeys,
);

find("notices-read").addEventListener("click", readNotices);
find("help").addEventListener("click", () => dialogs.help());
find("shifts").addEventListener("click", async () => {
  const { Shifts } = await import("./shifts.js");
  new Shifts(text).open();
});
find("back").addEventListener("click", back);
find("accept").addEventListener("click", () => accept(chosen));
find("pending").addEventListener("click", () => dialogs.pending());
find("transfer").addEventListener("click", () => dialogs.transfer(desk.find(chosen)));
find("close").addEventListener("click", () => dialogs.close());
find("mode-reply").addEventListener("click", () => write("reply"));
find("mode-note").addEventListener("click", () => write("note"));
find("know").addEventListener("click", () => showAbout(find("about").hidden));
find("presence").addEventListener("change", ({ target }) => desk.be(target.value).then(draw));
find("sign-out").addEventListener("click", async () => {
  await desk.signOut().catch(() => {});
  location.assign(new URL("./sign-in", location.href));
});
find("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
draft.addEventListener("input", drafted);
draft.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  send();
});
addEventListener("pagehide", keepDraft);
WIDE.addEventListener("change", () => {
  find("about").hidden = !WIDE.matches;
  draw();
});
document.addEventListener("visibilitychange", draw);
desk.addEventListener("offer", offered);
desk.addEventListener("written", written);
desk.addEventListener("over", left);
desk.addEventListener("articles", () => notices.refresh());
desk.addEventListener("change", draw);
setMode("reply");

try {
  await desk.start();
  await notices.start();
} catch (error) {
  if (error.status === 401) location.replace(new URL("./sign-in", location.href));
  desk.failed(error);
}
if (desk.find(memory.get("chosen"))?.mine) show(memory.get("chosen"));
setInterval(tick, 1_000);
tick();
draw();
document.body.setAttribute("aria-busy", "false");
