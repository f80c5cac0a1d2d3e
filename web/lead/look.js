/**
 * Look: name, colour, logo and words of the company or of one brand, with a preview and undo.
 *
 * The preview is the chat page itself in a frame. The server draws each look and says what is
 * wrong with it, so that page and commands judge alike.
 */

import { h, readable } from "../staff/dom.js";

const WAIT_MS = 400;
const MOST_LOGO_BYTES = 24_000;
const OUR_ACCENT = "#0d6159";
const SHORT = ["state_new", "bot", "person", "placeholder"];
const LANGUAGES = { en: "English", ko: "한국어", fr: "Français" };
const PLAIN = ["name", "accent", "side", "privacy_url", "help_centre", "hours_of", "logo"];
const HELP = ["", "open", "closed"]; // empty means closed, or what the company says
let brand = ""; // the channel whose own look is edited, or the company's
let language = "";
let stopListening = () => {};

export async function look(page) {
  const { text, get } = page;
  language ||= text.language;
  const [found, { configuration }, shipped] = await Promise.all([get("look"), get("configuration"), pageWords(language)]);
  const channels = configuration.channels.filter((each) => each.kind === "web").map((each) => each.id);
  if (!channels.includes(brand)) brand = "";
  const known = brand ? (found.brands[brand] ?? {}) : found.company;
  const wanted = structuredClone(known);
  const frame = h("iframe", { title: text("preview"), class: "preview", src: previewOf(brand || channels[0], language) });
  const problems = h("div", { class: "problems", role: "status" });
  const show = previewer(page, found, wanted, frame, problems);
  const timed = configuration.pools.filter((each) => each.hours).map((each) => each.id);
  const fields = [...plainFields(page, wanted, show, brand || channels[0], timed), ...wordFields(page, found, shipped, wanted, show)];
  const form = h(
    "form",
    {
      class: "editor",
      onsubmit: (event) => {
        event.preventDefault();
        review(page, found, known, cleaned(wanted));
      },
    },
    fields,
    problems,
    page.may("lead") &&
      h(
        "div",
        { class: "row start" },
        h("button", { type: "submit", class: "primary" }, text("review")),
        h("button", { type: "button", onclick: () => takeBack(page, found) }, text("take_back")),
      ),
  );
  const chooser = channels.length > 1 ? brandChooser(page, channels) : "";
  const both = h("div", { class: "beside" }, form, h("div", {}, h("h2", {}, text("preview")), channels.length ? [frame, oneLine(text, brand || channels[0])] : ""));
  return { nodes: [h("p", { class: "soft" }, text("look_more")), chooser, both], lives: false };
}

/** Return the line that puts the channel's chat on a site. */
function oneLine(text, channel) {
  const script = new URL("./widget.js", location.href).href;
  const line = `<script src="${script}" data-channel="${channel}" async></${"script"}>`;
  return h("p", { class: "soft small embed" }, text("one_line"), " ", h("code", {}, line));
}

/** Return the chat page's own words, which stand in empty fields. */
async function pageWords(code) {
  const answer = await fetch(new URL(`./assets/strings.${code}.json`, location.href));
  return answer.ok ? answer.json() : {};
}

function previewOf(channel, code) {
  const address = new URL(`./c/${encodeURIComponent(channel ?? "web")}`, location.href);
  address.searchParams.set("preview", "1");
  address.searchParams.set("lang", code);
  return address.href;
}

/** Return a function that draws the look as it stands in the form, a moment after the last key. */
function previewer(page, found, wanted, frame, problems) {
  let timer = 0;
  let drawn = null;
  const send = () => drawn && frame.contentWindow?.postMessage({ surgeline: "look", look: drawn, language }, location.origin);
  const draw = async () => {
    problems.replaceChildren();
    try {
      const answer = await page.change("POST", "look/preview", bodyOf(found, cleaned(wanted)));
      drawn = brand ? answer.brands[brand] : answer.company;
      send();
    } catch (error) {
      const said = error.problems?.length ? error.problems : [error.message];
      problems.replaceChildren(h("ul", {}, said.map((each) => h("li", {}, readable(each)))));
    }
  };
  const listen = ({ source, origin, data }) => {
    if (source === frame.contentWindow && origin === location.origin && data?.surgeline === "preview") draw();
  };
  stopListening();
  addEventListener("message", listen);
  stopListening = () => removeEventListener("message", listen);
  return () => {
    clearTimeout(timer);
    timer = setTimeout(draw, WAIT_MS);
  };
}

const bodyOf = (found, wanted) => (brand ? { brands: { ...found.brands, [brand]: wanted } } : { company: wanted });

