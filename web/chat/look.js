/**
 * This module gives the page the company's colours, logo and words. Its server wrote them in.
 */

const NAMES = { accent: "accent", on_accent: "on-accent", text: "accent-text" };
const find = (id) => document.getElementById(id);

export let look = JSON.parse(document.querySelector('meta[name="surgeline-look"]').content || "{}");

/** True where the channel takes files of visitors. */
export const takesFiles = look.files !== false;

/** Return the page's words of a language with the company's own in their place. */
export function worded(language, strings) {
  const own = look.texts?.[language] ?? {};
  const title = own.title ?? look.name ?? strings.title;
  return { ...strings, ...own, title, starters: look.starters?.[language] ?? [] };
}

/** Dress the page in the company's colours, logo and links. The style sheet has our own. */
export function dress() {
  const { style } = document.documentElement;
  for (const scheme of ["light", "dark"]) {
    for (const [name, variable] of Object.entries(NAMES)) {
      style.setProperty(`--${scheme}-${variable}`, look[scheme]?.[name] ?? "");
    }
  }
  find("privacy").hidden = !look.privacy_url;
  if (look.privacy_url) find("privacy").href = look.privacy_url;
  find("logo").classList.toggle("own", Boolean(look.logo));
  if (look.logo) find("logo").replaceChildren(picture(look.logo));
  else find("logo").replaceChildren(find("mark").content.firstElementChild.cloneNode(true));
}

function picture(address) {
  const image = new Image();
  image.alt = "";
  image.src = address.startsWith("data:") ? address : new URL(address, import.meta.url).href;
  return image;
}

/** Show another look, over the one that the server wrote in. */
export function wear(next) {
  look = { ...next, starters: { ...look.starters, ...next.starters } };
  dress();
}
