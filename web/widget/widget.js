/**
 * This script puts a chat button on a page of any site:
 *
 *   <script src="https://chat.example/widget.js" data-channel="web" async></script>
 *
 * The chat is a frame of the server that served the script. Button and frame stand in a shadow
 * tree below the document's root, so that no style leaks in or out. Styles are set by script, and
 * no markup is parsed, so that a strict content policy needs no exception.
 */
(() => {
  const script = document.currentScript;
  if (!script || window.Surgeline) {
    console.warn("Surgeline: load widget.js once, as a classic script.");
    return;
  }

  const LIFETIME_MS = 30 * 86_400_000; // as long as the server knows a visitor
  const PATIENCE_MS = 12_000;
  const channel = script.dataset.channel || "web";
  const server = new URL(".", script.src);
  const prefix = `surgeline.${channel}.`;
  const covering = matchMedia("(max-width: 30em), (max-height: 26em)");
  const listeners = { open: [], close: [], unread: [], refused: [] };
  const NAME = /^[a-z][a-z0-9_]{0,39}$/;

  let look;
  let parts; // the elements, once the look is known
  let frame = null;
  let port = null;
  let unread = 0;
  let user; // {id, proof, at} of the customer whom the site knows, null after they signed out
  let attributes;
  let isHidden = script.dataset.hidden !== undefined;

  // ------------------------------------------------------------------ memory of the host page

  /** Values outlive a page in the site's own storage, if the browser allows that. */
  const held = new Map();
  function keep(name, value, storage = "localStorage") {
    held.set(name, value);
    try {
      if (value === null) window[storage].removeItem(prefix + name);
      else window[storage].setItem(prefix + name, value);
    } catch {
      // The storage is full or forbidden, so the value lasts as long as the page.
    }
  }
  function recall(name, storage = "localStorage") {
    try {
      return window[storage].getItem(prefix + name) ?? held.get(name) ?? null;
    } catch {
      return held.get(name) ?? null;
    }
  }

  // ------------------------------------------------------------------ elements

  const STYLE = `
    :host { all: initial !important; display: block !important; }
    :host([hidden]) { display: none !important; }
    * { box-sizing: border-box; }
    section { font: 1em/1.4 system-ui, sans-serif; }
    button { font: inherit; cursor: pointer; }
    .launcher {
      position: fixed; z-index: 2147483647; right: 1.25em; bottom: 1.25em;
      width: 3.5em; height: 3.5em; padding: 0.9em; border: 0; border-radius: 50%;
      background: var(--accent); color: var(--on-accent);
      box-shadow: 0 0.25em 1.25em rgb(0 0 0 / 25%);
    }
    section.left .launcher { right: auto; left: 1.25em; }
    svg {
      display: block; width: 100%; height: 100%; fill: none; stroke: currentColor;
      stroke-width: 2.2; stroke-linecap: round; stroke-linejoin: round;
    }
    :focus-visible { outline: 0.2em solid #fff; box-shadow: 0 0 0 0.4em #111; }
    .badge {
      position: absolute; top: -0.25em; right: -0.25em; min-width: 1.6em; height: 1.6em;
      padding: 0 0.35em; border-radius: 0.8em; background: #b3261e; color: #fff;
      font-size: 0.8125em; font-weight: 700; line-height: 1.6; text-align: center;
    }
    .badge:empty { display: none; }
    .unseen {
      position: fixed; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); margin: 0;
    }
    dialog {
      position: fixed; z-index: 2147483646; inset: auto 1.25em 5.5em auto;
      width: 24em; height: min(40em, 100vh - 7em); height: min(40em, 100dvh - 7em);
      max-width: none; max-height: none;
      margin: 0; padding: 0; border: 0; border-radius: 1.25em; overflow: hidden;
      background: Canvas; color: CanvasText; color-scheme: light dark;
      box-shadow: 0 0.5em 3em rgb(0 0 0 / 30%);
    }
    section.left dialog { inset: auto auto 5.5em 1.25em; }
    iframe { display: block; width: 100%; height: 100%; border: 0; }
    .before {
      position: absolute; inset: 0; display: flex; flex-direction: column; gap: 1em;
      align-items: center; justify-content: center; padding: 3em 1.5em 1.5em;
      background: Canvas; text-align: center;
    }
    .before a { color: LinkText; }
    .before button {
      position: absolute; top: 0.5em; right: 0.5em; width: 2.75em; height: 2.75em; padding: 0.7em;
      border: 0; border-radius: 50%; background: none; color: inherit;
    }
    .before button:focus-visible { outline-color: CanvasText; box-shadow: none; }
    .ready .before { display: none; }
    @media (max-width: 30em), (max-height: 26em) {
      section.left dialog, dialog {
        inset: var(--top, 0px) 0 auto 0; width: 100%; border-radius: 0;
        height: 100vh; height: var(--height, 100dvh);
      }
    }
    @media (forced-colors: active) {
      .launcher { border: 2px solid ButtonText; }
      .badge { border: 1px solid CanvasText; }
      dialog { border: 2px solid CanvasText; }
      :focus-visible { outline-color: Highlight; }
    }
    @media (prefers-reduced-motion: no-preference) {
      dialog[open] { animation: arrive 0.16s ease-out; }
      @keyframes arrive { from { opacity: 0; transform: translateY(0.75em); } }
    }
    @media print { section { display: none; } }
  `;
  const SPEECH = "M4 5h16v11h-8l-5 4v-4H4z";
  const CROSS = "M6 6l12 12M18 6 6 18";

  function make(tag, properties = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  function drawing(path) {
    const SVG = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    svg.append(document.createElementNS(SVG, "path"));
    svg.firstChild.setAttribute("d", path);
    return svg;
  }

  /** Build everything but the frame, and put it below the document's root. */
  function build() {
    const { texts } = look;
    const badge = make("span", { class: "badge", "aria-hidden": "true" });
    const launcher = make("button", { type: "button", class: "launcher", "aria-haspopup": "dialog" });
    launcher.append(drawing(SPEECH), badge);
    const status = make("p", { class: "unseen", role: "status" });
    const close = make("button", { type: "button", "aria-label": texts.close }, drawing(CROSS));
    const before = make("div", { class: "before" }, close);
    const panel = make("dialog", { "aria-label": look.title }, before);
    const side = script.dataset.side || look.side;
    const section = make("section", { "aria-label": look.title, lang: look.language });
    if (side === "left") section.className = "left";
    section.append(panel, launcher, status);
    section.style.setProperty("--accent", look.accent);
    section.style.setProperty("--on-accent", look.on_accent);

    const host = make("div", { id: "surgeline" });
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    root.append(section);
    parts = { host, root, section, launcher, badge, status, panel, before };

    launcher.addEventListener("click", () => (panel.open ? shut() : open({ focus: true })));
    launcher.addEventListener("pointerenter", load, { once: true });
    launcher.addEventListener("focus", load, { once: true });
    close.addEventListener("click", shut);
    panel.addEventListener("cancel", (event) => {
      event.preventDefault();
      shut();
    });
    section.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && panel.open) shut();
    });
    covering.addEventListener("change", turn);
    window.visualViewport?.addEventListener("resize", fit);
    window.visualViewport?.addEventListener("scroll", fit);
    host.hidden = isHidden;
    name();
    document.documentElement.append(host);
  }

  /** Say on the button what it does, and how many messages are unread. */
  function name() {
    const { launcher, badge, panel, status } = parts;
    const { texts } = look;
    const shown = unread > 99 ? "99+" : unread ? String(unread) : "";
    const news = shown && texts.unread.replace("{count}", shown);
    badge.textContent = shown;
    launcher.setAttribute("aria-expanded", String(panel.open));
    launcher.setAttribute("aria-label", panel.open ? texts.close : [texts.open, news].filter(Boolean).join(", "));
    launcher.replaceChild(drawing(panel.open ? CROSS : SPEECH), launcher.firstChild);
    status.textContent = panel.open ? "" : news;
  }

  /** Fit a panel that covers the page to the room that a keyboard on the screen leaves. */
  function fit() {
    if (!window.visualViewport) return;
    const { height, offsetTop } = window.visualViewport;
    parts.section.style.setProperty("--height", `${height}px`);
    parts.section.style.setProperty("--top", `${offsetTop}px`);
  }

  // ------------------------------------------------------------------ open and close

  function open({ focus = false } = {}) {
    const { panel } = parts;
    if (panel.open) return;
    if (isHidden) show();
    load();
    lay();
    if (focus) frame.focus();
    keep("open", "1", "sessionStorage");
    name();
    tellShown();
    emit("open");
  }

  /** Lay the panel over the page, which keeps the focus inside, or beside it, which does not. */
  function lay() {
    const { panel } = parts;
    if (covering.matches) {
      fit();
      panel.showModal();
    } else {
      panel.open = true; // show() would take the focus
    }
  }

  function shut() {
    const { panel, root, launcher } = parts;
    if (!panel.open) return;
    const wasInside = root.activeElement !== null;
    panel.close();
    if (wasInside) launcher.focus({ preventScroll: true });
    keep("open", null, "sessionStorage");
    name();
    tellShown();
    emit("close");
  }

  /** A window that grew or shrank changes whether the panel covers the page. */
  function turn() {
    const { panel } = parts;
    if (!panel.open) return;
    panel.close();
    lay();
  }

  function show() {
    isHidden = false;
    if (parts) parts.host.hidden = false;
  }

  function hide() {
    isHidden = true;
    if (!parts) return;
    shut();
    parts.host.hidden = true;
  }

  // ------------------------------------------------------------------ the frame

  function load() {
    if (frame) return;
    const address = new URL(`c/${encodeURIComponent(channel)}`, server);
    address.searchParams.set("widget", "1");
    address.searchParams.set("lang", look.language);
    frame = make("iframe", { title: look.title, src: address.href });
    parts.panel.append(frame);
    setTimeout(() => port || excuse(address), PATIENCE_MS);
  }

  /** Say that the frame did not come, and show another way to the chat. */
  function excuse(address) {
    address.searchParams.delete("widget");
    const link = make("a", { href: address.href, target: "_blank", rel: "noopener" }, look.texts.elsewhere);
    parts.before.append(make("p", {}, look.texts.failed), link);
  }

  /** Return the page around, and the one before it, without their queries, which may hold secrets. */
  const here = () => location.origin + location.pathname;
  const cameFrom = document.referrer.split(/[?#]/)[0];

  /** A site may become another page without a load. An open chat follows, and a closed one later. */
  function turnPage() {
    if (parts?.panel.open) tellShown();
  }
  addEventListener("popstate", turnPage);
  window.navigation?.addEventListener("currententrychange", turnPage);

  /** Tell the frame where it is, whether it is seen, and whether it has the focus. */
  function tellShown() {
    const { panel, root } = parts;
    port?.postMessage({ type: "page", page: here() });
    port?.postMessage({ type: "shown", shown: panel.open, focus: root.activeElement === frame });
  }

  /** The frame says that it is there. It gets a way to speak with us alone. */
  addEventListener("message", (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== server.origin) return;
    if (event.data?.surgeline !== "here") return;
    const pipe = new MessageChannel();
    port = pipe.port1;
    port.onmessage = ({ data }) => hear(data);
    const kept = recall("kept");
    const hello = { surgeline: "hello", kept, page: here(), referrer: cameFrom, user, attributes };
    frame.contentWindow.postMessage(hello, server.origin, [pipe.port2]);
    tellShown();
  });

  function hear({ type, count, value }) {
    if (type === "ready") parts.section.classList.add("ready");
    if (type === "close") shut();
    if (type === "begun") keep("begun", String(Date.now()));
    if (type === "keep") keep("kept", value);
    if (type === "refused") {
      console.warn("Surgeline: the proof of identify() is not right or older than an hour, so the chat goes on without a name.");
      emit("refused");
    }
    if (type === "unread" && count !== unread) {
      unread = count;
      name();
      emit("unread", unread);
    }
  }

  function emit(event, value) {
    for (const listener of listeners[event]) listener(value);
  }

  // ------------------------------------------------------------------ start

  const whenIdle = window.requestIdleCallback ?? ((work) => setTimeout(work, 1_000));
  const started = start();

  async function start() {
    const languages = [script.dataset.language, document.documentElement.lang, ...navigator.languages];
    const address = new URL(`v1/web/${encodeURIComponent(channel)}/look`, server);
    address.searchParams.set("languages", languages.filter(Boolean).join(",").slice(0, 200));
    const answer = await fetch(address, { credentials: "omit" });
    if (!answer.ok) throw new Error(`the look of the channel ${channel} was answered ${answer.status}`);
    look = await answer.json();
    if (document.readyState === "loading") {
      await new Promise((resolve) => addEventListener("DOMContentLoaded", resolve, { once: true }));
    }
    build();
    if (recall("open", "sessionStorage") && !covering.matches && !isHidden) open();
    if (Date.now() - Number(recall("begun")) < LIFETIME_MS) whenIdle(load); // for what is unread
    dispatchEvent(new Event("surgeline"));
  }

  started.catch((error) =>
    console.warn(
      `Surgeline: the chat of the channel ${channel} is not shown, because ${error.message}. ` +
        `Check that ${location.origin} is one of the channel's origins, and that this page's ` +
        `content policy lists ${server.origin} in connect-src and frame-src.`,
    ),
  );

  const later = (act) => () => void started.then(act, () => {});
  window.Surgeline = Object.freeze({
    open: later(() => open({ focus: true })),
    close: later(shut),
    show,
    hide,
    /** Say which customer of the site this is: `{id, proof, at}`, or null after they signed out. */
    identify: (given) => {
      user = given ? { id: String(given.id), proof: String(given.proof) } : null;
      if (given?.at !== undefined) user.at = Number(given.at);
      port?.postMessage({ type: "user", user });
    },
    /** Say something of the customer to whoever answers, as `{plan: "gold"}`. Not proven. */
    setAttributes: (given) => {
      const all = { ...attributes, ...given };
      const isWrong = ([name, value]) => !NAME.test(name) || !["string", "number", "boolean"].includes(typeof value) || String(value).length > 200;
      if (Object.keys(all).length > 20 || Object.entries(all).some(isWrong)) {
        throw new TypeError("use at most 20 names such as plan_name, with texts up to 200 characters, numbers, true or false");
      }
      attributes = all;
      port?.postMessage({ type: "attributes", attributes });
    },
    /** Call a listener with each `open`, `close` and `unread`, which has the number. */
    on: (event, listener) => {
      if (!listeners[event]) throw new TypeError(`use one of: ${Object.keys(listeners).join(", ")}`);
      listeners[event].push(listener);
    },
  });
})();
