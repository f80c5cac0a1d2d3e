/**
 * The console's client of the API: the desks, the conversations, the unsent words and the sockets.
 *
 * A Desk sends "change" whenever something visible is different, "offer" when an offer is new,
 * "written" when a customer of the person's own wrote, "articles" when articles changed, and "over"
 * when one of the person's conversations has left the desk. It does not touch the document.
 */

import { call, Refused } from "../staff/api.js";
import { Conversation } from "./conversation.js";
import { Memory, randomId } from "../../assets/memory.js";

const HEARTBEAT_MS = 45_000;
const POLL_MS = 4_000; // without a socket
const SAFETY_MS = 30_000; // with a socket, because a push may get lost
const LONGEST_PAUSE_MS = 15_000;
const PING_MS = 240_000; // below the ten idle minutes after which AWS closes a socket
const MY_OWN = new Set(["message", "said"]);

export class Desk extends EventTarget {
  me = null;
  pools = [];
  /** What is wrong now, with the texts that customers are told: `{id, texts}`. */
  incidents = [];
  cases = [];
  transferTo = [];
  escalates = false;
  /** True if the last request reached a server that works. */
  reachable = true;
  /** False once the session is over. */
  signedIn = true;
  loaded = false;
  /** The server's time minus ours. */
  skew = 0;

  #memory = new Memory("surgeline.agent.");
  #conversations = new Map();
  #endings = new Map(); // why a conversation left the desk, as the last push said
  #sockets = new Map();
  #reading = null;
  #again = false;
  #pollTimer = 0;
  #pause = 1_000;

