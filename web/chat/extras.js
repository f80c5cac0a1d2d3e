/**
 * What a chat has once something was said: it can be saved as a file, and it can ring for what comes
 * while nobody looks. Both buttons are loaded and shown with the first lines.
 */

import { Memory } from "./memory.js";

export { Signs } from "./signs.js";

const RING_SECONDS = 0.35;
const SVG = "http://www.w3.org/2000/svg";
const PICTURES = {
  bell: "M6 17v-6a6 6 0 0 1 12 0v6l1.500 2h-15zM10 21.500h4",
  save: "M12 4v11m-4.500-4.500L12 15l4.500-4.500M5 20h14",
};

const find = (id) => document.getElementById(id);

/** Let the two buttons work, and ring for new lines. `text(key)` returns the page's words. */
export function equip(chat, { text, storage }) {
  const memory = new Memory(`surgeline.${chat.channel}.`, storage);
  const bell = find("bell");
  let heard = lastSeq(chat);
  const show = () => bell.setAttribute("aria-pressed", String(memory.get("bell") ?? false));
  find("save").addEventListener("click", () => save(chat, text));
  bell.addEventListener("click", () => {
    memory.set("bell", !memory.get("bell"));
    show();
    if (!memory.get("bell")) return;
    ring(); // so that the customer knows how it sounds
    if (canNotify()) Notification.requestPermission();
  });
  chat.addEventListener("change", () => {
    const last = lastSeq(chat);
    const isNew = last > heard;
    heard = last;
    if (!isNew || !memory.get("bell") || document.hasFocus()) return;
    if (canNotify() && Notification.permission === "granted") notify(text, chat.channel);
    ring();
  });
  forgetSearch(chat);
  for (const press of ["pointerdown", "keydown", "click"]) addEventListener(press, listen, { capture: true, once: true });
  show();
  for (const [id, path] of Object.entries(PICTURES)) {
    find(id).replaceChildren(picture(path));
    find(id).hidden = false;
  }
}

/** Forget what this tab searched in the help centre, once the conversation of it is over. */
function forgetSearch(chat) {
  let isOpen = chat.conversation?.state === "open";
  chat.addEventListener("change", () => {
    const wasOpen = isOpen;
    isOpen = chat.conversation?.state === "open";
    if (isOpen || !wasOpen || !chat.searched) return;
    chat.searched = undefined;
    sessionStorage.removeItem("surgeline.search");
  });
}

function picture(path) {
  const [svg, line] = [document.createElementNS(SVG, "svg"), document.createElementNS(SVG, "path")];
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/** Return the number of the last line that somebody else said. */
function lastSeq(chat) {
  return Math.max(0, ...chat.items().map((item) => (item.speaker === "customer" ? 0 : item.seq ?? 0)));
}

/** Save the conversation as a plain text, one line after the other. */
function save(chat, text) {
  const lines = chat.items().map((item) => {
    const who = item.speaker === "person" && item.agent ? item.agent : text(item.speaker === "customer" ? "you" : item.speaker);
    const files = [...(item.media ?? []), ...(item.attached ?? [])].map((file) => file.title || file.alt || file.kind);
    const own = item.text === files.join(", ") ? "" : item.text; // files alone have their names as the text
    return `${new Date(item.at).toLocaleString(document.documentElement.lang)}  ${who}: ${[own, ...files.map((each) => `[${each}]`)].filter(Boolean).join(" ")}`;
  });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([`${document.title}\n\n${lines.join("\n\n")}\n`], { type: "text/plain" }));
  link.download = `chat-${new Date().toISOString().slice(0, 10)}.txt`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Return whether the browser may show a notification from here. In another site's frame it never may. */
function canNotify() {
  return window.parent === window && "Notification" in window;
}

/** Say that something came, and not what, because others may see the screen. */
function notify(text, tag) {
  try {
    const note = new Notification(text("title"), { body: text("new_messages"), tag });
    note.onclick = () => window.focus();
  } catch {
    // Some phones show notifications of installed pages only. The sound is enough there.
  }
}

/** The page's one way to sound, which a browser allows from the first press of a key or button on. */
let audio = null;

function listen() {
  audio ??= new AudioContext();
  audio.resume().catch(() => {});
}

function ring() {
  if (!audio) return;
  const [tone, loudness] = [audio.createOscillator(), audio.createGain()];
  const end = audio.currentTime + RING_SECONDS;
  loudness.gain.setValueAtTime(0.08, audio.currentTime);
  loudness.gain.exponentialRampToValueAtTime(0.001, end);
  tone.frequency.value = 660;
  tone.connect(loudness).connect(audio.destination);
  tone.start();
  tone.stop(end);
}
