/**
 * The console by keyboard alone. Single keys work outside of fields, and can be switched off.
 */

const KEYS = [
  ["?", "help"],
  ["a", "key_accept"],
  ["j", "key_next"],
  ["k", "key_previous"],
  ["r", "key_reply"],
  ["n", "key_note"],
  ["f", "key_file"],
  ["i", "key_insert"],
  ["/", "find_article"],
  ["p", "pending"],
  ["t", "transfer"],
  ["e", "close"],
  ["m", "notices_read"],
  ["Esc", "key_leave"],
  ["Enter", "key_send"],
  ["Shift + Enter", "key_line"],
];

export function showKeys(list, text) {
  for (const [keys, name] of KEYS) {
    const term = document.createElement("dt");
    term.append(
      ...keys.split(" + ").flatMap((key, index) => {
        const element = document.createElement("kbd");
        element.textContent = key;
        return index ? [" + ", element] : [element];
      }),
    );
    const meaning = document.createElement("dd");
    meaning.textContent = text(name);
    list.append(term, meaning);
  }
}

/** Call `actions[key]` for a key outside of fields and dialogs, while `isOn()` says so. */
export function listen(actions, isOn) {
  addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const writes = target.closest("input:not([type=checkbox]), textarea, select");
    if (key === "Escape" && writes && !target.closest("dialog")) {
      target.blur();
      event.preventDefault();
      return;
    }
    if (writes || document.querySelector("dialog[open]")) return;
    if (key !== "Escape" && !isOn()) return;
    const act = actions[key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