  async start() {
    const { person } = await call("GET", "me");
    this.me = person;
    addEventListener("online", () => this.#wake());
    addEventListener("offline", () => this.#changed());
    document.addEventListener("visibilitychange", () => document.hidden || this.#wake());
    setInterval(() => this.#beat(), HEARTBEAT_MS);
    setInterval(() => this.#ping(), PING_MS);
    await this.#beat();
    await this.refresh();
    this.#connect();
    for (const each of this.cases) if (each.mine) this.conversation(each).read();
  }

  /** The presence that the person chose: an agent who opens the page is at the desk. */
  get presence() {
    return this.#memory.get("presence") ?? (this.me?.role === "agent" ? "here" : "away");
  }

  async be(state) {
    this.#memory.set("presence", state);
    await this.#beat();
    await this.refresh();
  }

  get offline() {
    return navigator.onLine === false;
  }

  /** The server's clock, as well as we know it. */
  now() {
    return Date.now() + this.skew;
  }

  find(id) {
    return this.cases.find((each) => each.conversation_id === id) ?? null;
  }

  pool(id) {
    return this.pools.find((each) => each.id === id);
  }

  /** Return the conversation of a case, which is made when it is first asked for. */
  conversation(each) {
    const { conversation_id: id, pool_id: poolId } = each;
    if (!this.#conversations.has(id)) {
      this.#conversations.set(
        id,
        new Conversation(id, poolId, this.#memory, () => this.#changed(), (error) => this.failed(error)),
      );
    }
    return this.#conversations.get(id);
  }

  /** How many messages of a case the person has not looked at. */
  unread(each) {
    if (!each.mine) return 0;
    return Math.max(0, each.told_seq - (this.#memory.get(`seen.${each.conversation_id}`) ?? 0));
  }

  seen(each) {
    if (this.unread(each)) this.#memory.set(`seen.${each.conversation_id}`, each.told_seq);
    const conversation = this.conversation(each);
    const last = [...conversation.lines.values()].findLast(({ speaker }) => speaker === "customer");
    if (!each.mine || !last || last.seq <= conversation.saidSeenSeq) return;
    conversation.saidSeenSeq = last.seq;
    this.sees(each, last);
  }

  /** Take an offer. Raises Refused where a colleague was quicker. */
  async accept(each) {
    const data = { conversation_id: each.conversation_id, offer_id: each.offer_id };
    try {
      await this.#say(each, "handoff.accepted", data);
    } finally {
      await this.refresh();
    }
    this.conversation(each).read();
  }

  transfer(each, to, reason) {
    const data = this.#owned(each, { reason });
    return to === "bot"
      ? this.#end(each, "conversation.returned", data)
      : this.#end(each, "conversation.transferred", to ? { ...data, to } : data);
  }

  /** Pass it on to a supervisor. The words are a note, because the reason is one that is counted. */
  async escalate(each, words) {
    if (words) await this.#say(each, "note.added", this.#owned(each, { text: words }));
    return this.transfer(each, "", "escalation");
  }

  /** Look into the case, and promise the customer word by a time. */
  async pending(each, until, words) {
    const data = this.#owned(each, { until, ...(words ? { text: words } : {}) });
    await this.#say(each, "conversation.pending", data);
    this.conversation(each).readSoon();
  }

  async give(each, personId, reason) {
    if (reason) await this.#say(each, "note.added", this.#owned(each, { text: reason }));
    await call("POST", `pools/${each.pool_id}/give`, {
      conversation_id: each.conversation_id,
      epoch: each.epoch,
      person_id: personId,
    });
    await this.refresh();
  }

  close(each, outcome, summary, article) {
    const { suggestions } = this.conversation(each);
    const data = this.#owned(each, { outcome, summary, suggestions });
    return this.#end(each, "conversation.resolved", article ? { ...data, article } : data);
  }

  /** Tell the customer that their words were seen. */
  sees(each, { at }) {
    this.#say(each, "seen", this.#owned(each, { at })).catch(() => {}); // the customer loses nothing
  }

  typing(each) {
    this.#say(each, "typing", this.#owned(each, {})).catch(() => {}); // the customer loses nothing
  }

  async signOut() {
    await call("PUT", "desk/presence", { state: "away" }).catch(() => {});
    await call("POST", "sign-out", {});
  }

  /** Read the desks. Calls that come meanwhile are one more reading. */
  async refresh() {
    if (this.#reading) {
      this.#again = true;
      return this.#reading;
    }
    this.#reading = this.#read();
    try {
      await this.#reading;
    } finally {
      this.#reading = null;
    }
    if (this.#again) {
      this.#again = false;
      await this.refresh();
    }
  }

  failed(error) {
    if (error instanceof Refused && error.status === 401) this.signedIn = false;
    this.#reach(!(error instanceof Refused) || !error.passes);
  }

  // ------------------------------------------------------------------ inside

  #owned(each, data) {
    return { conversation_id: each.conversation_id, epoch: each.epoch, ...data };
  }

  async #end(each, type, data) {
    await this.#say(each, type, data);
    this.#endings.set(each.conversation_id, "own");
    this.conversation(each).forget();
    await this.refresh();
  }

  async #say(each, type, data) {
    try {
      return await call("POST", `pools/${each.pool_id}/events`, { id: randomId(), type, data });
    } catch (error) {
      this.failed(error);
      throw error;
    }
  }

  async #read() {
    clearTimeout(this.#pollTimer);
    try {
      const answer = await call("GET", "desk");
      this.#reach(true);
      this.#take(answer);
    } catch (error) {
      this.failed(error);
    } finally {
      this.#poll();
      this.#changed();
    }
  }

  #take({ as_of: asOf, pools, transfer_to: transferTo, escalates = false, incidents = [] }) {
    const before = new Map(this.cases.map((each) => [each.conversation_id, each]));
    this.skew = Date.parse(asOf) - Date.now();
    this.pools = pools;
    this.incidents = incidents;
    this.transferTo = transferTo;
    this.escalates = escalates;
    this.cases = pools.flatMap((pool) => pool.cases.map((each) => ({ ...each, pool_id: pool.id })));
    for (const each of this.cases) {
      const known = before.get(each.conversation_id);
      before.delete(each.conversation_id);
      if (each.state === "offered" && known?.offer_id !== each.offer_id) this.#tell("offer", each);
      const told = known && each.told_seq > known.told_seq;
      if (each.mine && (told || !known?.mine)) this.conversation(each).read();
      if (each.mine && known?.mine && told) this.#tell("written", each);
      if (known?.mine && !each.mine) this.#tell("over", { ...known, why: "given" });
    }
    for (const gone of before.values()) {
      if (!gone.mine) continue;
      const why = this.#endings.get(gone.conversation_id) ?? "gone";
      this.#endings.delete(gone.conversation_id);
      this.#tell("over", { ...gone, why });
      this.#memory.remove(`seen.${gone.conversation_id}`);
      this.conversation(gone).read();
    }
    this.loaded = true;
  }

  #poll() {
    const pause = this.#live() ? SAFETY_MS : POLL_MS;
    this.#pollTimer = setTimeout(() => this.refresh(), pause * (0.75 + Math.random() / 2));
  }

  async #beat() {
    try {
      await call("PUT", "desk/presence", { state: this.presence });
      this.#reach(true);
    } catch (error) {
      this.failed(error);
      this.#changed();
    }
  }

  // ------------------------------------------------------------------ sockets

  #live() {
    const open = [...this.#sockets.values()].filter((each) => each.readyState === WebSocket.OPEN);
    return open.length > 0 && open.length === this.pools.length;
  }

  #ping() {
    for (const each of this.#sockets.values()) {
      if (each.readyState === WebSocket.OPEN) each.send('{"type":"ping"}');
    }
  }

