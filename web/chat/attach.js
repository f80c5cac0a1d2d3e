/**
 * Files on their way into a message are made ready here, and wait in a tray.
 *
 * A page fetches this module, and `attach.css` beside it, when the first file comes.
 */

export const MOST_FILES = 5;
export const MOST_BYTES = 4_000_000;
const LONGEST_SIDE = 2_048;
const QUALITY = 0.85;
const PHOTOS = ["image/jpeg", "image/webp"];
const KINDS = ["image", "video", "audio"];

/** Files that wait in a tray for their message. `problem(key, values)` says what is wrong. */
export class Tray {
  #files = [];
  #place;
  #text;
  #changed;
  #problem;

  constructor(place, { text, changed, problem }) {
    this.#place = place;
    this.#text = text;
    this.#changed = changed;
    this.#problem = problem;
  }

  get isEmpty() {
    return !this.#files.length;
  }

  async add(files) {
    for (const each of files) {
      if (this.#files.length >= MOST_FILES) {
        this.#problem("files_many", { count: MOST_FILES });
        break;
      }
      const blob = await ready(each);
      const kind = KINDS.find((one) => blob.type.startsWith(`${one}/`)) ?? "file";
      if (blob.size > MOST_BYTES) this.#problem("file_large", { name: each.name, limit: MOST_BYTES / 1e6 });
      else if (!blob.size) this.#problem("file_refused");
      else this.#files.push({ name: each.name, kind, blob, url: URL.createObjectURL(blob) });
    }
    this.draw();
  }

  /** Return the files, and empty the tray. */
  take() {
    const files = this.#files;
    this.#files = [];
    this.draw();
    return files;
  }

  draw() {
    this.#place.replaceChildren(...this.#files.map((file) => this.#item(file)));
    this.#place.hidden = this.isEmpty;
    this.#changed();
  }

  #item(file) {
    const item = document.createElement("li");
    if (file.kind === "image") {
      const image = new Image();
      image.alt = "";
      image.src = file.url;
      image.addEventListener("error", () => image.remove(), { once: true });
      item.append(image);
    }
    const name = document.createElement("bdi");
    name.textContent = file.name;
    const remove = document.createElement("button");
    remove.type = "button";
    remove.textContent = "×";
    remove.setAttribute("aria-label", this.#text("file_remove", { name: file.name }));
    remove.addEventListener("click", () => {
      URL.revokeObjectURL(file.url);
      this.#files = this.#files.filter((one) => one !== file);
      this.draw();
      document.getElementById("draft").focus(); // where Enter sends, and takes no other file away
    });
    item.append(name, remove);
    return item;
  }
}

/** Return a file as it is sent. A photo loses the place where it was taken, and what is too large. */
async function ready(file) {
  const isLarge = file.size > MOST_BYTES && file.type.startsWith("image/");
  if (!PHOTOS.includes(file.type) && !isLarge) return file;
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? file), "image/jpeg", QUALITY));
  } catch {
    return file; // the server judges it
  }
}
