/**
 * Signs are shown for a moment and kept nowhere: who types, and what was seen.
 *
 * The person who has the conversation sees ours, and we show theirs.
 */

const TYPING_MS = 6_000;
const AGAIN_MS = 3_000; // the page tells no more often that the customer types
const THINKS_AFTER_MS = 700; // an answer that comes sooner needs no sign
const FRESH_MS = 5_000;

export class Signs {
  #chat;
  #timer = 0;
  #typedAt = 0;
  #toldSeq = 0;
  #thought = null; // the key of the last own line for which the assistant was seen to think

  /** `{agent}` while somebody types, and `{isBot}` while the assistant lets wait. */
  typing = null;
  /** The key of the last own line that a person has seen, or null. */
  seen = null;

  /** `changed()` is called when there is something else to show. */
  constructor(chat, changed) {
    this.#chat = chat;
    this.changed = changed;
    chat.addEventListener("pushed", ({ detail }) => this.#hear(detail));
    chat.addEventListener("spoken", () => this.#typed(null));
    chat.addEventListener("change", () => this.#think());
    this.#think();
  }

  /** Tell the person that the customer writes. */
  write() {
    const now = Date.now();
    if (!this.#hasPerson || now - this.#typedAt < AGAIN_MS) return;
    this.#typedAt = now;
    this.#chat.tell({ type: "typing" });
  }

  /** Tell the person what of their words is before the customer's eyes. */
  look() {
    const last = this.#chat.items().findLast((item) => item.speaker === "person");
    if (!last || last.seq <= this.#toldSeq || !this.#hasPerson || document.hidden) return;
    if (this.#chat.tell({ type: "seen", seq: last.seq })) this.#toldSeq = last.seq;
  }

  /** Show that the assistant is at it, if its answer does not come at once. */
  #think() {
    const last = this.#unanswered;
    if (!last || last.key === this.#thought) return;
    this.#thought = last.key;
    setTimeout(() => this.#unanswered?.key === last.key && this.#typed({ isBot: true }), THINKS_AFTER_MS);
  }

  /** The customer's words that were sent just now and that the assistant has to answer, or null. */
  get #unanswered() {
    const last = this.#chat.items().at(-1);
    const isBots = (this.#chat.conversation?.owner ?? "bot") === "bot";
    const isFresh = last?.speaker === "customer" && Date.now() - Date.parse(last.at) < FRESH_MS;
    return isBots && isFresh && last.state === "sent" ? last : null;
  }

  get #hasPerson() {
    return this.#chat.conversation?.owner?.startsWith("pool") ?? false;
  }

  #hear(push) {
    if (push.type === "typing") this.#typed({ agent: push.agent ?? null });
    if (push.type !== "seen") return;
    const isSeen = (item) => item.speaker === "customer" && item.state === "sent" && Date.parse(item.at) <= Date.parse(push.at);
    const own = this.#chat.items().filter(isSeen);
    this.seen = own.at(-1)?.key ?? null;
    this.changed();
  }

  #typed(typing) {
    clearTimeout(this.#timer);
    if (typing) this.#timer = setTimeout(() => this.#typed(null), TYPING_MS);
    if (!typing && !this.typing) return;
    this.typing = typing;
    this.changed();
  }
}
