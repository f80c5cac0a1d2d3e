/**
 * One conversation at the desk: its lines, what is known beside them, the draft and unsent words.
 *
 * Words that could not be sent yet are kept in the browser, and are sent again under the same id,
 * so that a lost connection or a reload loses and doubles nothing. The bytes of files are not kept.
 */

import { call, Refused } from "../staff/api.js";
import { randomId } from "../../assets/memory.js";

const LOOKS_MS = [60, 150, 400, 1_000, 2_500]; // after words were taken, until they are in the log
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;
const MOST_NAME = 200;
const MOST_SUGGESTED = 5; // so many may be told
const TYPING_MS = 6_000;

const REFUSED_FILES = { 413: "file_refused", 415: "file_refused" }; // by the answer's status

export class Conversation {
  lines = new Map();
  notes = [];
  about = null;
  owned = false;
  closed = false;
  epoch = 0;
  /** The time by which the customer was promised word, and whether it is over. */
  promisedUntil = null;
  overdue = false;
  loaded = false;
  /** Whether the customer types, and the number of the last message that they have seen. */
  typing = false;
  seenSeq = 0;
  /** Up to which message of theirs the customer was told that it was seen. */
  saidSeenSeq = 0;
  /** True once somebody else may not be here any more, so that it can't be read. */
  gone = false;

  #memory;
  #changed;
  #failed;
  #lastSeq = 0;
  #reading = false;
  #again = false;
  #sending = false;
  #timer = 0;
  #typingTimer = 0;
  #pause = FIRST_PAUSE_MS;

  constructor(id, poolId, memory, changed, failed) {
    this.id = id;
    this.poolId = poolId;
    this.#memory = memory;
    this.#changed = changed;
    this.#failed = failed;
    this.unsent = (memory.get(`unsent.${id}`) ?? []).map((each) => ({
      ...each,
      files: (each.files ?? []).filter((file) => file.id), // the others' bytes are gone
    }));
  }

  /** Take a sign of the customer, which is shown for a moment. */
  signed({ sign, seq }) {
    clearTimeout(this.#typingTimer);
    this.typing = sign === "typing";
    if (sign === "seen") this.seenSeq = Math.max(this.seenSeq, seq);
    if (this.typing) this.#typingTimer = setTimeout(() => this.signed({}), TYPING_MS);
    this.#changed();
  }

  get draft() {
    return this.#memory.get(`draft.${this.id}`) ?? { text: "", mode: "reply" };
  }

  set draft(value) {
    if (value.text) this.#memory.set(`draft.${this.id}`, value);
    else this.#memory.remove(`draft.${this.id}`);
  }

  /** Everything said, in order, then what is not sent yet. */
  items() {
    const lines = [...this.lines.values()].map((each) => ({ ...each, key: `l${each.seq}` }));
    const notes = this.notes.map((each, index) => ({ ...each, speaker: "note", key: `n${index}` }));
    const all = [...lines, ...notes].sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || (a.seq ?? 0) - (b.seq ?? 0));
    const mine = this.unsent.map((each) => ({
      ...each,
      key: `u${each.id}`,
      speaker: each.mode === "note" ? "note" : "person",
      agent: null,
      attached: each.files.map(({ kind, name, url }) => ({ kind, title: name, preview: url })),
    }));
    return [...all, ...mine];
  }

  /** Keep that the person took an article's text into the composer. */
  inserted(articleId, words) {
    this.#memory.set(`used.${this.id}`, { ...this.#used, [articleId]: { words } });
  }

