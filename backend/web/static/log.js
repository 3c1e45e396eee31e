// The conversation as shown: messages in the order of their ids, each once, whichever way it came.

import { MessageView } from "./message.js";
import { dayOfTime } from "./format.js";
import { conversation as texts, files as fileTexts } from "./texts.js";

const NEAR = 80; // px from the bottom that count as being there
const RUN = 5 * 60_000; // ms between messages of one author that share a time

export class Log {
  #root;
  #scroller;
  #latest;
  #on;
  #views = []; // in the order shown
  #ids = new Set();
  #own = new Map(); // message_id → view
  #answers = null; // the last answers to tap, with the view they belong to

  /** `on` has tap(button), retry(), edit(entry), leave(entry), chooseAgain(entry), and fileOf(messageId) or null. */
  constructor({ root, scroller, latest, on }) {
    this.#root = root;
    this.#scroller = scroller;
    this.#latest = latest;
    this.#on = on;
    latest.textContent = texts.latest;
    latest.addEventListener("click", () => this.#scrollTo(scroller.scrollHeight));
    scroller.addEventListener("scroll", () => {
      if (this.#nearBottom()) latest.hidden = true;
    });
    this.#keepBottom();
  }

  /** What is at the bottom stays there while the box below grows and shrinks. */
  #keepBottom() {
    let height = this.#scroller.clientHeight;
    new ResizeObserver(() => {
      this.#scroller.scrollTop += Math.max(0, height - this.#scroller.clientHeight);
      height = this.#scroller.clientHeight;
    }).observe(this.#scroller);
  }

  get isEmpty() {
    return this.#views.length === 0;
  }

  get firstId() {
    return this.#views.find((view) => view.id !== null)?.id ?? null;
  }

  get lastId() {
    return this.#views.findLast((view) => view.id !== null)?.id ?? null;
  }

  clear() {
    this.#views = [];
    this.#ids.clear();
    this.#own.clear();
    this.#answers = null;
    this.#root.replaceChildren();
    this.#latest.hidden = true;
  }

  /** Show what the person says, and how sending it goes; see Outbox for entries. */
  show(entry, isNext) {
    let view = this.#own.get(entry.message_id);
    const following = !view || this.#nearBottom();
    if (!view) {
      const what = entry.file ? { file: entry.file } : { text: entry.title };
      view = new MessageView({ author: "person", ...what, message_id: entry.message_id });
      this.#own.set(entry.message_id, view);
      this.#place(view);
    }
    if (entry.state === "refused") this.#release(entry);
    else if (entry.button !== null && this.#answers?.group.has(entry.button)) this.#answers.group.use(entry.button);
    const gone = view.id === null ? fileTexts.lost : fileTexts.arrived;
    view.setSending(entry.state, entry.state === "lost" ? gone : entry.detail, this.#ways(entry, isNext));
    if (following) this.#scrollTo(this.#scroller.scrollHeight);
  }

  /** Take an unsent entry off the page. */
  withdraw(entry) {
    const view = this.#own.get(entry.message_id);
    this.#release(entry);
    if (!view) return;
    if (view.id !== null) {
      view.setSending("sent"); // it did arrive: it stays
      return;
    }
    this.#own.delete(entry.message_id);
    this.#views = this.#views.filter((other) => other !== view);
    view.node.remove();
    this.#tidy();
  }

  /** Whether an answer to this entry is shown already. */
  isAnswered(entry) {
    return this.#views.some((view) => view.author !== "person" && view.messageId === entry.message_id);
  }

  /** Add messages from an answer or the stream. Returns those that were new and ours to read. */
  add(messages) {
    const following = this.#nearBottom();
    const fresh = messages.filter((message) => this.#addOne(message));
    const read = fresh.filter((message) => message.author !== "person");
    if (fresh.length && following) this.#follow();
    else if (read.length) this.#latest.hidden = false;
    return read;
  }

  /** Add a page of history, keeping what is in view in its place. Nothing of it is read out. */
  addHistory(messages) {
    const wasEmpty = this.isEmpty;
    const below = this.#scroller.scrollHeight - this.#scroller.scrollTop;
    this.#root.setAttribute("aria-live", "off");
    for (const message of messages) this.#addOne(message);
    this.#scroller.scrollTop = wasEmpty ? this.#scroller.scrollHeight : this.#scroller.scrollHeight - below;
    setTimeout(() => this.#root.setAttribute("aria-live", "polite"), 500);
  }

  #addOne(message) {
    const id = Number(message.id);
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    const mine = message.author === "person" ? this.#ownViewOf(message) : null;
    if (mine) {
      mine.keptAs(id, message.text);
    } else {
      const file = message.author === "person" ? this.#on.fileOf(message.message_id) : null;
      const view = new MessageView({ ...message, id, file }, (button) => this.#on.tap(button));
      if (message.author === "person" && message.message_id) this.#own.set(message.message_id, view);
      this.#place(view);
    }
    this.#updateAnswers(id, message);
    return true;
  }

  /** What we show already of a message that the person sent from here. */
  #ownViewOf({ message_id: messageId, text }) {
    if (messageId) return this.#own.get(messageId) ?? null;
    return [...this.#own.values()].find((view) => view.id === null && view.text === text) ?? null;
  }

  #updateAnswers(id, message) {
    const view = this.#views.find((each) => each.id === id);
    if (view?.answers && id > (this.#answers?.id ?? -1)) {
      this.#answers?.group.setCurrent(false);
      this.#answers = { id, group: view.answers };
      view.answers.setCurrent(true);
    } else if (message.author === "person" && id > (this.#answers?.id ?? Infinity) && this.#answers.group.usable) {
      const token = this.#answers.group.titled(message.text);
      if (token !== null) this.#answers.group.use(token); // tapped on another channel, or before a reload
    }
  }

  /** What can be done about an entry that is not sent. */
  #ways(entry, isNext) {
    const again = { label: texts.again, act: () => this.#on.retry() };
    const edit = { label: texts.edit, act: () => this.#on.edit(entry) };
    const leave = { label: texts.leave, act: () => this.#on.leave(entry) };
    if (entry.file && entry.state !== "failed") {
      const label = entry.state === "lost" ? fileTexts.chooseAgain : fileTexts.chooseOther;
      return [{ label, act: () => this.#on.chooseAgain(entry) }, leave];
    }
    if (entry.state === "failed") return [isNext ? again : null, entry.text === null ? leave : edit].filter(Boolean);
    return entry.text === null ? [] : [edit, leave];
  }

  #release(entry) {
    if (entry.button !== null && this.#answers?.group.has(entry.button)) this.#answers.group.release();
  }

  #place(view) {
    let at = this.#views.length;
    if (view.id !== null) while (at > 0 && (this.#views[at - 1].id ?? -1) > view.id) at -= 1;
    this.#root.insertBefore(view.node, this.#views[at]?.node ?? null);
    this.#views.splice(at, 0, view);
    this.#tidy();
  }

  /** A day's heading stands over its first message; a time under the last of a run. */
  #tidy() {
    this.#views.forEach((view, index) => {
      const before = this.#views[index - 1];
      const after = this.#views[index + 1];
      view.day.hidden = Boolean(before) && dayOfTime(before.at) === dayOfTime(view.at);
      const runs = after && after.author === view.author && Date.parse(after.at) - Date.parse(view.at) < RUN;
      view.node.classList.toggle("runs-on", Boolean(runs));
    });
  }

  #nearBottom() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  /** Down to the end, but never so far that the person's own last words leave the page. */
  #follow() {
    const own = this.#views.findLast((view) => view.author === "person");
    const bottom = this.#scroller.scrollHeight - this.#scroller.clientHeight;
    const top = own ? own.node.offsetTop - 16 : bottom;
    this.#scrollTo(Math.min(bottom, Math.max(top, this.#scroller.scrollTop)));
    this.#latest.hidden = top >= bottom - NEAR;
  }

  #scrollTo(top) {
    this.#scroller.scrollTo({ top, behavior: "instant" });
  }
}
