/**
 * Channels: close one for a while, with a text and a link to a chat page, and open it again.
 */

import { h, readable } from "../staff/dom.js";

const WORDS = {
  en: "We answer in our chat now: {link}",
  ko: "지금은 채팅에서 답변해 드립니다: {link}",
  fr: "Nous répondons maintenant dans notre chat : {link}",
};

/** Return the panel of the channels. Whoever writes on a closed one is sent on with the text. */
export function channels(page, { channels: all }) {
  const { text } = page;
  const pages = all.filter((each) => each.kind === "web" && !each.closure);
  if (!all.length) return [];
  return [
    h("h2", { class: "apart" }, text("channels")),
    h("p", { class: "soft" }, text("channels_more")),
    h("ul", { class: "cards", id: "channels" }, all.map((each) => card(page, each, pages))),
  ];
}

function card(page, each, pages) {
  const { text, may } = page;
  const { closure } = each;
  const others = pages.filter((other) => other.id !== each.id && Boolean(other.drill) === Boolean(each.drill)).map((other) => other.id);
  const act = closure
    ? h("button", { type: "button", onclick: () => open(page, each) }, text("open_channel"))
    : h("button", { type: "button", onclick: () => close(page, each, others) }, text("close_channel"));
  const words = closure ? Object.entries(closure.texts).map(([language, said]) => h("p", { lang: language, dir: "auto" }, readable(said))) : "";
  return h(
    "li",
    { class: "panel" },
    h("h3", {}, each.id, " ", h("span", { class: `state ${closure ? "closed" : "open"}` }, text(closure ? "channel_closed" : "channel_open"))),
    h("p", { class: "soft small" }, [each.kind, closure?.page].filter(Boolean).join(" · ")),
    words,
    may("lead") && (closure || others.length) ? h("div", { class: "row start" }, act) : "",
  );
}

const reasonField = (text) => h("label", {}, text("reason"), h("input", { name: "reason", maxlength: 200, required: "" }));

const addressOf = (id) => new URL(`./c/${encodeURIComponent(id)}`, location.href).href;

/** Return the fields of the web channel and of its page. The address follows the choice, unless it was edited. */
function pageFields(text, pages) {
  let offered = addressOf(pages[0]);
  const address = h("input", { name: "page", type: "url", value: offered, required: "" });
  const follow = ({ target }) => {
    const isEdited = address.value !== offered;
    offered = addressOf(target.value);
    if (!isEdited) address.value = offered;
  };
  const channel = h("select", { name: "channel", onchange: follow }, pages.map((each) => h("option", { value: each }, each)));
  return [channel, address];
}

function close(page, { id }, pages) {
  const { text } = page;
  const [channel, address] = pageFields(text, pages);
  const fields = [
    h("p", { class: "soft" }, text("close_channel_more", { link: "{link}" })),
    ...Object.entries(WORDS).map(([each, words]) => h("label", {}, text(`text_${each}`), h("textarea", { name: each, rows: 2, maxlength: 500, value: words }))),
    h("label", {}, text("closed_leads_to"), channel),
    h("label", {}, text("closed_page"), address),
    reasonField(text),
  ];
  page.ask(text("close_channel_title", { id }), fields, text("close_channel"), ({ channel: to, page: at, reason, ...words }) => {
    const texts = Object.fromEntries(Object.entries(words).filter(([, said]) => said.trim()));
    return page.change("PATCH", `channels/${encodeURIComponent(id)}/day`, { closure: { texts, page: at, channel: to } }, reason);
  });
}

function open(page, { id }) {
  const { text } = page;
  page.ask(text("open_channel_title", { id }), [h("p", { class: "soft" }, text("open_channel_more")), reasonField(text)], text("open_channel"), ({ reason }) =>
    page.change("PATCH", `channels/${encodeURIComponent(id)}/day`, { closure: null }, reason),
  );
}