  /** Return what the person made of each article that was shown with its text, or that they found. */
  get suggestions() {
    const used = this.#used;
    const shown = (this.about?.suggested ?? []).filter((each) => each.answer).map((each) => each.article_id);
    const found = Object.keys(used).filter((id) => used[id].use && !shown.includes(id));
    const all = [...shown, ...found].slice(0, MOST_SUGGESTED);
    return all.map((id) => ({ article_id: id, use: used[id]?.use ?? "skipped", ...this.#distance(id), ...this.rating(id) }));
  }

  /** Return how far an edited article was changed, as the protocol says it. */
  #distance(id) {
    const { use, distance } = this.#used[id] ?? {};
    return use === "edited" && distance !== undefined ? { distance } : {};
  }

  /** Keep what the person thinks of an article, or nothing for an empty rating. */
  rate(articleId, rating, reason) {
    this.#memory.set(`rated.${this.id}`, { ...this.#rated, [articleId]: rating ? { rating, reason } : {} });
  }

  /** Return what the person thinks of an article, as the protocol says it. */
  rating(articleId) {
    return this.#rated[articleId] ?? {};
  }

  get #rated() {
    return this.#memory.get(`rated.${this.id}`) ?? {};
  }

  get #used() {
    return this.#memory.get(`used.${this.id}`) ?? {};
  }

