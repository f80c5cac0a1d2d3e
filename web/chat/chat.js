/**
 * This module starts the chat page: the language, the composer, the buttons and the two halves.
 */

import { Chat } from "./client.js";
import { listenToFiles, trayWhenNeeded } from "./files.js";
import { dress, look, takesFiles, worded } from "./look.js";
import { Notices } from "./notices.js";
import { View } from "./view.js";

const LIMIT = 10_000;
const NEAR_LIMIT = 9_000;

const find = (id) => document.getElementById(id);
const channel = document.querySelector('meta[name="surgeline-channel"]').content;
const draft = find("draft");
const DRAFT = `surgeline.${channel}.draft`;
let language = "en";
let isEquipped = false;

const query = new URLSearchParams(location.search);
const isPreview = parent !== window && query.has("preview");
const widget = query.has("widget") ? await (await import("./frame.js")).widgetAround() : null;
if (location.hash.startsWith("#from=")) await (await import("./arrive.js")).arrive(channel, widget?.storage);
const chat = new Chat(channel, widget?.storage);
if (widget) chat.around = widget;
const view = new View({
  press: (text) => chat.press(text, language),
  retry: (key) => chat.retry(key),
  discard: (key) => chat.discard(key),
});

let signs = { typing: null, seen: null, write() {}, look() {} };

const tray = trayWhenNeeded(find("tray"), {
  text: (key, values) => view.text(key, values),
  changed: () => measure(),
  problem: (key, values) => view.problem(key, values),
});
const notices = new Notices(channel, (texts) => view.notices(texts));

function preferredLanguage() {
  const asked = query.get("lang");
  const known = [...find("language").options].map((option) => option.value);
  const wishes = [asked, ...navigator.languages].map((tag) => tag?.slice(0, 2).toLowerCase());
  return wishes.find((tag) => known.includes(tag)) ?? "en";
}

async function speak(code) {
  const answer = await fetch(new URL(`strings.${code}.json`, import.meta.url));
  view.speak(code, worded(code, await answer.json()));
  language = code;
  if (look.hours) showHours();
  notices.speak(code);
  tray.draw();
}

/** Say when people are here. */
async function showHours() {
  const { hoursIn } = await import("./hours.js");
  find("hours").textContent = view.text("hours", { hours: hoursIn(look.hours, language) });
  find("hours").hidden = false;
}

/** Let the composer grow with its text, up to the height that the style sheet allows. */
function measure() {
  draft.style.height = "auto";
  draft.style.height = `${draft.scrollHeight}px`;
  const count = [...draft.value].length;
  const numbers = (number) => new Intl.NumberFormat(language).format(number);
  const values = { count: numbers(count), limit: numbers(LIMIT) };
  find("count").textContent = count >= NEAR_LIMIT ? view.text("counter", values) : "";
  find("composer").classList.toggle("empty", !draft.value.trim() && tray.isEmpty);
  const tooLong = count > LIMIT;
  draft.setAttribute("aria-invalid", String(tooLong));
  return { tooLong, values };
}

function submit() {
  const text = draft.value.trim();
  const { tooLong, values } = measure();
  view.problem(tooLong ? "too_long" : "", values);
  if ((text || !tray.isEmpty) && !tooLong) {
    draft.value = "";
    chat.send(text, language, tray.take());
  }
  measure();
  keepDraft();
}

/** Keep half-written text over a reload. */
function keepDraft() {
  try {
    sessionStorage.setItem(DRAFT, draft.value);
  } catch {
    // The browser forbids storage, and only the draft is lost.
  }
}

/** Take over the words that a link brought, such as a search that found nothing. They are not sent. */
function takeAsked() {
  const asked = new URLSearchParams(location.hash.slice(1)).get("ask");
  if (!asked) return;
  draft.value = asked.slice(0, 500);
  history.replaceState(null, "", location.pathname + location.search);
}

/** Take back half-written text, and what this tab searched. */
function recallDraft() {
  try {
    draft.value ||= sessionStorage.getItem(DRAFT) ?? "";
    chat.searched = sessionStorage.getItem("surgeline.search") ?? undefined;
  } catch {
    // The browser forbids storage, and only the draft is lost.
  }
}

function listenToComposer() {
  draft.addEventListener("input", () => {
    view.problem("");
    measure();
    keepDraft();
    if (draft.value) signs.write();
  });
  draft.addEventListener("input", () => chat.prepare(), { once: true });
  draft.addEventListener("keydown", (event) => {
    // Enter picks a candidate while an input method composes. Safari reports that as key 229.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    submit();
  });
  find("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
    draft.focus();
  });
}

/** Put files beside the words, or say that this chat takes none. */
function attach(files) {
  view.problem(takesFiles ? "" : "no_files");
  if (takesFiles) tray.add(files).catch(() => view.problem("unreachable"));
}

function listenToButtons() {
  find("person").addEventListener("click", () => chat.press(view.text("person_words"), language));
  find("end").addEventListener("click", () => find("ending").showModal());
  find("stay").addEventListener("click", () => find("ending").close());
  find("leave").addEventListener("click", async () => {
    find("ending").close();
    view.problem("");
    await chat.leave().catch(() => view.problem("end_failed"));
    draft.focus();
  });
  find("language").addEventListener("change", ({ target }) => {
    const address = new URL(location.href);
    address.searchParams.set("lang", target.value);
    history.replaceState(null, "", address);
    reword(target.value);
  });
}

/** Say everything again, in a language or with other words of the company. */
async function reword(code) {
  await speak(code ?? language);
  draw();
}

function draw() {
  view.draw(chat, signs);
  if (!isEquipped && chat.items().length) loadExtras();
}

async function loadExtras() {
  isEquipped = true;
  const { equip, Signs } = await import("./extras.js");
  signs = new Signs(chat, draw);
  equip(chat, { text: (key) => view.text(key), storage: widget?.storage });
}

/** Put the focus where a message is written, or on the messages where a keyboard would cover them. */
function focus() {
  const place = matchMedia("(pointer: fine)").matches ? draft : find("scroll");
  place.focus({ preventScroll: true });
}

dress();
await speak(preferredLanguage());
takeAsked();
recallDraft();
measure();
listenToComposer();
listenToButtons();
find("attach").hidden = !takesFiles;
listenToFiles({ draft, button: find("attach"), chooser: find("chooser") }, attach);
if (chat.hasLostFiles) view.problem("files_lost");
chat.addEventListener("change", draw);
draw();
chat.start();
if (isPreview) {
  const { preview } = await import("./preview.js");
  preview(reword);
}
if (widget) widget.follow(chat, { focus, reword, looked: () => signs.look() });
else {
  chat.addEventListener("change", () => signs.look());
  document.addEventListener("visibilitychange", () => signs.look());
}
if (!widget && !isPreview && matchMedia("(pointer: fine)").matches) draft.focus({ preventScroll: true });
notices.look();
