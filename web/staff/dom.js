/**
 * Elements from data. Texts from outside become text nodes, never markup.
 */

const OVERRIDES = /[\u202a-\u202e]/g; // no language is written with these

/** Return an element: `on…` are listeners, other properties are attributes, `false` leaves out. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked" || name === "disabled") element[name] = value;
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...there(children));
  return element;
}

/** Return the parts that are there, without those that a condition left out. */
export const there = (parts) =>
  parts.flat().filter((each) => each !== null && each !== undefined && each !== "" && each !== false);

/** Return a text from outside without marks that would turn its neighbours. */
export const readable = (text) => String(text ?? "").replace(OVERRIDES, "");

/** Return a moment in the page's language, short on the same day. */
export function moment(at, language) {
  if (!at) return "";
  const date = new Date(at);
  const isToday = date.toDateString() === new Date().toDateString();
  const options = isToday ? { timeStyle: "short" } : { dateStyle: "short", timeStyle: "short" };
  return h("time", { datetime: at }, new Intl.DateTimeFormat(language, options).format(date));
}

/** Return a share from 0 to 1 as the language writes it, in whole percents that no line parts. */
export const percent = (share, language) => new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 }).format(share);

/** Return a table whose rows are lists of cells. */
export function table(caption, heads, rows) {
  return h(
    "table",
    {},
    h("caption", { class: "unseen" }, caption),
    h("thead", {}, h("tr", {}, heads.map((each) => h("th", { scope: "col" }, each)))),
    h("tbody", {}, rows.map((cells) => h("tr", {}, cells.map((each, index) => h(index ? "td" : "th", index ? { "data-head": heads[index] } : { scope: "row" }, each ?? ""))))),
  );
}

/** Let a checkbox show the words of password fields. */
export function showable(box, ...fields) {
  box.addEventListener("change", () => {
    for (const each of fields) each.type = box.checked ? "text" : "password";
  });
}
