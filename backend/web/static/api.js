// The gateway's HTTP surface. Every failure is a Problem with a sentence to show, as far as the gateway gave one.

import * as store from "./store.js";

const TIMEOUT = 60_000; // ms; the gateway gives up on a turn well before
const FILE_TIMEOUT = 2 * TIMEOUT; // a list also has to travel

/** status 0: no answer came. `detail` is the gateway's sentence or "". */
export class Problem extends Error {
  constructor(status, detail = "", code = "") {
    super(detail || `HTTP ${status}`);
    this.status = status;
    this.detail = detail;
    this.code = code;
  }

  get expired() {
    return this.status === 401;
  }

  /** Whether the very same request may succeed later. */
  get passing() {
    return this.status === 0 || this.status >= 500 || [408, 409, 425, 429].includes(this.status);
  }
}

let token = store.load("token");
let onExpired = () => {};

/** Call `listener` whenever the sign-in in use turns out to be no longer good. */
export function whenExpired(listener) {
  onExpired = listener;
}

export function signedIn() {
  return token !== null;
}

export function forgetSignIn() {
  token = null;
  store.forget("token");
}

function keepSignIn(value) {
  token = value;
  store.save("token", value);
}

function authorization() {
  return token ? { Authorization: `Bearer ${token}` } : {};
}

async function problemOf(response) {
  let body = {};
  try {
    body = await response.json();
  } catch {
    // A proxy in between may answer in HTML: no sentence for us there.
  }
  const detail = typeof body.detail === "string" ? body.detail : "";
  return new Problem(response.status, detail, typeof body.code === "string" ? body.code : "");
}

/** `fetch` with the sign-in; throws a Problem unless the answer is a success. Only ever to our own origin. */
export async function call(path, options = {}) {
  const used = token;
  let response;
  try {
    response = await fetch(path, {
      mode: "same-origin",
      credentials: "omit",
      cache: "no-store",
      ...options,
      headers: { ...authorization(), ...options.headers },
    });
  } catch (error) {
    if (options.signal?.aborted && options.signal.reason?.name !== "TimeoutError") throw error;
    throw new Problem(0);
  }
  if (response.ok) return response;
  const problem = await problemOf(response);
  if (problem.expired && used !== null && used === token) {
    forgetSignIn();
    onExpired();
  }
  throw problem;
}

async function json(path, options = {}) {
  const response = await call(path, { signal: AbortSignal.timeout(TIMEOUT), ...options });
  try {
    return response.status === 204 ? null : await response.json();
  } catch {
    throw new Problem(0); // the answer broke off
  }
}

function post(path, body) {
  return json(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

export function about() {
  return json("/api/public");
}

export async function signIn(username, password) {
  forgetSignIn();
  const answer = await json("/api/auth/token", {
    method: "POST",
    body: new URLSearchParams({ grant_type: "password", username, password }),
  });
  keepSignIn(answer.access_token);
}

export async function signOut() {
  const leaving = authorization();
  forgetSignIn();
  try {
    await json("/api/auth/sign-out", { method: "POST", headers: leaving });
  } catch (error) {
    if (!(error instanceof Problem)) throw error; // this tab has forgotten the token either way
  }
}

export function me() {
  return json("/api/me");
}

/** Say whether messages that were not understood may be kept for review. */
export function keepMessages(keep) {
  return json("/api/me", {
    method: "PATCH",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ keep_messages: keep }),
  });
}

export function send(message) {
  return post("/api/chat/messages", message);
}

/** An order list, as readList gives it. */
export function sendFile({ name, content }, messageId) {
  const form = new FormData();
  form.set("message_id", messageId);
  form.set("file", new Blob([content]), name);
  return json("/api/chat/files", { method: "POST", body: form, signal: AbortSignal.timeout(FILE_TIMEOUT) });
}

export function history(before = null, limit = 50) {
  const query = new URLSearchParams({ limit: String(limit) });
  if (before !== null) query.set("before", String(before));
  return json(`/api/chat/history?${query}`);
}

export function telegramLink() {
  return post("/api/telegram/link", {});
}

/** A message's idempotency key; `randomUUID` is missing where the page is not served over HTTPS or from localhost. */
export function newMessageId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
