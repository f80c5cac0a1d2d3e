/**
 * The chat's side of the API: one visitor, its lines, what it has not sent yet, and the socket.
 *
 * A Chat says "change" whenever something that can be seen is different. Nothing here touches
 * the document except to learn whether it is hidden.
 */

const REQUEST_MS = 20_000;
const TYPING_MS = 6_000;
const PING_MS = 240_000; // below the ten idle minutes after which AWS closes a socket
const STABLE_MS = 10_000; // a socket that lived this long was a good one

/** The server cannot take this now; the same request may be tried again. */
class Later extends Error {
  constructor(reason, seconds = 0) {
    super(reason);
    this.slowed = reason === "slowed";
    this.milliseconds = seconds * 1000;
  }
}

/** The server will never take this. */
class Refused extends Error {}

/** The token is not (or no longer) good. */
class Stranger extends Error {}

/** Doubling pauses with jitter, so that a thousand pages do not come back in one instant. */
class Pause {
  constructor(first, longest) {
    this.first = first;
    this.longest = longest;
    this.reset();
  }

  reset() {
    this.current = this.first;
  }

  next() {
    const pause = this.current;
    this.current = Math.min(this.current * 2, this.longest);
    return pause * (0.75 + Math.random() / 2);
  }
}

/** What survives a reload, as JSON in localStorage; in memory where the browser forbids that. */
class Memory {
  constructor(prefix) {
    this.prefix = prefix;
    this.spare = new Map();
  }

  get(key) {
    try {
      return JSON.parse(localStorage.getItem(this.prefix + key));
    } catch {
      return this.spare.get(key) ?? null;
    }
  }

  set(key, value) {
    this.spare.set(key, value);
    try {
      localStorage.setItem(this.prefix + key, JSON.stringify(value));
    } catch {
      // Full or forbidden: it lives as long as the page.
    }
  }

  remove(key) {
    this.spare.delete(key);
    try {
      localStorage.removeItem(this.prefix + key);
    } catch {
      // As above.
    }
  }

  /** Every stored value whose key starts so. */
  all(start) {
    try {
      return Object.keys(localStorage)
        .filter((key) => key.startsWith(this.prefix + start))
        .map((key) => this.get(key.slice(this.prefix.length)))
        .filter(Boolean);
    } catch {
      return [];
    }
  }
}