  #connect() {
    for (const { id } of this.pools) if (!this.#sockets.has(id)) this.#open(id);
  }

  async #open(poolId) {
    this.#sockets.set(poolId, { readyState: WebSocket.CONNECTING });
    let socket;
    try {
      const { url, protocols } = await call("POST", "desk/ticket", { pool_id: poolId });
      const address = new URL(url);
      if (location.protocol === "https:") address.protocol = "wss:"; // behind a proxy that encrypts
      socket = new WebSocket(address, protocols);
    } catch (error) {
      this.failed(error);
      this.#openLater(poolId);
      return;
    }
    this.#sockets.set(poolId, socket);
    socket.onopen = () => {
      this.#pause = 1_000;
      this.refresh(); // for what happened before the socket was there
    };
    socket.onmessage = ({ data }) => this.#pushed(data);
    socket.onclose = () => this.#openLater(poolId);
  }

  #openLater(poolId) {
    this.#sockets.set(poolId, { readyState: WebSocket.CLOSED });
    this.#poll();
    if (!this.signedIn) return;
    setTimeout(() => this.#open(poolId), this.#pause * (0.75 + Math.random() / 2));
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS);
  }

  #pushed(data) {
    let push;
    try {
      push = JSON.parse(data);
    } catch {
      return;
    }
    if (push?.type === "sign") this.#conversations.get(push.conversation_id)?.signed(push);
    if (push?.type !== "desk") return;
    const { change, conversation_id: id, person_id: personId } = push;
    if (change === "articles") {
      this.#tell("articles");
      return;
    }
    const each = this.find(id);
    if (MY_OWN.has(change) && each && !each.mine && !this.#conversations.has(id)) return;
    if (change === "abandoned" || change === "taken_back") this.#endings.set(id, change);
    if (change === "said" && each && personId === this.me.id) this.conversation(each).readSoon();
    else this.refresh();
    if (change === "message" && this.#conversations.has(id)) this.#conversations.get(id).read();
  }

  // ------------------------------------------------------------------ words to the page

  #wake() {
    this.#beat();
    this.refresh();
    for (const each of this.#conversations.values()) each.wake();
  }

  #reach(reachable) {
    if (this.reachable === reachable) return;
    this.reachable = reachable;
    if (reachable) setTimeout(() => this.#wake());
    this.#changed();
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
