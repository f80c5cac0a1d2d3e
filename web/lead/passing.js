/**
 * Passing a conversation on: a lead takes it over at a desk of the console, or gives it to a pool.
 *
 * Both are an offer to a pool, as routing makes it. To take over, the page accepts that offer.
 */

import { Memory, randomId } from "../../assets/memory.js";
import { call } from "../staff/api.js";
import { h } from "../staff/dom.js";

const LOOK_MS = 300;
const LOOKS = 40;

/** Return the buttons for a conversation that goes on. */
export async function passing(page, conversation) {
  const { text, get, may } = page;
  if (conversation.state !== "open" || !may("lead")) return "";
  const { configuration } = await get("configuration");
  const desks = configuration.pools.filter((each) => each.reached_by === "console").map((each) => each.id);
  const others = configuration.pools.map((each) => each.id).filter((each) => `pool:${each}` !== conversation.owner);
  const button = (name, act) => h("button", { type: "button", onclick: act }, text(name));
  return h(
    "div",
    { class: "row start" },
    desks.length ? button("take_over", () => askToTake(page, conversation, desks)) : "",
    others.length ? button("give_on", () => askToGive(page, conversation, others)) : "",
  );
}

const reasonField = (text) => h("label", {}, text("reason_more"), h("input", { name: "reason", maxlength: 200, required: "" }));

const choice = (label, pools) => h("label", {}, label, h("select", { name: "to" }, pools.map((each) => h("option", { value: each }, each))));

function askToGive(page, conversation, pools) {
  const { text } = page;
  const fields = [h("p", { class: "soft" }, text("give_on_more")), choice(text("give_to"), pools), reasonField(text)];
  page.ask(text("give_on_title"), fields, text("give_on"), async ({ to, reason }) => {
    await assign(page, conversation, to, reason);
    page.say("given_on", { pool: to });
  });
}

function askToTake(page, conversation, desks) {
  const { text } = page;
  const owner = conversation.owner.replace("pool:", "");
  const [first] = desks.includes(owner) ? [owner] : desks;
  const which = desks.length > 1 && first !== owner ? choice(text("desk_of"), desks) : "";
  const fields = [h("p", { class: "soft" }, text("take_over_more", { pool: first })), which, reasonField(text)];
  page.ask(text("take_over_title"), fields, text("take_over"), async ({ to = first, reason }) => {
    await call("PUT", "desk/presence", { state: "here" });
    const taken = to === owner ? await takeFromColleague(page, conversation, to) : await takeOffer(page, conversation, to, reason);
    if (!taken) return page.say("taken_meanwhile");
    new Memory("surgeline.agent.").set("chosen", conversation.id);
    return location.assign(new URL("./agent", location.href));
  });
}

const assign = (page, { id, epoch }, to, reason) =>
  page.change("POST", `conversations/${encodeURIComponent(id)}/assign`, { to, epoch }, reason);

/** A case at the desk is given to the lead. The desk keeps it, so that its epoch stays. */
async function takeFromColleague(page, { id, epoch }, pool) {
  await call("POST", `pools/${pool}/give`, { conversation_id: id, epoch, person_id: page.me.id });
  return true;
}

/** Have the desk asked, and take its offer as soon as it lies there. */
async function takeOffer(page, conversation, pool, reason) {
  await assign(page, conversation, pool, reason);
  for (let look = 0; look < LOOKS; look += 1) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const { pools } = await call("GET", "desk");
    const cases = pools.find((each) => each.id === pool)?.cases ?? [];
    const found = cases.find((each) => each.conversation_id === conversation.id);
    if (found?.state === "taken") return found.mine;
    if (!found) continue;
    const data = { conversation_id: conversation.id, offer_id: found.offer_id };
    await call("POST", `pools/${pool}/events`, { id: randomId(), type: "handoff.accepted", data });
    return true;
  }
  return false;
}