/** Return a look without its empty fields. */
function cleaned(wanted) {
  const full = (value) => (typeof value === "object" ? Object.keys(value).length : value);
  const texts = Object.fromEntries(
    Object.entries(wanted.texts ?? {})
      .map(([code, words]) => [code, Object.fromEntries(Object.entries(words).filter(([, each]) => each))])
      .filter(([, words]) => full(words)),
  );
  const starters = Object.fromEntries(Object.entries(wanted.starters ?? {}).filter(([, each]) => each.length));
  return Object.fromEntries(Object.entries({ ...wanted, texts, starters }).filter(([, value]) => full(value)));
}

function brandChooser({ text, again }, channels) {
  const select = h(
    "select",
    {
      onchange: ({ target }) => {
        brand = target.value;
        again();
      },
    },
    h("option", { value: "" }, text("whole_company")),
    channels.map((each) => h("option", { value: each }, text("brand_of", { channel: each }))),
  );
  select.value = brand;
  return h("label", { class: "field" }, text("look_of"), select);
}

function plainFields({ text, say }, wanted, show, channel, timed) {
  const field = (name, properties, more) => {
    const input = h("input", {
      ...properties,
      value: wanted[name] ?? "",
      oninput: () => {
        wanted[name] = input.value.trim();
        show();
      },
    });
    return h("label", {}, text(`look_${name}`), input, more && h("span", { class: "soft small" }, text(more)));
  };
  const side = h(
    "select",
    {
      onchange: () => {
        wanted.side = side.value;
        show();
      },
    },
    ["right", "left"].map((each) => h("option", { value: each }, text(`side_${each}`))),
  );
  side.value = wanted.side || "right";
  return [
    field("name", { maxlength: 60, autocomplete: "organization" }),
    accentField(text, wanted, show),
    logoField({ text, say }, wanted, show),
    h("label", {}, text("look_side"), side),
    field("privacy_url", { type: "url", placeholder: "https://" }),
    hoursField(text, wanted, show, timed),
    helpField(text, wanted, show, channel),
  ];
}

/** Return the choice of the pool whose opening hours the chat page shows. */
function hoursField(text, wanted, show, timed) {
  const choice = h(
    "select",
    {
      onchange: () => {
        wanted.hours_of = choice.value;
        show();
      },
    },
    h("option", { value: "" }, text(brand ? "help_company" : "hours_none")),
    timed.map((each) => h("option", { value: each }, each)),
  );
  choice.value = wanted.hours_of ?? "";
  const more = !timed.length && h("span", { class: "soft small" }, text("hours_no_pool"));
  return h("label", {}, text("look_hours_of"), choice, more);
}

/** Return the switch of the public help centre, with its address. */
function helpField(text, wanted, show, channel) {
  const choice = h(
    "select",
    {
      onchange: () => {
        wanted.help_centre = choice.value;
        show();
      },
    },
    HELP.filter((each) => each || brand).map((each) => h("option", { value: each }, text(`help_${each || "company"}`))),
  );
  choice.value = wanted.help_centre || (brand ? "" : "closed");
  const address = new URL(`./help/${encodeURIComponent(channel ?? "web")}`, location.href).href;
  const link = h("a", { href: address, target: "_blank", rel: "noopener" }, address);
  return h("div", {}, h("label", {}, text("look_help_centre"), choice), h("p", { class: "soft small" }, text("help_more"), " ", link));
}

/** Return the field of the colour, to write it or to pick it. */
function accentField(text, wanted, show) {
  const written = h("input", { maxlength: 7, placeholder: OUR_ACCENT, spellcheck: "false", value: wanted.accent ?? "" });
  const picked = h("input", { type: "color", "aria-label": text("accent_pick"), value: wanted.accent || OUR_ACCENT });
  const take = (from, to) => () => {
    wanted.accent = from.value.trim().toLowerCase();
    if (/^#[0-9a-f]{6}$/.test(wanted.accent)) to.value = wanted.accent;
    show();
  };
  written.addEventListener("input", take(written, picked));
  picked.addEventListener("input", take(picked, written));
  const more = h("p", { class: "soft small" }, text("accent_more"));
  return h("div", {}, h("div", { class: "row start low" }, h("label", {}, text("look_accent"), written), picked), more);
}

function logoField({ text, say }, wanted, show) {
  const picture = h("img", { alt: "", class: "logo", hidden: wanted.logo ? false : "" });
  if (wanted.logo) picture.src = wanted.logo;
  const file = h("input", {
    type: "file",
    accept: ".svg,.png,image/svg+xml,image/png",
    onchange: async () => {
      const [chosen] = file.files;
      if (!chosen) return;
      if (chosen.size > MOST_LOGO_BYTES) {
        say("logo_large");
        return;
      }
      wanted.logo = await addressOf(chosen);
      picture.src = wanted.logo;
      picture.hidden = false;
      remove.hidden = false;
      show();
    },
  });
  const remove = h(
    "button",
    {
      type: "button",
      hidden: wanted.logo ? false : "",
      onclick: () => {
        wanted.logo = "";
        picture.hidden = true;
        remove.hidden = true;
        file.value = "";
        show();
      },
    },
    text("logo_remove"),
  );
  return h("div", { class: "row start low" }, h("label", {}, text("look_logo"), file), picture, remove);
}

function addressOf(file) {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.readAsDataURL(file);
  });
}

