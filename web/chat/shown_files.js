/**
 * Files that came with a text are shown behind it: pictures as they are, everything else as a link.
 *
 * A page fetches this module when the first file comes.
 */

/** Put the files behind a text. `readable` cleans their names, and `follow` keeps the end in sight. */
export function show(files, { place, text, readable, follow }) {
  place.after(...files.map((file) => boxOf(file)));
  follow();

  function boxOf(file) {
    const named = file.title || file.alt;
    const name = !named || named === file.kind ? text(`file_${file.kind}`) : readable(named);
    const own = file.path && new URL(`..${file.path}`, import.meta.url).href;
    const address = !file.reason && (own || file.url);
    const box = document.createElement(address ? "a" : "p");
    box.className = "file";
    box.textContent = file.reason ? text("file_failed", { name }) : name;
    if (file.reason) return box;
    if (address) Object.assign(box, { href: address, target: "_blank", rel: "noopener noreferrer" });
    if (file.kind === "image" && (own || file.preview)) box.replaceChildren(picture(own || file.preview, file, name));
    return box;
  }

  function picture(address, { alt, kind }, name) {
    const image = new Image();
    image.alt = alt && alt !== kind ? readable(alt) : name;
    image.addEventListener("load", follow);
    image.addEventListener("error", () => image.replaceWith(name), { once: true });
    image.src = address;
    return image;
  }
}
