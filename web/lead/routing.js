/**
 * Routing: the steps by which pools are asked, in words, changed as a draft and saved as a version.
 */

import { h, readable } from "../staff/dom.js";
import { difference, shown } from "./settings.js";

const KINDS = ["in_house", "outsourced", "on_demand"];
const ORDERS = ["in_order", "least_loaded", "weighted"];
let draft = null; // {version, steps} of what is being changed

export async function routing(page) {
  const { text, get, may } = page;
  const { version, configuration } = await get("configuration");
  if (draft?.version !== version) draft = null;
  const steps = draft?.steps ?? configuration.routing.steps;
  const change = (make) => {
    draft = { version, steps: make(structuredClone(steps)) };
    page.again();
  };
  const changes = difference(configuration.routing.steps, steps);
  return {
    nodes: [
      h("p", { class: "soft" }, text("routing_more")),
      h("ol", { class: "cards" }, steps.map((step, place) => card(page, configuration, { step, place, count: steps.length, change }))),
      h("p", { class: "soft small" }, text("routing_rest", { minutes: Math.round((configuration.routing.longest_wait_seconds ?? 600) / 60) })),
      may("lead") && h("p", {}, h("button", { type: "button", onclick: () => edit(page, configuration, {}, (step) => change((all) => [...all, step])) }, text("add_step"))),
      changes.length ? review(page, configuration, version, steps, changes) : "",
    ],
    lives: false,
  };
}

function card(page, { pools }, { step, place, count, change }) {
  const { text, may } = page;
  const move = (by) => change((all) => {
    const [moved] = all.splice(place, 1);
    all.splice(place + by, 0, moved);
    return all;
  });
  const button = (name, act, more = {}) => h("button", { type: "button", onclick: act, "aria-label": text(`${name}_of`, { number: place + 1 }), ...more }, text(name));
  const acts = h(
    "div",
    { class: "row start" },
    place > 0 && button("earlier", () => move(-1)),
    place < count - 1 && button("later", () => move(1)),
    button("edit_step", () => edit(page, { pools }, step, (made) => change((all) => all.with(place, made)))),
    count > 1 && button("remove_step", () => change((all) => all.toSpliced(place, 1))),
  );
  return h("li", { class: "panel" }, h("h2", {}, text("step_number", { number: place + 1 })), h("ul", { class: "plain" }, sentences(text, step, pools).map((each) => h("li", {}, readable(each)))), may("lead") && acts);
}

/** Return what a step says, in sentences. */
export function sentences(text, step, pools) {
  const order = [...pools].sort((a, b) => (b.priority ?? 0) - (a.priority ?? 0)).map((each) => each.id);
  const asked = step.pools?.length ? order.filter((each) => step.pools.includes(each)) : null;
  const who = asked ? text(asked.length > 1 ? "asks_pools" : "asks_pool", { pools: asked.join(", ") }) : step.kind ? text("asks_kind", { kind: text(`kind_${step.kind}`) }) : text("asks_all", { pools: order.join(", ") });
  return [
    who,
    text(`choose_${step.choose ?? "in_order"}`),
    step.prefer && text("prefers_confirmed"),
    (step.at_once ?? 1) > 1 && text("at_once_of", { count: step.at_once }),
    step.seconds && text("lasts_seconds", { seconds: step.seconds }),
    step.languages?.length && text("only_languages", { languages: step.languages.join(", ") }),
    step.reasons?.length && text("only_reasons", { reasons: step.reasons.map((each) => (text.has(`reason_${each}`) ? text(`reason_${each}`) : each)).join(", ") }),
    step.skills?.length && text("only_skills", { skills: step.skills.join(", ") }),
    step.relax_after_seconds !== null && step.relax_after_seconds !== undefined && text("relaxes", { seconds: step.relax_after_seconds }),
    ...triggers(text, "only_if", step.only_if),
    ...triggers(text, "skip_if", step.skip_if),
  ].filter(Boolean);
}

function triggers(text, name, trigger) {
  if (!trigger) return [];
  const said = [
    trigger.nobody_available && text("if_nobody"),
    trigger.full && text("if_full"),
    trigger.waited_seconds !== null && trigger.waited_seconds !== undefined && text("if_waited", { seconds: trigger.waited_seconds }),
    trigger.backlog_over !== null && trigger.backlog_over !== undefined && text("if_backlog", { count: trigger.backlog_over }),
  ].filter(Boolean);
  return [text(name, { when: said.join(` ${text("or")} `) })];
}

/** Ask for the pools, the time and the choice of a step. What the form does not have stays. */
function edit(page, { pools }, step, done) {
  const { text } = page;
  const all = step.pools ?? [];
  const boxes = pools.map(({ id }) => h("label", { class: "check" }, h("input", { type: "checkbox", name: `pool.${id}`, checked: all.includes(id) }), id));
  const options = (names, prefix, chosen) => names.map((each) => h("option", { value: each, selected: each === chosen && "" }, text(`${prefix}_${each}`)));
  const kind = h("select", { name: "kind" }, h("option", { value: "" }, text("any_kind")), options(KINDS, "kind", step.kind));
  const choose = h("select", { name: "choose" }, options(ORDERS, "choose", step.choose ?? "in_order"));
  const number = (name, label, most, value) => h("label", {}, label, h("input", { type: "number", name, min: 1, max: most, value: value ?? "" }));
  const fields = [
    h("fieldset", {}, h("legend", {}, text("pools_of_step")), boxes),
    h("label", {}, text("kind_of_step"), kind),
    h("label", {}, text("choose_by"), choose),
    number("at_once", text("asked_at_once"), 10, step.at_once ?? 1),
    number("seconds", text("step_seconds"), 86400, step.seconds),
    h("label", {}, text("languages_of_step"), h("input", { name: "languages", value: (step.languages ?? []).join(", ") })),
  ];
  page.ask(text("edit_step"), fields, text("keep_step"), (given) => {
    const chosen = pools.map(({ id }) => id).filter((id) => given[`pool.${id}`]);
    const made = { ...step, pools: chosen, kind: chosen.length ? null : given.kind || null, choose: given.choose };
    made.at_once = Number(given.at_once) || 1;
    made.seconds = given.seconds ? Number(given.seconds) : null;
    made.languages = given.languages.split(/[\s,]+/).filter(Boolean);
    done(made);
  });
}

/** Show what saving would change, and save it with a reason. */
function review(page, configuration, version, steps, changes) {
  const { text } = page;
  const save = () => {
    const reason = h("label", {}, text("reason"), h("input", { name: "reason", maxlength: 200, required: "" }));
    page.ask(text("save_routing"), [h("div", { class: "changes" }, changes.map(shown)), reason], text("save"), async ({ reason: why }) => {
      await page.change("PUT", "routing", { routing: { ...configuration.routing, steps } }, why, version);
      draft = null;
      page.say("routing_saved");
    });
  };
  const drop = () => {
    draft = null;
    page.again();
  };
  return h(
    "div",
    { class: "panel" },
    h("h2", {}, text("not_saved")),
    h("div", { class: "changes" }, changes.map(shown)),
    h("div", { class: "row start" }, h("button", { type: "button", class: "primary", onclick: save }, text("save_routing")), h("button", { type: "button", onclick: drop }, text("drop_changes"))),
  );
}