/** Return the fields of one language's words. The shipped text stands in an empty field. */
function wordFields({ text, again }, found, shipped, wanted, show) {
  const select = h(
    "select",
    {
      onchange: () => {
        language = select.value;
        again();
      },
    },
    Object.entries(LANGUAGES).map(([code, name]) => h("option", { value: code, lang: code }, name)),
  );
  select.value = language;
  wanted.texts ??= {};
  wanted.starters ??= {};
  const own = (wanted.texts[language] ??= {});
  const area = (key, words) => {
    const input = h(SHORT.includes(key) ? "input" : "textarea", {
      rows: 2,
      lang: language,
      maxlength: 500,
      placeholder: words ?? "",
      value: own[key] ?? "",
      oninput: () => {
        own[key] = input.value.trim();
        show();
      },
    });
    return h("label", {}, text.has(`word_${key}`) ? text(`word_${key}`) : key.replaceAll("_", " "), input);
  };
  const starters = h("textarea", {
    rows: 3,
    lang: language,
    value: (wanted.starters[language] ?? []).join("\n"),
    oninput: () => {
      wanted.starters[language] = starters.value.split("\n").map((each) => each.trim()).filter(Boolean);
      show();
    },
  });
  const notices = Object.entries(found.texts[language] ?? {});
  return [
    h("h2", { class: "apart" }, text("words")),
    h("label", {}, text("words_in"), select),
    found.page_words.filter((key) => key !== "title").map((key) => area(key, shipped[key])),
    h("label", {}, text("starters"), starters, h("span", { class: "soft small" }, text("starters_more"))),
    h("details", {}, h("summary", {}, text("notices")), notices.map(([key, words]) => area(key, words))),
  ].flat();
}

/** Show what would change, and put it in force if the person says so. */
function review(page, found, before, after) {
  const { text } = page;
  const changes = differences(page, before, after);
  if (!changes.length) return page.say("nothing_changed");
  return confirm(page, text("look_publish"), changes, bodyOf(found, after), found.version);
}

function confirm(page, title, changes, body, version) {
  const { text } = page;
  const reason = h("label", {}, text("reason"), h("input", { name: "reason", maxlength: 200, required: "" }));
  page.ask(title, [h("div", { class: "changes" }, changes), reason], text("publish"), async ({ reason: why }) => {
    await page.change("PUT", "look", body, why, version);
    page.say("look_saved");
  });
}

function differences({ text }, before, after) {
  const plain = PLAIN.map((name) => [text(`look_${name}`), shown(name, before[name]), shown(name, after[name])]);
  const codes = new Set([...Object.keys(before.texts ?? {}), ...Object.keys(after.texts ?? {})]);
  const words = [...codes].flatMap((code) => {
    const [old, now] = [before.texts?.[code] ?? {}, after.texts?.[code] ?? {}];
    return [...new Set([...Object.keys(old), ...Object.keys(now)])].map((key) => [`${code} · ${key.replaceAll("_", " ")}`, old[key], now[key]]);
  });
  const asked = Object.keys(LANGUAGES).map((code) => [`${code} · ${text("starters")}`, (before.starters?.[code] ?? []).join(" · "), (after.starters?.[code] ?? []).join(" · ")]);
  return [...plain, ...words, ...asked].map(([name, old, now]) => change(name, old ?? "", now ?? "")).filter(Boolean);
}

const shown = (name, value) => (name === "logo" && value ? `${value.slice(0, 40)}… (${value.length})` : (value ?? ""));

function change(name, before, after) {
  if (before === after) return null;
  return h("div", {}, h("h3", {}, name), before && h("del", {}, readable(before)), after && h("ins", {}, readable(after)));
}

/** Find the look that was in force before the last change of it, and offer to bring it back. */
async function takeBack(page, found) {
  const { text, get } = page;
  const { versions } = await get("configuration/versions");
  const now = JSON.stringify([found.company, found.brands]);
  for (const each of versions.slice(1)) {
    const { configuration } = await get(`configuration?version=${each.version}`);
    const then = { company: configuration.company ?? {}, brands: configuration.brands ?? {} };
    if (JSON.stringify([then.company, then.brands]) === now) continue;
    const changes = [
      ...differences(page, found.company, then.company),
      ...Object.keys({ ...found.brands, ...then.brands }).flatMap((id) => differences(page, found.brands[id] ?? {}, then.brands[id] ?? {})),
    ];
    confirm(page, text("take_back_title"), changes, then, found.version);
    return;
  }
  page.say("nothing_before");
}
