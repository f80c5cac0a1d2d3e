/**
 * The outbox keeps the messages that are not sent yet, and sends them in order.
 *
 * Words outlive a reload of the page, because the browser keeps them. The bytes of files do not.
 */

import { randomId } from "./memory.js";
import { Pause, Refused } from "./request.js";

const isDue = ({ state }) => state !== "sent" && state !== "failed";

export class Outbox {
  #memory;
  #send;
  #sent;
  #changed;
  #messages;
  #flushing = false;
  #timer = 0;
  #notBefore = 0;
  #pause = new Pause(1_000, 15_000);

  /** True if files were lost by a reload, before they were sent. */
  hasLostFiles = false;

  /** `send(message)` returns the answer, or null to leave it. `sent()` follows. */
  constructor(memory, { send, sent, changed }) {
    this.#memory = memory;
    this.#send = send;
    this.#sent = sent;
    this.#changed = changed;
    this.#messages = memory.all("unsent.").sort((a, b) => a.order - b.order);
    for (const message of this.#messages) this.#recall(message);
  }

  get isEmpty() {
    return !this.#messages.length;
  }

  has(message) {
    return this.#messages.includes(message);
  }

  /** The messages as lines of the chat. */
  lines() {
    return this.#messages.map(({ files, ...message }) => ({
      ...message,
      key: message.client_message_id,
      speaker: "customer",
      choices: [],
      media: files.map(({ name, kind, url }) => ({ kind, alt: name, preview: url })),
    }));
  }

  add(text, language, files) {
    const now = Date.now();
    const order = Math.max(now * 1000, (this.#messages.at(-1)?.order ?? 0) + 1);
    const at = new Date(now).toISOString();
    const message = { client_message_id: randomId(), text, language, files, at, order, state: "sending" };
    this.#messages.push(message);
    this.#keep(message);
    this.#changed();
    this.flush();
  }

  retry(key) {
    const message = this.#find(key);
    if (!message) return;
    message.state = "sending";
    this.#changed();
    this.flush();
  }

  discard(key) {
    const message = this.#find(key);
    if (message) this.#drop(message);
    this.#changed();
  }

  /** Drop the sent messages, whose thread is no longer ours, or all, whose writer has signed out. */
  dropOld(all = false) {
    for (const message of this.#messages.filter((one) => all || one.state === "sent")) this.#drop(message);
  }

  /** Forget sent messages as soon as their lines can be shown instead. */
  settle(lines) {
    const said = [...lines].filter((line) => line.speaker === "customer");
    for (const message of [...this.#messages]) {
      const { client_message_id: own, message_id: known } = message;
      const line = said.find((one) => (one.client_message_id ? one.client_message_id === own : one.id === known));
      if (!line) continue;
      line.client_message_id = own;
      this.#drop(message);
    }
  }

  /** Send in order, one at a time. A message that must wait keeps the later messages waiting. */
  async flush() {
    clearTimeout(this.#timer);
    if (this.#flushing) return;
    if (Date.now() < this.#notBefore) {
      this.#timer = setTimeout(() => this.flush(), this.#notBefore - Date.now());
      return;
    }
    this.#flushing = true;
    try {
      for (let message; (message = this.#messages.find(isDue)); ) {
        await this.#deliver(message);
      }
      this.#pause.reset();
    } catch (error) {
      const asked = error.milliseconds ?? 0; // by the server, in Retry-After
      this.#notBefore = Date.now() + asked;
      this.#timer = setTimeout(() => this.flush(), Math.max(this.#pause.next(), asked));
    } finally {
      this.#flushing = false;
      this.#changed();
    }
  }

  async #deliver(message) {
    try {
      const answer = await this.#send(message);
      if (!answer) return;
      message.message_id = answer.message_id;
      message.state = "sent";
      this.#sent();
    } catch (error) {
      if (error instanceof Refused) {
        Object.assign(message, { state: "failed", why: error.message });
      } else {
        message.state = error.reason === "slowed" ? "slowed" : "retrying";
        throw error;
      }
    } finally {
      if (this.has(message)) this.#keep(message);
      this.#changed();
    }
  }

  #find(key) {
    return this.#messages.find((one) => one.client_message_id === key);
  }

  #keep(message) {
    const files = message.files.map(({ name, kind, kept }) => ({ name, kind, kept }));
    this.#memory.set(`unsent.${message.client_message_id}`, { ...message, files });
  }

  #drop(message) {
    this.#messages = this.#messages.filter((one) => one !== message);
    this.#memory.remove(`unsent.${message.client_message_id}`);
  }

  /** Take a message up after a reload, without the files whose bytes are gone. */
  #recall(message) {
    const files = (message.files ?? []).filter((file) => file.kept);
    const isWhole = files.length === (message.files ?? []).length;
    message.files = files;
    if (isWhole) return;
    this.hasLostFiles = true;
    if (!message.text && !files.length) this.#drop(message);
  }
}
