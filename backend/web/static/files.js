// An order list as a file: chosen or dropped, looked at before it is sent, and remembered by its name.

import { el, svg } from "./dom.js";
import * as store from "./store.js";
import { files as texts } from "./texts.js";

export const SUFFIXES = [".csv", ".tsv", ".txt"]; // what the gateway reads, and no larger than that
export const LARGEST = 200_000; // bytes
const REMEMBERED = 50; // names of sent files a tab keeps, the newest

/** A file that is not worth sending; the message is the sentence to show. */
export class Refusal extends Error {}

function wrongWith(file) {
  const name = file.name.toLowerCase();
  if (!SUFFIXES.some((suffix) => name.endsWith(suffix) && name !== suffix)) return texts.wrongKind(file.name);
  if (file.size > LARGEST) return texts.tooLarge(file.name, LARGEST / 1000);
  return file.size === 0 ? texts.nothingIn(file.name) : "";
}

/** FNV-1a: tells one list from another where the browser offers no cryptography (a page without HTTPS). */
function printOf(bytes) {
  let print = 0x811c9dc5;
  for (const byte of bytes) print = Math.imul(print ^ byte, 0x01000193) >>> 0;
  return `${bytes.length}-${print.toString(16)}`;
}

/**
 * The one file as {name, size, print, content}, read now: what is sent again later is what was chosen, whatever
 * becomes of the file. `print` is the same for the same content. Throws a Refusal.
 */
export async function readList(chosen) {
  if (chosen.length !== 1) throw new Refusal(texts.oneAtATime);
  const [file] = chosen;
  const wrong = wrongWith(file);
  if (wrong) throw new Refusal(wrong);
  let content;
  try {
    content = await file.arrayBuffer();
  } catch {
    throw new Refusal(texts.notOpened(file.name)); // moved, locked, or a folder
  }
  return { name: file.name, size: file.size, print: printOf(new Uint8Array(content)), content };
}

function paperclip() {
  const path = "M17.5 7.5 9.6 15.4a2.1 2.1 0 0 0 3 3l8-8a4 4 0 0 0-5.7-5.7l-8.3 8.3a6 6 0 0 0 8.5 8.5l6-6";
  return svg("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" }, svg("path", { d: path }));
}

/** The button beside the box, and the browser's own way of choosing a file behind it. */
export class FileButton {
  #input;
  #onChosen;
  #instead = null;

  /** `onChosen(files, instead)`; `instead` is what `choose` was given. */
  constructor(onChosen) {
    this.#onChosen = onChosen;
    this.#input = el("input", {
      type: "file", accept: SUFFIXES.join(","), hidden: true, tabindex: -1, "aria-hidden": "true",
      onchange: () => this.#chosen(),
    });
    const label = el("span", { class: "unseen" }, texts.choose);
    const attributes = { type: "button", class: "button attach", title: texts.choose, onclick: () => this.choose() };
    this.node = el("div", { class: "attach-place" }, el("button", attributes, paperclip(), label), this.#input);
  }

  choose(instead = null) {
    this.#instead = instead;
    this.#input.click();
  }

  #chosen() {
    const chosen = [...this.#input.files];
    this.#input.value = ""; // the same file may be chosen again
    if (chosen.length) this.#onChosen(chosen, this.#instead);
  }
}

function holdsFiles(event) {
  return event.dataTransfer?.types.includes("Files") ?? false;
}

/** Take files dropped onto `place` while it is `open()`; dropped anywhere else they do not take the page away. */
export function takeDrops({ place, open, onDropped }) {
  const sign = el("p", { class: "drop-sign", "aria-hidden": "true", hidden: true }, el("span", {}, texts.drop));
  place.append(sign);
  const here = (event) => open() && place.contains(event.target);
  addEventListener("dragover", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = here(event) ? "copy" : "none";
    sign.hidden = !here(event);
  });
  addEventListener("dragleave", (event) => {
    if (!place.contains(event.relatedTarget)) sign.hidden = true;
  });
  addEventListener("drop", (event) => {
    sign.hidden = true;
    if (!holdsFiles(event)) return;
    event.preventDefault();
    if (here(event)) onDropped([...event.dataTransfer.files]);
  });
}

/** How a file stands in a message: its name and its size. */
export function fileLabel({ name, size }) {
  return el("p", { class: "file" }, paperclip(), el("bdi", {}, name), el("span", { class: "file-size" }, texts.size(size)));
}

/** What the gateway read in a file. */
export function readLines(text) {
  return el("details", { class: "read-lines" }, el("summary", {}, texts.read), el("div", { class: "text" }, text));
}

/** Names of what this tab sent as files: the gateway keeps the lines it read, not the name. */
export class FileNames {
  #owner;
  #kept = [];

  constructor(owner) {
    this.#owner = owner;
    const kept = store.load("files");
    if (kept?.owner === owner) this.#kept = kept.names;
    else store.forget("files");
  }

  keep(messageId, { name, size }) {
    this.#kept = [...this.#kept, { messageId, name, size }].slice(-REMEMBERED);
    store.save("files", { owner: this.#owner, names: this.#kept });
  }

  of(messageId) {
    return this.#kept.find((each) => each.messageId === messageId) ?? null;
  }
}