  /** Say of each inserted article whether a reply has its text as it was, or changed. */
  #judge(reply) {
    const used = this.#used;
    for (const each of Object.values(used)) {
      if (reply.includes(each.words.trim())) each.use = "used";
      else if (each.use !== "used" && isMostlyOf(reply, each.words)) Object.assign(each, { use: "edited", distance: distanceOf(reply, each.words) });
    }
    if (Object.keys(used).length) this.#memory.set(`used.${this.id}`, used);
  }

  /** What was said last by the customer or to the customer, in one line. */
  get last() {
    const said = this.items().findLast((each) => each.speaker === "customer" || each.speaker === "person");
    const text = said?.text || said?.media?.map((each) => `[${each.alt}]`).join(" ") || "";
    return text.replaceAll("**", "").replace(/\s+/g, " ").slice(0, 120);
  }

  /** Send words as a reply or as a note for colleagues. Files `{name, kind, blob, url}` go first. */
  send(mode, text, epoch, files = []) {
    const at = new Date().toISOString();
    if (mode === "reply") this.#judge(text);
    this.unsent.push({ id: randomId(), mode, text: text || namesOf(files), epoch, at, files, state: "sending" });
    this.#keep();
    this.#flush();
  }

  /** Give up words that were refused, and return them. */
  discard(id) {
    const found = this.unsent.find((each) => each.id === id);
    this.unsent = this.unsent.filter((each) => each.id !== id);
    this.#keep();
    return found?.text ?? "";
  }

  /** Forget what this browser keeps of a conversation that is over. */
  forget() {
    this.draft = { text: "" };
    this.#memory.remove(`used.${this.id}`);
    this.unsent = [];
    this.#keep();
  }

  wake() {
    this.#flush();
    if (this.loaded) this.read();
  }

  /** Look soon, and again, because something was just taken that is not in the log yet. */
  readSoon() {
    for (const pause of LOOKS_MS) setTimeout(() => this.#isBehind() && this.read(), pause);
    setTimeout(() => this.read(), LOOKS_MS.at(-2));
  }

  async read() {
    if (this.#reading) {
      this.#again = true;
      return;
    }
    this.#reading = true;
    try {
      do {
        this.#again = false;
        await this.#readPage();
      } while (this.#again);
      this.loaded = true;
    } catch (error) {
      this.gone = error instanceof Refused && error.status === 404;
      if (!this.gone) this.#failed(error);
    } finally {
      this.#reading = false;
      this.#changed();
    }
  }

  async #readPage() {
    const path = `pools/${this.poolId}/cases/${this.id}?after=${this.#lastSeq}`;
    const page = await call("GET", path);
    const isFirst = this.#lastSeq === 0;
    for (const line of page.lines) this.lines.set(line.seq, line);
    if (page.lines.length) this.typing = false;
    this.notes = isFirst ? page.notes : [...this.notes, ...page.notes];
    Object.assign(this, { about: page.about, owned: page.owned, closed: page.closed, epoch: page.epoch });
    Object.assign(this, { promisedUntil: page.promised_until, overdue: page.overdue });
    this.#lastSeq = page.last_seq;
    this.#settle();
    if (page.next_after !== null) this.#again = true;
  }

  /** Drop words that are in the log by now. */
  #settle() {
    const known = new Set([...this.lines.values()].map((each) => each.event_id));
    const texts = new Set(this.notes.map((each) => each.text));
    const left = this.unsent.filter(
      (each) =>
        each.state !== "sent" ||
        !(each.mode === "note" ? texts.has(each.text) : known.has(each.event_id)),
    );
    if (left.length !== this.unsent.length) {
      this.unsent = left;
      this.#keep();
    }
  }

  #isBehind() {
    return this.unsent.some((each) => each.state === "sent");
  }

  #keep() {
    const kept = this.unsent.map((each) => ({
      ...each,
      files: each.files.map(({ id, kind, type, name }) => ({ id, kind, type, name })),
    }));
    if (kept.length) this.#memory.set(`unsent.${this.id}`, kept);
    else this.#memory.remove(`unsent.${this.id}`);
    this.#changed();
  }

  /** Send in order, one at a time. Words that must wait keep the later words waiting. */
  async #flush() {
    clearTimeout(this.#timer);
    if (this.#sending) return;
    this.#sending = true;
    try {
      for (let next; (next = this.unsent.find((each) => each.state === "sending" || each.state === "retrying")); ) {
        await this.#deliver(next);
      }
      this.#pause = FIRST_PAUSE_MS;
    } catch {
      this.#timer = setTimeout(() => this.#flush(), this.#pause * (0.75 + Math.random() / 2));
      this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS);
    } finally {
      this.#sending = false;
      this.#changed();
    }
  }

  /** Upload what is not there yet, and return the files as the message gives them. */
  async #upload(words) {
    for (const [number, file] of words.files.entries()) {
      if (file.id) continue;
      const place = new URLSearchParams({ conversation: this.id, message: words.id, number });
      const { id, kind, type } = await call("POST", `pools/${this.poolId}/files?${place}`, file.blob);
      Object.assign(file, { id, kind, type });
    }
    return words.files.map(({ id, kind, type, name }) => ({ kind, file: id, type, title: name.slice(0, MOST_NAME) }));
  }

  async #deliver(words) {
    const { id, mode, text, epoch } = words;
    const type = mode === "note" ? "note.added" : "message.sent";
    const data = { conversation_id: this.id, epoch, text };
    try {
      if (words.files.length) data.media = await this.#upload(words);
      const answer = await call("POST", `pools/${this.poolId}/events`, { id, type, data });
      Object.assign(words, { state: "sent", event_id: answer.event_id });
      this.#keep();
      this.readSoon();
    } catch (error) {
      this.#failed(error);
      const waits = error.passes || error.status === 401;
      const why = error.state || REFUSED_FILES[error.status];
      Object.assign(words, { state: waits ? "retrying" : "failed", why });
      this.#keep();
      if (waits) throw error;
    }
  }
}

/** Return the words of a message that is files alone, because a text must say something. */
export const namesOf = (files) => files.map((each) => each.title ?? each.name.slice(0, MOST_NAME)).join(", ");

const listOf = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
const wordsOf = (text) => new Set(listOf(text));

/** Return the share of words, from 0 to 1, that have to change to make one text of the other. */
function distanceOf(reply, text) {
  const [said, offered] = [listOf(reply), listOf(text)];
  let row = said.map((_, at) => at + 1);
  for (const [number, word] of offered.entries()) {
    let [corner, left] = [number, number + 1];
    row = row.map((above, at) => {
      left = Math.min(above + 1, left + 1, corner + (word !== said[at]));
      corner = above;
      return left;
    });
  }
  const longest = Math.max(said.length, offered.length);
  return longest ? Math.round(((row.at(-1) ?? offered.length) / longest) * 100) / 100 : 0;
}

/** Return whether a reply has at least half of the words of a text. */
function isMostlyOf(reply, text) {
  const [said, offered] = [wordsOf(reply), wordsOf(text)];
  const kept = [...offered].filter((each) => said.has(each)).length;
  return offered.size > 0 && kept * 2 >= offered.size;
}
