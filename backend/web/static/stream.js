// The stream of messages: server-sent events read with `fetch`, so that the sign-in travels in a header.

import { Problem, call } from "./api.js";

const FIRST_WAIT = 1_000; // ms; doubles with each failure
const LONGEST_WAIT = 30_000;
const SILENCE = 75_000; // ms without even a heartbeat: the connection is dead

/** Takes text as it comes and calls `onEvent({event, data, id})` at each blank line; the WHATWG format. */
export function eventReader(onEvent) {
  let rest = "";
  let fields = { event: "message", data: [], id: null };
  function line(text) {
    if (text === "") {
      if (fields.data.length) onEvent({ event: fields.event, data: fields.data.join("\n"), id: fields.id });
      fields = { event: "message", data: [], id: null };
      return;
    }
    const colon = text.indexOf(":");
    if (colon === 0) return; // a comment, our heartbeat
    const name = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? "" : text.slice(colon + 1).replace(/^ /, "");
    if (name === "data") fields.data.push(value);
    else if (name === "event") fields.event = value;
    else if (name === "id") fields.id = value;
  }
  return (chunk) => {
    rest += chunk;
    const held = rest.endsWith("\r") ? "\r" : ""; // its "\n" may be on the way
    const lines = rest.slice(0, rest.length - held.length).split(/\r\n|\n|\r/);
    rest = lines.pop() + held;
    lines.forEach(line);
  };
}

export class Stream {
  #lastId;
  #stop = null;
  #wake = null;
  #onMessage;
  #onState;

  /** `onState(connected)`, `onMessage(message)`; `lastId` is the last message already shown, or null. */
  constructor({ lastId, onMessage, onState }) {
    this.#lastId = lastId;
    this.#onMessage = onMessage;
    this.#onState = onState;
  }

  start() {
    this.#stop = new AbortController();
    addEventListener("online", () => this.#wake?.(), { signal: this.#stop.signal });
    this.#keepReading(this.#stop.signal);
  }

  get lastId() {
    return this.#lastId;
  }

  stop() {
    this.#stop?.abort();
    this.#wake?.();
  }

  async #keepReading(stopped) {
    let wait = FIRST_WAIT;
    while (!stopped.aborted) {
      try {
        await this.#read(stopped, () => {
          wait = FIRST_WAIT;
          this.#onState(true);
        });
      } catch (error) {
        if (stopped.aborted) return;
        if (error instanceof Problem && error.expired) return; // the page asks for a new sign-in and a new stream
      }
      if (stopped.aborted) return;
      this.#onState(false);
      await this.#pause(wait * (0.75 + Math.random() / 2));
      wait = Math.min(wait * 2, LONGEST_WAIT);
    }
  }

  async #read(stopped, onOpen) {
    const silent = new AbortController();
    let timer = setTimeout(() => silent.abort(), SILENCE);
    try {
      const headers = { Accept: "text/event-stream", "Last-Event-ID": String(this.#lastId ?? 0) };
      const signal = AbortSignal.any([stopped, silent.signal]);
      const response = await call("/api/chat/stream", { headers, signal });
      onOpen();
      const feed = eventReader((event) => this.#take(event));
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        clearTimeout(timer);
        timer = setTimeout(() => silent.abort(), SILENCE);
        feed(part.value);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  #take({ event, data, id }) {
    if (event !== "message") return;
    let message;
    try {
      message = JSON.parse(data);
    } catch {
      return; // not ours; the next one may be
    }
    this.#onMessage(message);
    this.#lastId = id ?? message.id;
  }

  #pause(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
