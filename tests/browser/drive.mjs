/**
 * Drives Chromium for the tests: one JSON command a line in, one JSON answer a line out.
 *
 *   {"do": "open", "url": "http://..."}  ->  {"value": null}  or  {"error": "what went wrong"}
 *
 * `open` makes a fresh browser profile; every other command acts on the page that is open.
 */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

import { launch } from "./chromium.mjs";

const WAIT_MS = 8_000;
const SLOW = { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 25_000 };
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let browser;
let context;
let page;
let place; // the page, or the frame in it that commands act on
let devtools;
let problems = [];
let requests = [];

const commands = {
  async open({ url, width = 1280, height = 800, locale = "en-US", scheme = "light", motion = "reduce", text, forced = "none", before, slow = false }) {
    browser ??= await launch();
    await context?.close();
    context = await browser.newContext({
      viewport: { width, height },
      locale,
      colorScheme: scheme,
      reducedMotion: motion,
      forcedColors: forced,
      timezoneId: "UTC",
    });
    context.setDefaultTimeout(WAIT_MS);
    if (before) await context.addInitScript(before);
    page = await context.newPage();
    place = page;
    devtools = await context.newCDPSession(page);
    // The size of letters that somebody has set in the browser, in pixels.
    if (text) await devtools.send("Page.setFontSizes", { fontSizes: { standard: text } });
    problems = [];
    requests = [];
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("dialog", (dialog) => {
      problems.push(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    page.on("request", (request) => requests.push(`${request.method()} ${request.url()}`));
    if (slow) {
      await devtools.send("Network.enable");
      await devtools.send("Network.emulateNetworkConditions", SLOW);
    }
    await page.goto(url);
    await ready();
  },

  /** Open the address in another tab of the same browser, or go to a tab that is open. */
  async tab({ number, url }) {
    while (context.pages().length <= number) await context.newPage();
    page = place = context.pages()[number];
    await page.bringToFront();
    if (url) await page.goto(url);
    await ready();
  },

  /** Act on the page's only frame from now on, or on the page again. */
  async inside({ on }) {
    place = page;
    if (!on) return;
    for (const end = Date.now() + WAIT_MS; page.frames().length < 2; await pause()) {
      if (Date.now() > end) throw new Error("the page has no frame");
    }
    place = page.frames()[1];
    await ready();
  },

  async reload() {
    place = page;
    await page.reload();
    await ready();
  },

  type: ({ text }) => page.keyboard.type(text),
  press: ({ key }) => page.keyboard.press(key),
  paste: ({ text }) => page.keyboard.insertText(text),
  click: ({ role, name }) => place.getByRole(role, { name, exact: true }).last().click(),
  fill: ({ role, name, text }) => place.getByRole(role, { name, exact: true }).last().fill(text),
  choose: ({ role, name, option }) => place.getByRole(role, { name, exact: true }).selectOption(option),

  /** Until a line of this speaker with this text (and this state) is there. */
  async said({ speaker, text, state }) {
    const lines = place.locator(`[data-speaker="${speaker}"]${state ? `[data-state="${state}"]` : ""}`);
    await lines.filter({ has: place.getByText(text, { exact: true }) }).first().waitFor();
  },

  /** Until this text can be read anywhere. */
  sees: ({ text }) => place.getByText(text, { exact: true }).first().waitFor(),

  /** Until this JavaScript expression is true. */
  until: ({ expression, seconds }) => until(expression, seconds * 1000),

  lines: () =>
    place.locator("[data-speaker]").evaluateAll((lines) =>
      lines.map((line) => ({
        speaker: line.dataset.speaker,
        who: line.querySelector(".who").textContent,
        text: line.querySelector(".text").textContent,
        state: line.dataset.state ?? null,
      })),
    ),

  resize: ({ width, height }) => page.setViewportSize({ width, height }),
  evaluate: ({ expression }) => place.evaluate(expression),
  snapshot: () => page.locator("body").ariaSnapshot(),
  offline: ({ on }) => context.setOffline(on),

  async shot({ path }) {
    await page.evaluate("document.fonts.ready.then(() => true)");
    await page.screenshot({ path });
  },

  /** An input method that shows this text as a candidate, not yet taken. */
  compose: ({ text }) =>
    devtools.send("Input.imeSetComposition", {
      text,
      selectionStart: text.length,
      selectionEnd: text.length,
    }),

  /** The input method's text, taken. */
  commit: ({ text }) => devtools.send("Input.insertText", { text }),

  async axe() {
    const violations = [];
    for (const each of page.frames()) {
      if (!(await each.evaluate("'axe' in self"))) await each.evaluate(axeSource);
      const found = await each.evaluate("axe.run(document, { resultTypes: ['violations'], iframes: false })");
      violations.push(...found.violations);
    }
    return violations.map(({ id, help, nodes }) => ({
      id,
      help,
      nodes: nodes.map((node) => `${node.target.join(" ")}: ${node.failureSummary}`),
    }));
  },

  problems: () => problems,
  requests: () => requests,
};

/** Asked from here: the page's policy forbids it to evaluate strings by itself. */
async function until(expression, milliseconds = WAIT_MS) {
  const end = Date.now() + milliseconds;
  // Between two pages a document has no body yet.
  const whole = `document.body !== null && (${expression}\n)`;
  const holds = () => place.evaluate(whole).catch(goesOn);
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`not true within ${milliseconds} ms`);
    await pause();
  }
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 20));

/** A page that is on its way to another one says nothing yet. */
function goesOn(error) {
  if (!String(error.message).includes("context was destroyed")) throw error;
  return false;
}

/** Until the page has its words and whatever history there is. */
const ready = () =>
  until("!!document.querySelector('#log[aria-busy=false], #card[aria-busy=false], body[aria-busy=false]')");

async function answer(line) {
  const { do: command, ...values } = JSON.parse(line);
  try {
    return { value: (await commands[command](values)) ?? null };
  } catch (error) {
    return { error: String(error.message ?? error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(line))}\n`);
}
await browser?.close();
