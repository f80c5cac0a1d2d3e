/**
 * The lead's page: sections by the address's fragment, each a module of its own.
 */

import { admin, call } from "../staff/api.js";
import { h, there } from "../staff/dom.js";
import { choose, speak } from "../staff/words.js";
import { articles } from "./articles.js";
import { backlog } from "./backlog.js";
import { conversations } from "./conversations.js";
import { crisis } from "./crisis.js";
import { drafts } from "./drafts.js";
import { incidents } from "./incidents.js";
import { knowledge } from "./knowledge.js";
import { look } from "./look.js";
import { now } from "./now.js";
import { people } from "./people.js";
import { pools } from "./pools.js";
import { reports } from "./reports.js";
import { routing } from "./routing.js";
import { settings } from "./settings.js";
import { surge } from "./surge.js";

const SECTIONS = { now, conversations, reports, pools, routing, backlog, surge, incidents, crisis, knowledge, articles, drafts, look, people, settings };
const AGAIN_MS = 5_000;
const STAYS_MS = 15_000;

const find = (id) => document.getElementById(id);
const text = await speak(new URL("./", import.meta.url));
let timer = 0;
let turn = 0;
let stays = 0; // so long stands what an act told, though a section that lives is shown again

/** What every section gets: words, requests, and how to say something. */
const page = {
  text,
  me: null,
  get: (path) => admin("GET", path),
  change: admin,
  may: (scope) => page.me.may.includes(scope),
  say,
  fail: tell,
  ask,
  again: () => show(),
  tried,
};

/** Return the answer of a change, or null where it was refused, which the person is told. */
async function tried(change) {
  try {
    return await change();
  } catch (error) {
    tell(error);
    return null;
  }
}

function say(key, values) {
  find("banner").textContent = key ? text(key, values) : "";
}

/** Tell why something did not work, in the banner. */
function tell(error) {
  find("banner").textContent = wordsOf(error);
}

/** Return in words for people why something did not work. Without a session the page is left. */
function wordsOf(error) {
  if (error.status === undefined) throw error;
  if (error.status === 401) location.replace(new URL("./sign-in", location.href));
  if (error.status === 401) return "";
  if (error.status === 403) return text("not_allowed");
  return error.passes ? text("unreachable") : [error.message, ...error.problems].join(" ");
}

/**
 * Ask in a dialog. `act` gets the form's fields, and a signal that is aborted once the dialog is left. If
 * it throws, the dialog stays and says why.
 */
function ask(title, fields, button, act) {
  const dialog = find("ask");
  const left = new AbortController();
  const here = location.hash;
  const refused = h("p", { class: "error", role: "alert" });
  const send = h("button", { type: "submit", class: "primary" }, button);
  const submit = async (event) => {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(form));
    send.disabled = true;
    refused.textContent = "";
    say("");
    stays = Date.now() + STAYS_MS;
    try {
      await act(given, left.signal);
      if (form.isConnected) dialog.close(); // and not another question that was asked meanwhile
      if (!left.signal.aborted || location.hash === here) await show();
    } catch (error) {
      if (form.isConnected && dialog.open) refused.textContent = wordsOf(error);
      else tell(error);
    } finally {
      send.disabled = false;
    }
  };
  const leave = () => {
    left.abort();
    dialog.close();
  };
  const form = h(
    "form",
    { method: "dialog", onsubmit: submit },
    h("h2", { id: "ask-title" }, title),
    fields,
    refused,
    h("div", { class: "buttons" }, h("button", { type: "button", onclick: leave }, text("cancel")), send),
  );
  dialog.replaceChildren(form);
  dialog.onclose = () => dialog.open || left.abort(); // and not another question that is open by now
  dialog.showModal();
}

/** Show the section of the address, and show it again in a while if it lives. */
async function show() {
  clearTimeout(timer);
  turn += 1;
  const mine = turn;
  const [name, ...rest] = location.hash.slice(1).split("/").map(decodeURIComponent);
  const section = SECTIONS[name] ? name : "now";
  for (const link of document.querySelectorAll("#tabs a")) {
    const isHere = link.getAttribute("href") === `#${section}`;
    if (isHere) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  find("here").textContent = text(section);
  document.title = `${text(section)} · Surgeline`;
  try {
    const { nodes, lives } = await SECTIONS[section](page, rest);
    if (mine !== turn) return;
    find("main").replaceChildren(h("h1", {}, text(section)), ...there(nodes));
    if (lives && Date.now() > stays) say("");
    if (lives) timer = setTimeout(() => (document.hidden ? wait() : show()), AGAIN_MS);
  } catch (error) {
    tell(error);
    if (error.passes) timer = setTimeout(show, AGAIN_MS);
  }
}

const wait = () => document.addEventListener("visibilitychange", show, { once: true });

const wide = matchMedia("(min-width: 60rem)");
const unfold = () => (find("menu").open = wide.matches);
wide.addEventListener("change", unfold);
unfold();
find("language").value = text.language;
find("language").addEventListener("change", ({ target }) => choose(target.value));
find("sign-out").addEventListener("click", async () => {
  await call("POST", "sign-out", {}).catch(() => {});
  location.assign(new URL("./sign-in", location.href));
});
addEventListener("hashchange", () => {
  say("");
  unfold();
  stays = 0;
  show().then(() => find("main").focus());
});

try {
  page.me = (await call("GET", "me")).person;
  if (page.may("read")) await show();
  else location.replace(new URL("./agent", location.href));
} catch (error) {
  tell(error);
}
document.body.setAttribute("aria-busy", "false");
