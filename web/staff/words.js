/**
 * The words of a page, in the language that the person has chosen or that the browser asks for.
 */

const LANGUAGES = ["en", "ko", "fr"];
const KEY = "surgeline.staff.language";
const DIRECTIONS = /[\u202a-\u202e\u2066-\u2069]/g; // would turn the words around them

/**
 * Return the language that was chosen, or the first one of the browser that we speak. One that the
 * address asks for is kept for the next page, such as the one behind the sign-in.
 */
export function chosen() {
  const asked = new URLSearchParams(location.search).get("lang");
  const wanted = [asked, remembered(), ...navigator.languages];
  const short = wanted.filter(Boolean).map((each) => each.slice(0, 2).toLowerCase());
  const language = short.find((each) => LANGUAGES.includes(each)) ?? "en";
  if (asked && language === short[0]) keep(language);
  return language;
}

/** Keep the language for the next page, and load this page anew. */
export function choose(language) {
  keep(language);
  const address = new URL(location.href);
  address.searchParams.set("lang", language);
  location.replace(address);
}

function keep(language) {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // The storage is forbidden, so the choice lasts as long as the address.
  }
}

function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/**
 * Load the words of a folder and return `text(key, values)`. Marks the document's language, and
 * fills each element that has `data-text` or `data-label`.
 */
export async function speak(folder) {
  const language = chosen();
  const answer = await fetch(new URL(`strings.${language}.json`, folder));
  const strings = await answer.json();
  document.documentElement.lang = language;
  const text = (key, values = {}) =>
    (strings[key] ?? key).replace(/\{(\w+)\}/g, (_, name) =>
      String(values[name] ?? "").replace(DIRECTIONS, ""),
    );
  for (const one of document.querySelectorAll("[data-text]")) {
    one.textContent = text(one.dataset.text);
  }
  for (const one of document.querySelectorAll("[data-label]")) {
    one.setAttribute("aria-label", text(one.dataset.label));
  }
  return Object.assign(text, { language, has: (key) => key in strings });
}
