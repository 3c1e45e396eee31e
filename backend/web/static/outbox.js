// What the person has said and the gateway has not answered yet: kept in order, one at a time, and never lost.
//
// An entry is {message_id, text | button | file, title, state, detail}. Its state is "waiting", "sending", "failed" (the
// same may be sent again, with the same message_id, so that one that did arrive is not acted on twice), "refused" (it
// never will be taken as it is, and waits for the person to change it), "lost" (a file after a reload: it has to be
// chosen again) or "sent".

import { Problem, newMessageId } from "./api.js";
import * as store from "./store.js";
import { conversation as texts } from "./texts.js";

function sentence(problem) {
  return problem.detail || (problem.status === 0 ? texts.unreachable : texts.noAnswer);
}

function sendable(entry) {
  return entry.state !== "refused" && entry.state !== "lost";
}

function afterReload(entry) {
  return sendable(entry) ? { ...entry, state: entry.file ? "lost" : "failed", detail: "" } : { ...entry };
}

/** What can be kept of an entry: of a file only what it is called and what tells it from others. */
function lasting({ file, ...entry }) {
  return file ? { ...entry, file: { name: file.name, size: file.size, print: file.print } } : entry;
}

function said({ text, button, file }) {
  if (file) return { file };
  return button === null ? { text } : { button };
}

export class Outbox {
  #entries = [];
  #owner;
  #closed = false;
  #held = false;
  #send;
  #on;

  /** `on` has changed(entry, isNext), answered(entry, answer), isAnswered(entry): the answer came another way. */
  constructor({ owner, send, on }) {
    this.#owner = owner;
    this.#send = send;
    this.#on = on;
    const kept = store.load("outbox");
    if (kept?.owner === owner) this.#entries = kept.entries.map(afterReload);
    else this.#save();
  }

  /** Whether this tab holds anything that a sign-in would send. */
  static holdsAny() {
    return (store.load("outbox")?.entries ?? []).map(afterReload).some(sendable);
  }

  get entries() {
    return [...this.#entries];
  }

  get holdsAny() {
    return this.#entries.some(sendable);
  }

  isNext(entry) {
    return entry === this.#entries.find(sendable);
  }

  get busy() {
    return this.#entries.some((entry) => entry.state === "sending");
  }

  add({ text = null, button = null, file = null, title }) {
    const entry = { message_id: newMessageId(), text, button, file, title, state: "waiting", detail: "" };
    this.#entries.push(entry);
    this.#wakeFailed();
    this.#save();
    this.#on.changed(entry, this.isNext(entry));
    this.#pump();
    return entry;
  }

  /** The same file as before has been chosen again: it goes under the same message_id, unless it is answered by now. */
  supply(entry, file) {
    if (!this.#entries.includes(entry) || sendable(entry)) return;
    entry.file = file;
    this.#wakeFailed();
    this.#mark(entry, "waiting");
    this.#save();
    this.#pump();
  }

  /** Send again what has failed, oldest first. */
  retry() {
    this.#held = false;
    this.#wakeFailed();
    this.#pump();
  }

  /** Drop an entry that is not under way. */
  remove(entry) {
    if (entry.state === "sending") return;
    this.#drop(entry);
    const next = this.#entries.find(sendable);
    if (next) this.#on.changed(next, true);
  }

  /** Its answer has come another way. */
  settle(entry) {
    entry.state = "sent";
    this.remove(entry);
    this.#on.changed(entry, false);
  }

  /** No more answers are wanted: another person is at the page. */
  close() {
    this.#closed = true;
  }

  #wakeFailed() {
    for (const entry of this.#entries.filter((each) => each.state === "failed")) this.#mark(entry, "waiting");
  }

  #mark(entry, state, detail = "") {
    entry.state = state;
    entry.detail = detail;
    this.#on.changed(entry, this.isNext(entry));
  }

  #save() {
    store.save("outbox", { owner: this.#owner, entries: this.#entries.map(lasting) });
  }

  async #pump() {
    if (this.busy || this.#held || this.#closed) return;
    const entry = this.#entries.find(sendable);
    if (!entry || entry.state !== "waiting") return;
    this.#mark(entry, "sending");
    let answer;
    try {
      answer = await this.#send({ ...said(entry), message_id: entry.message_id });
    } catch (error) {
      if (!this.#closed) this.#failed(entry, error);
      return;
    }
    if (this.#closed) return;
    this.#drop(entry);
    this.#mark(entry, "sent");
    this.#on.answered(entry, answer);
    this.#pump();
  }

  #failed(entry, error) {
    if (!(error instanceof Problem)) {
      this.#mark(entry, "failed");
      throw error;
    }
    if (this.#on.isAnswered(entry)) {
      this.settle(entry);
      this.#pump();
    } else if (error.expired) {
      this.#held = true;
      this.#mark(entry, "waiting");
    } else if (error.passing) {
      const behind = this.#entries.filter((other) => other !== entry && sendable(other));
      this.#mark(entry, "failed", sentence(error));
      for (const other of behind) this.#mark(other, "failed");
    } else {
      if (entry.button !== null) this.#drop(entry); // nothing typed is in it
      this.#mark(entry, "refused", sentence(error));
      this.#save();
      this.#pump();
    }
  }

  #drop(entry) {
    this.#entries = this.#entries.filter((other) => other !== entry);
    this.#save();
  }
}
