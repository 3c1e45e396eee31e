// The box to write in. It grows with what is written; a draft survives a reload.

import { el } from "./dom.js";
import { FileButton } from "./files.js";
import * as store from "./store.js";
import { composer as texts } from "./texts.js";

const LIMIT = 4000; // characters the gateway takes
const NEAR = 400; // characters left from which on they are counted

export class Composer {
  #box;
  #counter;
  #button;
  #owner;
  #onSend;
  #files;
  #complaint = el("p", { class: "complaint", role: "alert" });

  /** `onSend(text)`; `onFile(files, instead)`, see FileButton. */
  constructor({ owner, onSend, onFile }) {
    this.#owner = owner;
    this.#onSend = onSend;
    this.#files = new FileButton(onFile);
    this.#counter = el("p", { class: "counter", id: "counter", role: "status" });
    this.#box = el("textarea", {
      id: "message", rows: 1, placeholder: texts.placeholder, "aria-describedby": "hint counter",
      autocomplete: "off", autocapitalize: "sentences", spellcheck: "true", enterkeyhint: "send",
      oninput: () => this.#changed(), onkeydown: (event) => this.#key(event),
    });
    this.#button = el("button", { type: "submit", class: "button main send" }, texts.send);
    this.node = el(
      "form",
      { class: "composer", onsubmit: (event) => this.#submit(event) },
      el("label", { for: "message", class: "unseen" }, texts.label),
      this.#complaint,
      el("div", { class: "composer-row" }, this.#files.node, this.#box, this.#button),
      el("p", { class: "hint", id: "hint" }, texts.hint),
      this.#counter,
    );
    const draft = store.load("draft");
    if (draft?.owner === owner) this.#box.value = draft.text;
    this.#changed();
    this.fit();
  }

  /** Put text into the box, before what is there. */
  put(text) {
    this.#box.value = this.#box.value.trim() ? `${text}\n${this.#box.value}` : text;
    this.#changed();
    this.focus();
  }

  /** Have a file chosen, in place of an entry of the outbox that can't be sent as it is. */
  chooseFile(instead) {
    this.#files.choose(instead);
  }

  /** Say why a file is not sent; "" takes it back. */
  complain(sentence) {
    this.#complaint.textContent = sentence;
  }

  focus() {
    this.#box.focus();
  }

  /** As high as its content, up to a third of the page; needed again whenever it comes into view. */
  fit() {
    this.#box.style.height = "auto";
    if (this.#box.scrollHeight) this.#box.style.height = `${this.#box.scrollHeight + 2}px`;
  }

  get #over() {
    return Array.from(this.#box.value.trim()).length - LIMIT;
  }

  #changed() {
    store.save("draft", { owner: this.#owner, text: this.#box.value });
    this.complain("");
    this.fit();
    const over = this.#over;
    const near = over > -NEAR;
    this.#counter.textContent = over > 0 ? texts.over(over) : near ? texts.left(-over) : "";
    this.#counter.classList.toggle("over", over > 0);
    this.#box.setAttribute("aria-invalid", String(over > 0));
    this.#button.disabled = over > 0 || !this.#box.value.trim();
  }

  #key(event) {
    const composing = event.isComposing || event.keyCode === 229; // Enter that accepts a word from an input method
    if (event.key !== "Enter" || event.shiftKey || event.ctrlKey || event.altKey || composing) return;
    event.preventDefault();
    this.#submit(event);
  }

  #submit(event) {
    event.preventDefault();
    const text = this.#box.value.trim();
    if (!text || this.#over > 0) return;
    this.#box.value = "";
    this.#changed();
    this.#onSend(text);
  }
}
