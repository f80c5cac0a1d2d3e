/**
 * One's own sign-in: until when it lasts, and the password, which is set, changed and removed here.
 */

import { call } from "./api.js";
import { moment, showable } from "./dom.js";
import { speak } from "./words.js";

const find = (id) => document.getElementById(id);
const text = await speak(new URL("./", import.meta.url));
const form = find("set");
let had = false;

async function show() {
  const { person, page, expires_at: until, has_password: has, asks_password: asks, sets_password: sets } = await call("GET", "me");
  had = has;
  const [before, after = ""] = text("account_who", { name: person.name, until: "\u0000" }).split("\u0000");
  find("who").replaceChildren(before, moment(until, text.language), after);
  find("back").href = `.${page}`;
  find("name").value = person.name;
  find("go").textContent = text(has ? "change_password" : "set_password");
  find("remove").hidden = !has;
  find("present-part").hidden = !asks;
  find("present").required = asks;
  form.reset();
  find("name").value = person.name;
  find("password").type = "password";
  find("present").type = "password";
  for (const part of ["new-part", "rule", "go"]) find(part).hidden = !sets;
  form.hidden = !sets && !asks;
  return { person, has, sets };
}

/** Change something, and say what is true now. What was typed stays where it is refused. */
async function change(method, path, body, done) {
  for (const each of document.querySelectorAll("button")) each.disabled = true;
  try {
    const present = find("present").value;
    await call(method, path, present ? { ...body, present } : body);
    const { person } = await show();
    find("more").textContent = text(done, { name: person.name });
  } catch (error) {
    if (error.status === 401) return location.replace(new URL("./sign-in", location.href));
    find("more").textContent = text(whyNot(error));
    if (error.field === "present") form.hidden = find("present-part").hidden = false;
    if (error.field) find(error.field).focus();
  } finally {
    for (const each of document.querySelectorAll("button")) each.disabled = false;
  }
}

function whyNot({ status, field }) {
  if (status === 400) return field === "present" ? "present_wrong" : "password_weak";
  return { 403: "password_account", 409: "changed_meanwhile", 429: "too_many" }[status] ?? "unreachable";
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  change("PUT", "password", { password: find("password").value }, had ? "did_change" : "did_set");
});
find("remove").addEventListener("click", () => find("ask").showModal());
find("ask").addEventListener("close", ({ target }) => {
  if (target.returnValue === "yes") change("POST", "password/remove", {}, "did_remove");
  target.returnValue = "";
});
find("sign-out").addEventListener("click", async () => {
  await call("POST", "sign-out", {}).catch(() => {});
  location.assign(new URL("./sign-in", location.href));
});
showable(find("show"), find("present"), find("password"));
document.title = text("account_page");
try {
  const { has, sets } = await show();
  find("more").textContent = text(!sets ? "password_account" : has ? "password_set" : "password_none");
} catch (error) {
  if (error.status === 401) location.replace(new URL("./sign-in", location.href));
  find("more").textContent = text("unreachable");
}
find("card").setAttribute("aria-busy", "false");
