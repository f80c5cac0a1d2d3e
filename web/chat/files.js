/**
 * Files come from the button, by drag and drop, or by pasting.
 */

/** Hear of files that are dropped on the page, pasted into the words, or chosen with the button. */
export function listenToFiles({ draft, button, chooser }, add) {
  const hasFiles = (event) => event.dataTransfer.types.includes("Files");
  addEventListener("dragover", (event) => {
    if (!hasFiles(event) && event.target === draft) return; // words may be dropped here
    event.preventDefault();
    if (!hasFiles(event)) event.dataTransfer.dropEffect = "none";
  });
  addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault(); // a file does not take the page's place
    add([...event.dataTransfer.files]);
  });
  draft.addEventListener("paste", (event) => {
    const { files } = event.clipboardData;
    if (!files.length || event.clipboardData.getData("text/plain")) return;
    event.preventDefault();
    add([...files]);
  });
  button.addEventListener("click", () => chooser.click());
  chooser.addEventListener("change", () => {
    add([...chooser.files]);
    chooser.value = "";
    draft.focus();
  });
}

const sheet = document.createElement("link");
sheet.rel = "stylesheet";

/** Fetch the style sheet of files, once there is any. */
export function dressFiles() {
  if (sheet.href) return;
  sheet.href = new URL("attach.css", import.meta.url).href;
  document.head.append(sheet);
}

/** Return a Tray that is fetched when the first file comes. */
export function trayWhenNeeded(place, actions) {
  let loading = null;
  let tray = null;
  const load = async () => {
    dressFiles();
    const { Tray } = await import("./attach.js");
    tray = new Tray(place, actions);
  };
  return {
    get isEmpty() {
      return tray?.isEmpty ?? true;
    },
    take: () => tray?.take() ?? [],
    draw: () => (tray ? tray.draw() : actions.changed()),
    async add(files) {
      await (loading ??= load());
      await tray.add(files);
    },
  };
}
