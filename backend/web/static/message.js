// One message as it is shown: what was said, what belongs to it, the answers to tap, and what went wrong in sending.

import { renderCard } from "./cards/index.js";
import { el } from "./dom.js";
import { fileLabel, readLines } from "./files.js";
import { clock, dayHeading, dayOfTime } from "./format.js";
import { documentLink, picture } from "./links.js";
import { conversation as texts } from "./texts.js";

/** The answers beneath a message. Usable while they are the last ones, and once. */
export class Answers {
  #buttons = new Map(); // token → element
  #used = null;
  #current = false;

  constructor(buttons, onTap) {
    for (const { title, token } of buttons) {
      const tap = () => {
        if (this.usable) onTap({ title, token }, this);
      };
      this.#buttons.set(token, el("button", { type: "button", class: "button answer", onclick: tap }, title));
    }
    this.node = el("div", { class: "answers" }, [...this.#buttons.values()]);
    this.#show();
  }

  get usable() {
    return this.#current && this.#used === null;
  }

  has(token) {
    return this.#buttons.has(token);
  }

  /** The token of the answer with this title, if there is one. */
  titled(title) {
    for (const [token, button] of this.#buttons) if (button.textContent === title) return token;
    return null;
  }

  setCurrent(current) {
    this.#current = current;
    this.#show();
  }

  use(token) {
    this.#used = token;
    this.#show();
  }

  release() {
    this.#used = null;
    this.#show();
  }

  #show() {
    for (const [token, button] of this.#buttons) {
      button.disabled = !this.usable;
      const chosen = token === this.#used;
      button.classList.toggle("chosen", chosen);
      if (chosen) button.setAttribute("aria-label", texts.chosen(button.textContent));
      else button.removeAttribute("aria-label");
    }
  }
}

function attachments(list) {
  if (!list.length) return null;
  const items = list.map(({ title, url }) => el("li", {}, documentLink({ label: title, url, name: title })));
  return el("ul", { class: "attachments" }, items);
}

export class MessageView {
  #trouble = null; // only what the person says can fail to be sent
  #note = el("span", { class: "note" });
  #words; // where what was said stands

  constructor(message, onTap) {
    this.id = message.id ?? null;
    this.author = message.author;
    this.messageId = message.message_id ?? null; // of what the person said, also on what answers it
    this.text = message.text ?? "";
    this.file = message.file ?? null; // what the person sent as a file, with its name and size
    if (this.author === "person") this.#trouble = el("div", { class: "trouble", hidden: true });
    this.at = message.created_at ?? new Date().toISOString();
    const buttons = message.buttons ?? [];
    this.answers = buttons.length ? new Answers(buttons, onTap) : null;
    this.day = el("p", { class: "day" }, dayHeading(dayOfTime(this.at)));
    this.#words = this.#said(message);
    this.node = el(
      "article",
      { class: `message ${this.author === "person" ? "own" : "ours"}` },
      this.day,
      this.#words,
      el("p", { class: "meta" }, el("time", { datetime: this.at }, clock(this.at)), this.#note),
      this.#trouble,
      this.answers?.node,
    );
  }

  #said({ card, image, attachments: files }) {
    const who = this.author === "person" ? texts.you : texts.desk;
    const drawn = card?.kind === "forecast"; // the picture is for channels that cannot draw
    return el(
      "div",
      { class: "said" },
      el("span", { class: "unseen" }, texts.said(who)),
      this.#text(),
      card ? renderCard(card) : null,
      image && !drawn ? picture(image, texts.imageAlt) : null,
      attachments(files ?? []),
    );
  }

  #text() {
    if (this.file) return [fileLabel(this.file), this.text ? readLines(this.text) : null];
    return this.text ? el("div", { class: "text" }, this.text) : null;
  }

  /** The gateway has kept it, under this id; of a file, what it read. */
  keptAs(id, text) {
    this.id = id;
    if (!this.file || this.text || !text) return;
    this.text = text;
    this.#words.append(readLines(text));
  }

  /** Show how sending goes: "waiting", "sending", "failed" or "refused" with a sentence and what can be done. */
  setSending(state, sentence = "", actions = []) {
    this.node.classList.toggle("unsent", state !== "sent");
    const notes = { waiting: texts.waiting, sending: this.file ? texts.sending : "" };
    this.#note.textContent = notes[state] ?? "";
    const wrong = ["failed", "refused", "lost"].includes(state);
    this.#trouble.hidden = !wrong;
    this.#trouble.replaceChildren();
    if (!wrong) return;
    const buttons = actions.map(({ label, act }) =>
      el("button", { type: "button", class: "button quiet", onclick: act }, label));
    this.#trouble.append(el("p", {}, sentence || texts.notSent), el("div", { class: "trouble-actions" }, buttons));
  }
}
