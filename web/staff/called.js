/**
 * The page behind the link of a call shows what the call is about, and takes the answer.
 *
 * The link's parts stand behind the number sign, which no browser sends. Only a press answers, so
 * that a preview of the link answers nothing. The address keeps them, so that the page can be
 * opened again.
 */

import { call, Refused } from "./api.js";
import { speak } from "./words.js";

const [callId, person, token] = location.hash.slice(1).split("/").map(decodeURIComponent);
const link = { call: callId ?? "", person: person ?? "", token: token ?? "" };

const find = (id) => document.getElementById(id);
const text = await speak(new URL("./", import.meta.url));

/** Return a moment on the person's own clock, in the page's language. */
function clock(moment, zone, withDay = true) {
  const day = withDay ? { weekday: "short", day: "numeric", month: "short" } : {};
  const shape = { ...day, hour: "2-digit", minute: "2-digit", timeZone: zone };
  return new Intl.DateTimeFormat(text.language, shape).format(new Date(moment));
}

function show(found, told) {
  const isTest = found.kind === "test";
  find("title").textContent = text(isTest ? "test_title" : found.kind === "shift" ? "shift_title" : "called_title", found);
  const times = { from: clock(found.from, found.zone), until: clock(found.until, found.zone), zone: found.zone };
  find("when").textContent = text("called_when", times);
  find("more").textContent = told ?? (isTest ? text("test_more") : found.why);
  if (isTest) find("yes").textContent = text("test_yes");
  find("answer").hidden = !found.is_open || (found.is_full && found.coming !== true);
  find("yes").hidden = found.coming === true;
  find("no").hidden = isTest || found.coming === false;
  find("in-label").hidden = isTest || found.kind === "shift" || found.coming === true;
  if (!told && found.coming === true) find("more").textContent = expected(found);
  else if (!told && !found.is_open) find("more").textContent = text("called_over");
  else if (!told && found.is_full) find("more").textContent = text("called_full");
  find("card").setAttribute("aria-busy", "false");
}

const expected = (found) =>
  found.kind === "test" ? text("test_reached") : text("called_coming", { at: clock(found.arrives_at, found.zone, false) });

function fail(error) {
  const wrong = error instanceof Refused && !error.passes;
  find("title").textContent = text(wrong ? "called_wrong_title" : "sign_in_title");
  find("more").textContent = text(wrong ? "called_wrong" : error.status === 429 ? "too_many" : "unreachable");
  find("card").setAttribute("aria-busy", "false");
}

async function answer(coming) {
  const minutes = find("in").value;
  const later = coming && minutes !== "" ? { in_minutes: Number(minutes) } : {};
  for (const id of ["yes", "no"]) find(id).disabled = true;
  try {
    const { told, call: found } = await call("POST", "../called/answer", { ...link, coming, ...later });
    show(found, told === "coming" ? expected(found) : text(`called_${told}`));
  } catch (error) {
    fail(error);
  }
  for (const id of ["yes", "no"]) find(id).disabled = false;
}

document.title = text("called_page");
find("yes").textContent = text("called_yes");
find("no").textContent = text("called_no");
find("in-text").textContent = text("called_in");
find("answer").addEventListener("submit", (event) => {
  event.preventDefault();
  answer(true);
});
find("no").addEventListener("click", () => answer(false));
try {
  const { call: found } = await call("POST", "../called", link);
  find("in").placeholder = String(found.arrives_minutes);
  show(found);
} catch (error) {
  fail(error);
}
