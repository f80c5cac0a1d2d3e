/**
 * The dialogs: a promise, passing a conversation on, closing it, and the settings of this browser.
 */

import { choose } from "../staff/words.js";
import { make } from "./list.js";
import { showKeys } from "./keys.js";

const SPANS = [1, 2, 4, 24]; // hours
const HOUR_MS = 3_600_000;
const find = (id) => document.getElementById(id);

export class Dialogs {
  /**
   * `actions`: pending(until, words), transfer(to, reason), escalate(words), give(person, reason),
   * close(outcome, summary, article).
   */
  constructor(text, desk, memory, actions) {
    this.text = text;
    this.desk = desk;
    this.memory = memory;
    this.actions = actions;
    for (const button of document.querySelectorAll("dialog .cancel")) {
      button.addEventListener("click", () => button.closest("dialog").close("cancel"));
    }
    this.#onSubmit("transfer-dialog", () => this.#transfer());
    this.#onSubmit("pending-dialog", () => this.#pending());
    find("pending-spans").append(...SPANS.map((hours) => this.#span(hours)));
    this.#onSubmit("close-dialog", () => this.#close());
    this.#settings();
  }

  transfer(each) {
    const { text, desk } = this;
    const pool = desk.pool(each.pool_id);
    const to = find("transfer-to");
    const option = (value, name) => Object.assign(make("option", "", name), { value });
    const colleagues = pool.sitting
      .filter((one) => one.person_id !== desk.me.id && one.state === "here")
      .map((one) => option(`person:${one.person_id}`, text("to_colleague", { name: one.name })));
    const pools = desk.transferTo
      .filter((id) => id !== each.pool_id)
      .map((id) => option(`pool:${id}`, text("to_pool", { name: id })));
    const supervisors = desk.escalates ? [option("supervisor:", text("to_supervisor"))] : [];
    to.replaceChildren(...colleagues, option("pool:", text("to_next")), ...supervisors, ...pools, option("pool:bot", text("to_bot")));
    find("transfer-reason").value = "";
    find("transfer-dialog").showModal();
  }

  /** Ask by when the customer has word. An hour is proposed. */
  pending() {
    this.#promise(1);
    find("pending-text").value = "";
    find("pending-dialog").showModal();
  }

  close() {
    find("outcome").value = "solved";
    for (const id of ["summary", "article-question", "article-answer"]) find(id).value = "";
    find("suggest").open = false;
    find("close-dialog").showModal();
  }

  help() {
    find("help-dialog").showModal();
  }

  get singleKeys() {
    return this.memory.get("single_keys") ?? true;
  }

  get sound() {
    return this.memory.get("sound") ?? false;
  }

  get notify() {
    return (this.memory.get("notify") ?? false) && globalThis.Notification?.permission === "granted";
  }

  #onSubmit(id, act) {
    find(id).addEventListener("submit", act);
  }

  #span(hours) {
    const button = make("button", "plain", this.text("pending_hours", { hours }));
    button.type = "button";
    button.addEventListener("click", () => this.#promise(hours));
    return button;
  }

  #promise(hours) {
    find("pending-until").min = local(Date.now());
    find("pending-until").value = local(Date.now() + hours * HOUR_MS);
  }

  #pending() {
    const until = new Date(find("pending-until").value);
    if (!Number.isNaN(until.getTime())) this.actions.pending(until.toISOString(), find("pending-text").value.trim());
  }

  #transfer() {
    const [kind, id] = find("transfer-to").value.split(":");
    const reason = find("transfer-reason").value.trim();
    if (kind === "person") this.actions.give(id, reason);
    else if (kind === "supervisor") this.actions.escalate(reason);
    else this.actions.transfer(id, reason);
  }

  #close() {
    const question = find("article-question").value.trim();
    const answer = find("article-answer").value.trim();
    const article = question && answer ? { question, answer } : null;
    this.actions.close(find("outcome").value, find("summary").value.trim(), article);
  }

  #settings() {
    showKeys(find("keys"), this.text);
    const keep = (id, key, first) => {
      find(id).checked = first;
      find(id).addEventListener("change", ({ target }) => this.memory.set(key, target.checked));
    };
    keep("single-keys", "single_keys", this.singleKeys);
    keep("sound", "sound", this.sound);
    keep("notify", "notify", this.notify);
    find("notify").addEventListener("change", async ({ target }) => {
      if (!target.checked) return;
      const said = await globalThis.Notification?.requestPermission();
      target.checked = said === "granted";
      this.memory.set("notify", target.checked);
    });
    find("language").value = this.text.language;
    find("language").addEventListener("change", ({ target }) => choose(target.value));
  }
}

/** Return a time as a field for local times has it, to the minute. */
function local(milliseconds) {
  const zone = new Date(milliseconds).getTimezoneOffset() * 60_000;
  return new Date(milliseconds - zone).toISOString().slice(0, 16);
}
