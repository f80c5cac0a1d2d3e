/**
 * The page behind an invitation's link exchanges the token for a session, once. Without a token it
 * asks for a name and a password.
 *
 * The token stands behind the number sign of the address, which no browser sends. The page takes
 * it out of the address before anything else, and sends it only when the person presses the
 * button, so that a preview of the link does not use the link up.
 */

import { call, prove, Refused } from "./api.js";
import { showable } from "./dom.js";
import { exchanged, leave } from "./issuer.js";
import { speak } from "./words.js";

const token = location.hash.slice(1);
const asked = new URLSearchParams(location.search);
const [code, state, failed] = ["code", "state", "error"].map((name) => asked.get(name));
for (const name of ["code", "state", "error", "error_description"]) asked.delete(name);
history.replaceState(null, "", `${location.pathname}${asked.size ? `?${asked}` : ""}`);

const find = (id) => document.getElementById(id);
const text = await speak(new URL("./", import.meta.url));
const go = find("go");
const form = find("by-password");

function say(title, more) {
  find("title").textContent = text(title);
  find("more").textContent = text(more);
  find("card").setAttribute("aria-busy", "false");
}

async function enter() {
  go.disabled = true;
  try {
    const { page } = await call("POST", "sign-in", { token });
    location.replace(new URL(`.${page}`, location.href));
  } catch (error) {
    go.disabled = false;
    if (error instanceof Refused && error.status === 401) {
      go.hidden = true;
      say("used_title", "used_more");
    } else {
      say("sign_in_title", error.status === 429 ? "too_many" : "unreachable");
    }
  }
}

/** Exchange a name and its password for a session. The name stays where the pair is wrong. */
async function enterByPassword(event) {
  event.preventDefault();
  const button = event.submitter ?? form.querySelector("button");
  button.disabled = true;
  try {
    const body = { name: find("name").value, password: find("password").value };
    const { page } = await call("POST", "sign-in/password", body);
    location.replace(new URL(`.${page}`, location.href));
  } catch (error) {
    button.disabled = false;
    const why = { 400: "wrong", 401: "wrong", 429: "too_many" }[error.status] ?? "unreachable";
    find("more").textContent = text(why);
    find("password").value = "";
    find("password").focus();
  }
}

/** Somebody without a token may be signed in already, and goes on to their page. */
async function goOn() {
  try {
    const { page } = await call("GET", "me");
    location.replace(new URL(`.${page}`, location.href));
  } catch {
    say("no_token_title", "no_token_more");
    form.hidden = false;
    find("name").focus();
    await offerAccount();
  }
}

/** Offer the way over the company's issuer, where the deployment has one. */
async function offerAccount() {
  const found = await call("GET", "issuer").catch(() => ({}));
  find("account").hidden = !found.issuer;
  find("account").onclick = async () => {
    find("account").disabled = true;
    await leave(found).catch(() => (find("more").textContent = text("issuer_silent")));
    find("account").disabled = false;
  };
}

/** Come back from the issuer with a code, or with its refusal. */
async function comeBack() {
  let why = "account_refused";
  try {
    const { page } = await prove(await exchanged(code, state));
    return location.replace(new URL(`.${page}`, location.href));
  } catch (error) {
    if (error instanceof Refused) why = { 401: "account_refused", 403: "account_unknown", 409: "changed_meanwhile", 429: "too_many" }[error.status] ?? "unreachable";
  }
  await goOn();
  find("more").textContent = text(why);
}

document.title = text("sign_in_page");
go.textContent = text("sign_in");
go.addEventListener("click", enter);
form.addEventListener("submit", enterByPassword);
showable(find("show"), find("password"));
if (token) {
  say("sign_in_title", "sign_in_more");
  go.hidden = false;
  go.focus();
} else if (code || failed) {
  await comeBack();
} else {
  await goOn();
}
