/**
 * The dialog of a person's own shifts: times on call to give away, times of others to take, and the
 * times at which the person can work. It is loaded when somebody opens it.
 */

import { call } from "../staff/api.js";
import { h, moment, readable } from "../staff/dom.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const find = (id) => document.getElementById(id);

/** Return the value of a field for a local time. */
function localTime(at) {
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * MINUTE_MS).toISOString().slice(0, 16);
}

export class Shifts {
  constructor(text) {
    this.text = text;
    this.said = "";
  }

  /** Read everything anew and show it. */
  async open() {
    find("shifts-dialog").showModal();
    await this.#again();
  }

  async #again() {
    try {
      this.#draw(await call("GET", "shifts"));
    } catch {
      find("shifts-body").replaceChildren(h("p", { role: "status" }, this.text("try_again")));
    }
  }

  /** Make a change, say what became of it, and show how things stand. */
  async #change(method, path, body, done) {
    try {
      await call(method, path, body);
      this.said = this.text(done);
    } catch (error) {
      const known = { taken: "shift_taken", over: "shift_over", changed: "shift_over", offered: "shift_offered" }[error.state];
      this.said = known ? this.text(known) : error.passes ? this.text("try_again") : readable(error.message);
    }
    await this.#again();
  }

  #draw({ person, duties, offers, available }) {
    const { text } = this;
    const parts = person
      ? [...this.#duties(duties, offers), ...this.#offers(offers), ...this.#available(available)]
      : [h("p", { class: "soft" }, text("shifts_nobody"))];
    find("shifts-body").replaceChildren(h("p", { role: "status" }, this.said), ...parts);
    this.said = "";
  }

  #duties(duties, offers) {
    const { text } = this;
    const mine = offers.filter((each) => each.mine);
    const rows = duties.slice(0, 10).map((each) => {
      const inside = mine.some(({ rota, from, until }) => rota === each.rota && from < each.until && each.from < until);
      return h("li", {}, this.#times(each.rota, each), inside ? "" : this.#giving(each));
    });
    return [
      h("h3", {}, text("shifts_mine")),
      rows.length ? h("ul", { class: "plain" }, rows) : h("p", { class: "soft" }, text("shifts_none")),
    ];
  }

  #giving({ rota, from, until }) {
    const { text } = this;
    const begins = Math.max(Date.parse(from), Date.now());
    return h(
      "details",
      {},
      h("summary", {}, text("shift_give")),
      this.#span(begins, until, text("shift_give"), (span) => this.#change("POST", "shifts", { rota, ...span }, "shift_given")),
    );
  }

  #offers(offers) {
    const { text } = this;
    const rows = offers.map((each) => {
      const to = each.taken_by ? text("shift_taken_by", { name: each.taken_by }) : "";
      const take = () => this.#change("POST", `shifts/${each.id}/take`, {}, "shift_yours");
      const back = () => this.#change("DELETE", `shifts/${each.id}`, undefined, "shift_back");
      const button = each.mine
        ? h("button", { type: "button", onclick: back }, text("shift_withdraw"))
        : h("button", { type: "button", class: "primary", onclick: take }, text("shift_take"));
      return h("li", {}, `${readable(each.by)}: `, this.#times(each.rota, each), " ", to, each.taken_by ? "" : button);
    });
    return [
      h("h3", {}, text("shifts_offered")),
      rows.length ? h("ul", { class: "plain" }, rows) : h("p", { class: "soft" }, text("shifts_none")),
    ];
  }

  #available(times) {
    const { text } = this;
    const keep = (kept) => this.#change("PUT", "availability", { times: kept }, "available_kept");
    const rows = times.map((each) => {
      const others = times.filter((other) => other !== each);
      return h("li", {}, this.#times("", each), " ", h("button", { type: "button", onclick: () => keep(others) }, text("available_remove")));
    });
    const begins = Math.ceil(Date.now() / HOUR_MS) * HOUR_MS;
    return [
      h("h3", {}, text("available")),
      h("p", { class: "soft small" }, text("available_more")),
      h("ul", { class: "plain" }, rows),
      this.#span(begins, begins + 4 * HOUR_MS, text("available_add"), (span) => keep([...times, span])),
    ];
  }

  #times(rota, { from, until }) {
    const { language } = this.text;
    return h("span", {}, rota && `${readable(rota)} · `, moment(from, language), " – ", moment(until, language));
  }

  /** Return a form of two times, which are local to the browser. */
  #span(from, until, name, send) {
    const { text } = this;
    const field = (label, at) => h("input", { type: "datetime-local", required: "", "aria-label": label, value: localTime(at) });
    const [begin, end] = [field(text("from"), from), field(text("until"), until)];
    const act = () => begin.value && end.value && send({ from: new Date(begin.value).toISOString(), until: new Date(end.value).toISOString() });
    return h("p", {}, begin, " – ", end, " ", h("button", { type: "button", onclick: act }, name));
  }
}
