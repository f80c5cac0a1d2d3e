/**
 * Texts of ours have paragraphs, lists, bold words and named links, and nothing else.
 *
 * They become elements one by one, and no markup is parsed. A link's name that looks like an address
 * stays as it is written, so that nobody is led elsewhere than they read.
 */

const ITEM = /^(?:[-•]|(\d{1,2})[.)]) +(\S.*)$/;
// No dot, slash or colon, none that looks like one, and no sign that is unseen or turns the letters around.
const UNSEEN = String.raw`\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\u2800\u3164\ufeff\uffa0`;
const LIKE_ADDRESS = String.raw`./:\u2024\u2044\u2215\u2236\u3002\ufe52\ufe55\uff0e\uff0f\uff1a\uff61`;
const NAME = String.raw`(?!\s*\])[^[\]\n${LIKE_ADDRESS}${UNSEEN}]{1,80}`;
const MARKED = new RegExp(String.raw`\*\*([^\s*](?:[^*\n]*[^\s*])?)\*\*|\[(${NAME})\]\(((?:https?://|mailto:|tel:)[^\s()]+)\)`, "g");

/** Return a text's words in their form. `plain(text)` returns a text or a node for words between. */
export function formatted(text, plain) {
  const parts = document.createDocumentFragment();
  let list = null;
  let words = [];
  const flush = () => {
    if (words.length) parts.append(...inline(words.join("\n"), plain));
    words = [];
  };
  for (const line of text.split("\n")) {
    const [, number, item] = ITEM.exec(line) ?? [];
    const kind = number ? "ol" : "ul";
    if (item && list?.localName !== kind) {
      flush();
      list = document.createElement(kind);
      if (number) list.start = Number(number);
      parts.append(list);
    }
    if (item) list.append(made("li", inline(item, plain)));
    else {
      list = null;
      words.push(line);
    }
  }
  flush();
  return parts;
}

function inline(text, plain) {
  const parts = [];
  let end = 0;
  for (const { 0: found, 1: bold, 2: name, 3: address, index } of text.matchAll(MARKED)) {
    parts.push(plain(text.slice(end, index)), bold ? made("strong", [plain(bold)]) : named(plain(name), address));
    end = index + found.length;
  }
  return [...parts, plain(text.slice(end))];
}

function named(name, address) {
  return Object.assign(made("a", [name]), { href: address, target: "_blank", rel: "noopener noreferrer" });
}

function made(tag, children) {
  const element = document.createElement(tag);
  element.append(...children);
  return element;
}
