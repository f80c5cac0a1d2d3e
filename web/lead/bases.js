/**
 * The knowledge base that the lead works on, out of those that the channels have.
 */

import { h } from "../staff/dom.js";

let base = null;

/** Return the names of all bases, the chosen one (null if there is none), and a field to choose. */
export async function basesOf(page) {
  const { configuration } = await page.get("configuration");
  const bases = [...new Set(configuration.channels.map((each) => each.knowledge_base ?? "shop"))].sort();
  base = bases.includes(base) ? base : (bases[0] ?? null);
  return { bases, base, chooser: chooser(page, bases) };
}

function chooser({ text, again }, bases) {
  if (bases.length < 2) return "";
  const select = h(
    "select",
    {
      onchange: ({ target }) => {
        base = target.value;
        again();
      },
    },
    bases.map((each) => h("option", { value: each }, each)),
  );
  select.value = base;
  return h("label", { class: "field" }, text("base"), select);
}
