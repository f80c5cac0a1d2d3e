/**
 * The chat's client of the API has one visitor, the lines, the unsent messages and the socket.
 *
 * A Chat sends "change" whenever something visible is different, "pushed" with what the socket
 * brought, and "spoken" when somebody else said something. Nothing here touches the
 * document, except to learn whether it is hidden, and from where the customer came.
 */

import { Memory } from "./memory.js";
import { Outbox } from "./outbox.js";
import { Later, Pause, Refused, request, Stranger } from "./request.js";

const PING_MS = 240_000; // below the ten idle minutes after which AWS closes a socket
const STABLE_MS = 10_000; // a socket that lived this long was a good one

export class Chat extends EventTarget {
  #base;
  #memory;
  #visitor;
  #visiting = null;
  #lines = new Map();
  #lastSeq = 0; // read up to here
  #pushedSeq = 0; // known to exist up to here
  #behind = true; // there may be more than one page to read
  #outbox;
  #reading = false;
  #readAgain = false;
  #pollTimer = 0;
  #pollPause = new Pause(1_000, 15_000); // without a socket
  #safetyPause = new Pause(5_000, 60_000); // with a socket, because a push may get lost
  #socket = null;
  #socketTimer = 0;
  #socketPause = new Pause(1_000, 15_000);

  /** `{id, state, owner}` as the server says it, or null. */
  conversation = null;
  /** True after the first read, when there is something to show. */
  loaded = false;
  /** True if the last request reached a server that works. */
  reachable = true;
  /** True if an earlier chat of this browser is gone. */
  expired = false;
  /** The page around the chat, the one before it, and what it says of the customer, by a widget. */
  around = {};
  attributes;
  /** What this tab searched in the help centre, until the conversation is over. */
  searched;
  /** `{id, proof, at}` of the customer whom the page around the chat knows. */
  #user = null;

