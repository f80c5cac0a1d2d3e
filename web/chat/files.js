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

/** Fetch the style sheet of files, and the code that shows them, once there is any. */
function shower() {
  if (!sheet.href) {
    sheet.href = new URL("attach.css", import.meta.url).href;
    document.head.append(sheet);
  }
  return import("./shown_files.js");
}

/** Show files behind a text. What cannot be fetched now is there with the page's next load. */
export const showFiles = (files, how) => files.length && shower().then(({ show }) => show(files, how), () => {});

/** Return a Tray that is fetched when the first file comes. */
export function trayWhenNeeded(place, actions) {
  let loading = null;
  let tray = null;
  const load = async () => {
    const [{ Tray }] = await Promise.all([import("./attach.js"), shower()]);
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