/** A random id; crypto.randomUUID does not exist on a page that came over plain http. */
function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export class Chat extends EventTarget {
  #base;
  #memory;
  #visitor;
  #visiting = null;
  #lines = new Map();
  #lastSeq = 0;
  #unsent;
  #reading = false;
  #readAgain = false;
  #flushing = false;
  #flushTimer = 0;
  #flushNotBefore = 0;
  #flushPause = new Pause(1_000, 15_000);
  #pollTimer = 0;
  #pollPause = new Pause(1_000, 15_000); // without a socket
  #safetyPause = new Pause(5_000, 60_000); // with one: a push may get lost
  #socket = null;
  #socketTimer = 0;
  #socketPause = new Pause(1_000, 15_000);
  #typingTimer = 0;

  /** `{id, state, owner}` as the server says it, or null. */
  conversation = null;
  /** Whether the first read is over, so that there is something to show. */
  loaded = false;
  /** Whether the last request reached a server that works. */
  reachable = true;
  /** Whether an earlier chat of this browser is gone. */
  expired = false;
  /** `{agent}` while somebody types. */
  typing = null;

  constructor(channel) {
    super();
    this.#base = new URL(`v1/web/${encodeURIComponent(channel)}/`, document.baseURI);
    this.#memory = new Memory(`surgeline.${channel}.`);
    this.#visitor = this.#memory.get("visitor");
    this.#unsent = this.#memory.all("unsent.").sort((a, b) => a.order - b.order);
    this.loaded = !this.#visitor;
  }

  /** Take up where the page was left: read, connect, send what is unsent. */
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

  /** Lines in order, then what is under way: `{key, speaker, text, at, agent, choices, state}`. */
  items() {
    const lines = [...this.#lines.values()].sort((a, b) => a.seq - b.seq);
    return [
      ...lines.map((line) => ({ ...line, key: line.client_message_id ?? line.id, state: "sent" })),
      ...this.#unsent.map((message) => ({
        ...message,
        key: message.client_message_id,
        speaker: "customer",
        choices: [],
      })),
    ];
  }

  get offline() {
    return navigator.onLine === false;
  }

  /** Ready the visitor while the first message is being written. */
  prepare() {
    this.#visit().catch(() => {}); // sending tries again, and says so
  }

  send(text, language) {
    const now = Date.now();
    const order = Math.max(now * 1000, (this.#unsent.at(-1)?.order ?? 0) + 1);
    const at = new Date(now).toISOString();
    const message = { client_message_id: randomId(), text, language, at, order, state: "sending" };
    this.#unsent.push(message);
    this.#keep(message);
    this.#changed();
    this.#flush();
  }

  retry(key) {
    const message = this.#unsent.find((one) => one.client_message_id === key);
    if (message) {
      message.state = "sending";
      this.#changed();
      this.#flush();
    }
  }

  /** End the conversation. Rejects when that did not work. */
  async leave() {
    await this.#call("POST", "leave");
    await this.#read();
  }

  // ------------------------------------------------------------------ sending

  #keep(message) {
    this.#memory.set(`unsent.${message.client_message_id}`, message);
  }

  #drop(message) {
    this.#unsent = this.#unsent.filter((one) => one !== message);
    this.#memory.remove(`unsent.${message.client_message_id}`);
  }

  /** Send in order, one at a time; a message that must wait keeps the later ones waiting. */
  async #flush() {
    clearTimeout(this.#flushTimer);
    if (this.#flushing) return;
    if (Date.now() < this.#flushNotBefore) {
      this.#flushTimer = setTimeout(() => this.#flush(), this.#flushNotBefore - Date.now());
      return;
    }
    this.#flushing = true;
    try {
      for (let message; (message = this.#unsent.find((one) => this.#due(one))); ) {
        await this.#deliver(message);
      }
      this.#flushPause.reset();
    } catch (error) {
      const asked = error.milliseconds ?? 0; // by the server, in Retry-After
      this.#flushNotBefore = Date.now() + asked;
      this.#flushTimer = setTimeout(() => this.#flush(), Math.max(this.#flushPause.next(), asked));
    } finally {
      this.#flushing = false;
      this.#changed();
    }
  }

  #due(message) {
    return message.state !== "sent" && message.state !== "failed";
  }

  async #deliver(message) {
    const { client_message_id, text, language } = message;
    try {
      const body = { client_message_id, text, language };
      message.message_id = (await this.#call("POST", "messages", body)).message_id;
      message.state = "sent";
      this.#settle(message);
      this.#active();
    } catch (error) {
      if (error instanceof Refused) {
        message.state = "failed";
      } else {
        message.state = error.slowed ? "slowed" : "retrying";
        throw error;
      }
    } finally {
      if (this.#unsent.includes(message)) this.#keep(message);
      this.#changed();
    }
  }

  /** Forget what has been sent as soon as its line is there to be shown instead. */
  #settle(message) {
    for (const line of this.#lines.values()) {
      const same = line.client_message_id
        ? line.client_message_id === message.client_message_id
        : line.id === message.message_id;
      if (line.speaker === "customer" && same) {
        line.client_message_id = message.client_message_id;
        this.#drop(message);
        return;
      }
    }
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
        this.#take(await this.#call("GET", `messages?after=${this.#lastSeq}`));
      } while (this.#readAgain);
      this.loaded = true;
    } catch {
      // `reachable` has been set; the next poll tries again.
    } finally {
      this.#reading = false;
      this.#poll();
      this.#changed();
    }
  }

  #take({ lines, last_seq: last, conversation }) {
    if (last < this.#lastSeq) {
      // The thread was erased on the server.
      this.#lines.clear();
      this.#lastSeq = 0;
      this.#readAgain = true;
      return;
    }
    for (const line of lines) {
      this.#lines.set(line.seq, line);
      this.#lastSeq = Math.max(this.#lastSeq, line.seq);
      if (line.speaker !== "customer") this.#typed(null);
    }
    if (lines.length) {
      this.#active();
      for (const message of [...this.#unsent]) this.#settle(message);
      if (this.#lastSeq < last) this.#readAgain = true;
    }
    this.conversation = conversation;
  }

  /** Something happened, so that more is likely: look often again. */
  #active() {
    this.#pollPause.reset();
    this.#safetyPause.reset();
    this.#poll();
  }

  #poll() {
    clearTimeout(this.#pollTimer);
    if (!this.#visitor || document.hidden || this.#reading) return;
    const live = this.#live();
    if (live && this.conversation?.state !== "open" && !this.#unsent.length) return;
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
    url.searchParams.set("token", this.#visitor.token);
    let opened = Infinity;
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.onopen = () => {
      opened = Date.now();
      this.#wake(); // what was said meanwhile, and what could not be
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
    if (push?.type === "seq" && push.seq > this.#lastSeq) this.#read();
    if (push?.type === "typing") this.#typed({ agent: push.agent ?? null });
  }

  #typed(typing) {
    clearTimeout(this.#typingTimer);
    this.typing = typing;
    if (typing) this.#typingTimer = setTimeout(() => this.#typed(null), TYPING_MS);
    this.#changed();
  }

  // ------------------------------------------------------------------ visitor and requests

  /** The page is (again) in front of somebody, or the network is back. */
  #wake() {
    this.#flush();
    this.#read();
    this.#connect();
  }

  async #visit() {
    if (this.#visitor) return this.#visitor;
    this.#visiting ??= this.#request("POST", "visitors").finally(() => (this.#visiting = null));
    this.#become(await this.#visiting);
    return this.#visitor;
  }

  #become(visitor) {
    if (this.#visitor?.token === visitor.token) return;
    this.#visitor = visitor;
    this.#memory.set("visitor", visitor);
    this.#connect();
  }

  /** Another window of this browser has a visitor of its own: be the same one. */
  #adopt() {
    const visitor = this.#memory.get("visitor");
    if (!visitor || visitor.token === this.#visitor?.token) return;
    this.#forget();
    this.#become(visitor);
    this.#read();
  }

  #forget() {
    this.#visitor = null;
    this.conversation = null;
    this.#lines.clear();
    this.#lastSeq = 0;
    this.loaded = true;
    for (const message of this.#unsent.filter((one) => one.state === "sent")) this.#drop(message);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  /** One request as this visitor. Raises Later or Refused. */
  async #call(method, path, body) {
    const { token } = await this.#visit();
    try {
      return await this.#request(method, path, body, token);
    } catch (error) {
      if (!(error instanceof Stranger)) throw error;
      this.#mourn(token);
      if (method === "GET") throw new Later("expired"); // a new visitor comes with a new message
      return await this.#request(method, path, body, (await this.#visit()).token);
    }
  }

  /** The token was refused: take another window's newer one, or start anew. */
  #mourn(token) {
    if (this.#visitor && this.#visitor.token !== token) return;
    if (this.#memory.get("visitor")?.token === token) this.#memory.remove("visitor");
    this.#forget();
    this.#adopt();
    this.expired = !this.#visitor;
  }

  async #request(method, path, body, token) {
    const headers = {};
    if (body) headers["Content-Type"] = "application/json";
    if (token) headers.Authorization = `Bearer ${token}`;
    const request = { method, headers, body: body && JSON.stringify(body), cache: "no-store" };
    let answer;
    try {
      const signal = AbortSignal.timeout(REQUEST_MS);
      answer = await fetch(new URL(path, this.#base), { ...request, signal });
      if (answer.ok) {
        const content = await answer.json();
        this.#reach(true);
        return content;
      }
    } catch {
      this.#reach(false);
      throw new Later("unreachable");
    }
    this.#reach(answer.status < 500);
    throw refusal(answer);
  }

  #reach(reachable) {
    if (this.reachable === reachable) return;
    this.reachable = reachable;
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

function refusal(answer) {
  if (answer.status === 401) return new Stranger();
  if (answer.status === 429 || answer.status >= 500) {
    const seconds = Number(answer.headers.get("Retry-After")) || 0;
    return new Later(answer.status === 429 ? "slowed" : "unreachable", Math.min(seconds, 60));
  }
  return new Refused(String(answer.status));
}