  constructor(channel, storage) {
    super();
    this.channel = channel;
    // Beside the folder of this file, whatever the page's own address is.
    this.#base = new URL(`../v1/web/${encodeURIComponent(channel)}/`, import.meta.url);
    this.#memory = new Memory(`surgeline.${channel}.`, storage);
    this.#visitor = this.#memory.get("visitor");
    this.#outbox = new Outbox(this.#memory, {
      send: (message) => this.#post(message),
      sent: () => {
        this.#outbox.settle(this.#lines.values());
        this.#active();
      },
      changed: () => this.#changed(),
    });
    this.hasLostFiles = this.#outbox.hasLostFiles;
    this.loaded = !this.#visitor;
    if (!this.#visitor) this.#outbox.dropOld();
  }

  /** Go on where the page was left: read, connect, and send the unsent messages. */
  start() {
    addEventListener("online", () => this.#wake());
    addEventListener("offline", () => this.#changed());
    document.addEventListener("visibilitychange", () =>
      document.hidden ? clearTimeout(this.#pollTimer) : this.#wake(),
    );
    addEventListener("storage", ({ key }) => key?.endsWith(".visitor") && this.#adopt());
    setInterval(() => this.#live() && this.#socket.send('{"type":"ping"}'), PING_MS);
    this.#wake();
  }

  /** Lines in order, then unsent ones: `{key, speaker, text, at, agent, choices, state, media}`. */
  items() {
    const lines = [...this.#lines.values()].sort((a, b) => a.seq - b.seq);
    return [
      ...lines.map((line) => ({ ...line, key: line.client_message_id ?? line.id, state: "sent" })),
      ...this.#outbox.lines(),
    ];
  }

  /** True once this browser has a visitor. */
  get isKnown() {
    return this.#visitor !== null;
  }

  get offline() {
    return navigator.onLine === false;
  }

  /** Be the customer whom the page around proves, or (null) nobody whom it knows. */
  async identify(user) {
    this.#user = user;
    if (user) await this.#visit().catch(() => {}); // sending tries again
    else if (this.#visitor?.user_id) this.#mourn(this.#visitor.token, true);
    if (!user) this.expired = false;
    this.#changed();
  }

  /** Create the visitor while the customer writes the first message. */
  prepare() {
    this.#visit().catch(() => {}); // sending tries again and shows the failure
  }

  /** Send words, with files `{name, kind, blob, url}` before them. */
  send(text, language, files = []) {
    this.#outbox.add(text, language, files);
  }

  /** Send a button's text. A second press before any other message is the same press. */
  press(text, language) {
    const last = this.items().at(-1);
    const pressed = last?.speaker === "customer" && last.text === text && last.state !== "failed";
    if (!pressed) this.send(text, language);
  }

  retry(key) {
    this.#outbox.retry(key);
  }

  /** Give up a message that was refused. */
  discard(key) {
    this.#outbox.discard(key);
  }

  /** End the conversation. Rejects when that did not work. */
  async leave() {
    await this.#call("POST", "leave");
    this.#active();
    await this.#read();
  }

  // ------------------------------------------------------------------ sending

  /** Send a message, its files first. Return the answer, or null if its writer has signed out. */
  async #post(message) {
    const { client_message_id, text, language } = message;
    await this.#visit();
    for (const [number, file] of message.files.entries()) {
      if (file.kept) continue;
      const query = new URLSearchParams({ message: client_message_id, number });
      const { kind } = await this.#call("POST", `files?${query}`, file.blob);
      Object.assign(file, { kind, kept: true });
    }
    if (!this.#outbox.has(message)) return null;
    const files = message.files.map(({ kind, name }) => ({ kind, name }));
    const attributes = { searched: this.searched, ...this.attributes };
    const body = { client_message_id, text, language, attributes, ...place(this.around) };
    return this.#call("POST", "messages", files.length ? { ...body, files } : body);
  }

  // ------------------------------------------------------------------ reading

  async #read() {
    if (!this.#visitor) return;
    if (this.#reading) {
      this.#readAgain = true;
      return;
    }
    this.#reading = true;
    try {
      do {
        this.#readAgain = false;
        const reader = this.#visitor.token;
        this.#take(await this.#call("GET", `messages?after=${this.#lastSeq}`), reader);
      } while (this.#readAgain && this.#visitor);
      this.loaded = true;
    } catch {
      // `reachable` has been set; the next poll tries again.
    } finally {
      this.#reading = false;
      this.#poll();
      this.#changed();
    }
  }

  #take({ lines, last_seq: last, conversation }, reader) {
    if (this.#visitor?.token !== reader || last < this.#lastSeq) {
      // Another visitor is here by now, or the thread was erased on the server.
      this.#lines.clear();
      this.#lastSeq = this.#pushedSeq = 0;
      this.#readAgain = true;
      return;
    }
    for (const line of lines) this.#lines.set(line.seq, line);
    this.#lastSeq = last;
    this.conversation = conversation;
    if (lines.length) {
      this.#active();
      // Before anything is drawn: a message that is there twice would be drawn below its answer.
      this.#outbox.settle(this.#lines.values());
      if (lines.some((line) => line.speaker !== "customer")) this.dispatchEvent(new Event("spoken"));
      if (this.#behind || last < this.#pushedSeq) this.#readAgain = true;
    } else {
      this.#behind = false;
    }
  }

  /** Look often again, because something happened and more is likely. */
  #active() {
    this.#pollPause.reset();
    this.#safetyPause.reset();
    this.#poll();
  }

  #poll() {
    clearTimeout(this.#pollTimer);
    if (!this.#visitor || document.hidden || this.#reading) return;
    const live = this.#live();
    if (live && this.conversation?.state !== "open" && this.#outbox.isEmpty) return;
    const pause = (live ? this.#safetyPause : this.#pollPause).next();
    this.#pollTimer = setTimeout(() => this.#read(), pause);
  }

  // ------------------------------------------------------------------ the socket

  #live() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  #connect() {
    clearTimeout(this.#socketTimer);
    if (!this.#visitor || this.#socket || document.hidden || this.offline) return;
    const url = new URL(this.#visitor.socket_url, document.baseURI);
    if (location.protocol === "https:") url.protocol = "wss:"; // behind a proxy that encrypts
    url.searchParams.set("token", this.#visitor.token);
    let opened = Infinity;
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.onopen = () => {
      opened = Date.now();
      this.#wake(); // read the new lines, and send the unsent messages
    };
    socket.onmessage = ({ data }) => this.#pushed(data);
    socket.onclose = () => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      if (Date.now() - opened > STABLE_MS) this.#socketPause.reset();
      this.#pollPause.reset();
      this.#socketTimer = setTimeout(() => this.#connect(), this.#socketPause.next());
      this.#poll();
    };
  }

  #pushed(data) {
    let push;
    try {
      push = JSON.parse(data);
    } catch {
      return;
    }
    if (push?.type === "seq" && push.seq > this.#lastSeq) {
      this.#pushedSeq = push.seq;
      this.#read();
    }
    if (push?.type) this.dispatchEvent(new CustomEvent("pushed", { detail: push }));
  }

  /** Say something small to the server. Return whether there was a socket for it. */
  tell(said) {
    if (this.#live()) this.#socket.send(JSON.stringify(said));
    return this.#live();
  }

  // ------------------------------------------------------------------ visitor and requests

  /** Go on now, because the page is visible again or the network is back. */
  #wake() {
    this.#behind = true;
    this.#connect();
    this.#outbox.flush().then(() => this.#read()); // in this order, so that our lines are known when read
  }

  async #visit() {
    const [user, before] = [this.#user, this.#visitor];
    if (before && (!user || before.user_id === user.id)) return before;
    const isBegun = !this.loaded || this.#lines.size || !this.#outbox.isEmpty; // and stays
    const asked = user ? [{ user }, isBegun && before?.token] : [];
    this.#visiting ??= this.#request("POST", "visitors", ...asked).finally(() => (this.#visiting = null));
    try {
      const visitor = await this.#visiting;
      if (visitor.user_id && visitor.user_id !== this.#user?.id) return this.#visit(); // signed out meanwhile
      const isOther = before && before.thread_id !== visitor.thread_id;
      if (isOther) this.#forget(Boolean(before.user_id));
      this.#become(visitor);
      if (isOther) this.#read();
    } catch (error) {
      if (!user || !(error instanceof Refused)) throw error;
      this.#user = null; // the chat goes on without a name
      this.dispatchEvent(new Event("refused"));
    }
    return this.#visitor ?? this.#visit();
  }

  #become(visitor) {
    if (this.#visitor?.token === visitor.token) return;
    this.#visitor = visitor;
    this.#memory.set("visitor", visitor);
    this.#connect();
  }

  /** Take the visitor of another window of this browser. */
  #adopt() {
    const visitor = this.#memory.get("visitor");
    if (!visitor || visitor.token === this.#visitor?.token) return;
    this.#forget();
    this.#become(visitor);
    this.#read();
  }

  #forget(isSignedOut = false) {
    this.#visitor = null;
    this.conversation = null;
    this.#lines.clear();
    this.#lastSeq = 0;
    this.loaded = true;
    this.#outbox.dropOld(isSignedOut);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  async #call(method, path, body) {
    const { token } = await this.#visit();
    try {
      return await this.#request(method, path, body, token);
    } catch (error) {
      if (!(error instanceof Stranger)) throw error;
      this.#mourn(token);
      if (method === "GET") {
        if (this.#user) this.#visitAgain(); // the customer's chat may be another by now
        throw new Later("expired"); // a new visitor comes with a new message
      }
      return await this.#request(method, path, body, (await this.#visit()).token);
    }
  }

  /** Show the chat that the customer has now, whom the page around still proves. */
  async #visitAgain() {
    await this.identify(this.#user);
    this.expired = !this.#visitor?.user_id;
    await this.#read();
  }

  /** After a refused token, take another window's newer token, or start anew. */
  #mourn(token, isSignedOut = false) {
    if (this.#visitor && this.#visitor.token !== token) return;
    if (this.#memory.get("visitor")?.token === token) this.#memory.remove("visitor");
    this.#forget(isSignedOut);
    this.#adopt();
    this.expired = !this.#visitor;
  }

  async #request(method, path, body, token) {
    try {
      const content = await request(new URL(path, this.#base), { method, body, token });
      this.#reach(true);
      return content;
    } catch (error) {
      this.#reach(error.reason !== "unreachable");
      throw error;
    }
  }

  #reach(reachable) {
    if (this.reachable === reachable) return;
    this.reachable = reachable;
    if (reachable) setTimeout(() => this.#wake()); // other waiting requests can go now
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

/** Return where the customer writes from: the page around the chat, or else this page, and the zone. */
function place({ page: around, referrer: before }) {
  const isFramed = window.parent !== window;
  const here = isFramed ? document.referrer : location.origin + location.pathname;
  const page = typeof around === "string" ? around : here;
  const referrer = isFramed ? (before ?? "") : document.referrer;
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const known = Object.entries({ page, referrer, time_zone: timeZone }).filter(([, said]) => said);
  return Object.fromEntries(known.map(([name, said]) => [name, said.split(/[?#]/)[0].slice(0, 2_000)]));
}
