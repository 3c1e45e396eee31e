// Wires the page: the door, the conversation, and what happens when a sign-in ends.

import * as api from "./api.js";
import { showAccount, showCompany } from "./account.js";
import { Composer } from "./composer.js";
import { byId, el } from "./dom.js";
import { FileNames, Refusal, readList, takeDrops } from "./files.js";
import { setZone } from "./format.js";
import { Log } from "./log.js";
import { Outbox } from "./outbox.js";
import { signInForm } from "./signin.js";
import * as store from "./store.js";
import { Stream } from "./stream.js";
import { conversation as texts, empty, signIn as signInTexts, start as startTexts } from "./texts.js";

const finePointer = matchMedia("(pointer: fine)");
const RECONNECTING_AFTER = 4_000; // ms without the stream before the page mentions it

let about = { company: "", demo: false, sign_ins: [] };
let session = null; // {me, outbox, stream, composer}; null while nobody is signed in
let fileNames = null; // of the signed-in person
let unread = 0;
let troubleTimer = 0;

const log = new Log({
  root: byId("log"),
  scroller: byId("scroller"),
  latest: byId("latest"),
  on: {
    tap: ({ title, token }) => {
      say({ button: token, title });
      focusAfterTap();
    },
    retry: () => session.outbox.retry(),
    edit: (entry) => {
      giveUp(entry);
      session.composer.put(entry.text);
    },
    leave: giveUp,
    chooseAgain: (entry) => session.composer.chooseFile(entry),
    fileOf: (messageId) => fileNames?.of(messageId) ?? null,
  },
});

takeDrops({
  place: byId("conversation"),
  open: () => document.body.dataset.view === "conversation",
  onDropped: (dropped) => sendFile(dropped),
});

function view(name) {
  document.body.dataset.view = name;
  const talking = name === "conversation" || name === "ended";
  if (talking) byId("door").replaceChildren(); // its form must not be there twice
  byId("door").hidden = talking;
  byId("conversation").hidden = !talking;
  byId("skip").hidden = name !== "conversation";
}

/** What was tapped can't be tapped again: the keyboard goes on from where the next words are. */
function focusAfterTap() {
  if (finePointer.matches) session.composer.focus();
  else byId("scroller").focus({ preventScroll: true });
}

function say(message) {
  byId("empty").hidden = true;
  return session.outbox.add(message);
}

/** Send an order list; `instead` is the entry it was chosen for. The same list again keeps its message_id. */
async function sendFile(chosen, instead = null) {
  const { composer, outbox } = session;
  composer.complain("");
  let file;
  try {
    file = await readList(chosen);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    composer.complain(error.message);
    return;
  }
  if (session?.outbox !== outbox) return; // another person is at the page by now
  if (instead?.file.print === file.print) {
    outbox.supply(instead, file);
  } else {
    if (instead && outbox.entries.includes(instead)) giveUp(instead);
    fileNames.keep(say({ file, title: file.name }).message_id, file);
  }
  if (instead) focusAfterTap();
}

function giveUp(entry) {
  session.outbox.remove(entry);
  log.withdraw(entry);
  showEmpty();
}

function showBusy() {
  const busy = session?.outbox.busy ?? false;
  byId("typing").hidden = !busy;
  setStatus("typing", busy ? texts.typing : "");
}

const statuses = { connection: "", typing: "" };

function setStatus(kind, sentence) {
  statuses[kind] = sentence;
  const status = byId("status");
  status.textContent = statuses.connection || statuses.typing;
  status.classList.toggle("unseen", !statuses.connection);
}

function showConnection(connected) {
  if (connected) {
    clearTimeout(troubleTimer);
    troubleTimer = 0;
    setStatus("connection", "");
  } else if (troubleTimer === 0) {
    troubleTimer = setTimeout(() => setStatus("connection", texts.reconnecting), RECONNECTING_AFTER);
  }
}

function take(messages) {
  const read = log.add(messages);
  settleAnswered(session.outbox);
  showEmpty();
  if (!read.length || !document.hidden) return;
  unread += read.length;
  document.title = texts.newTitle(unread, session.me.company);
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden || unread === 0) return;
  unread = 0;
  showCompany(session?.me.company ?? about.company);
});

// --- the door -------------------------------------------------------------------------------------------------------

function showDoor(...nodes) {
  byId("door").replaceChildren(...nodes);
  view("door");
}

function askToSignIn(notice = "") {
  const form = signInForm({ about, notice, lead: signInTexts.lead, onSignedIn });
  showDoor(form.node);
  form.focus();
}

function showUnreachable(detail = "") {
  const again = el("button", { type: "button", class: "button main", onclick: begin }, startTexts.again);
  showDoor(el("div", { class: "signin" }, el("p", { role: "alert" }, detail || startTexts.failed), again));
}

// --- the conversation -----------------------------------------------------------------------------------------------

function showEmpty() {
  const node = byId("empty");
  node.hidden = !log.isEmpty;
  if (!log.isEmpty) return;
  const { name, role } = session.me;
  const starters = (empty.starters[role] ?? empty.starters.manager).map((text) =>
    el("li", {}, el("button", { type: "button", class: "button starter", onclick: () => say({ text, title: text }) }, text)));
  node.replaceChildren(
    el("h3", {}, empty.title(name)),
    el("p", {}, empty.lead[role] ?? empty.lead.manager),
    el("ul", {}, starters),
  );
}

async function showEarlier() {
  const button = byId("earlier");
  button.disabled = true;
  button.textContent = texts.earlierBusy;
  try {
    await fetchHistory(log.firstId);
  } catch (error) {
    if (!(error instanceof api.Problem)) throw error;
    if (!error.expired) setStatus("connection", error.detail || texts.historyFailed);
  } finally {
    button.disabled = false;
    button.textContent = texts.earlier;
  }
}

async function fetchHistory(before) {
  const page = await api.history(before);
  log.addHistory(page.messages);
  byId("earlier").hidden = !page.more;
}

/** What failed on its way here and is answered in the history or on the stream needs no sending. */
function settleAnswered(outbox) {
  const unsent = outbox.entries.filter((entry) => entry.state === "failed" || entry.state === "lost");
  for (const entry of unsent) if (log.isAnswered(entry)) outbox.settle(entry);
}

function newOutbox(me) {
  return new Outbox({
    owner: me.email,
    send: ({ file, ...message }) => (file ? api.sendFile(file, message.message_id) : api.send(message)),
    on: {
      changed: (entry, isNext) => {
        showBusy();
        log.show(entry, isNext);
      },
      answered: (entry, answer) => take(answer.messages),
      isAnswered: (entry) => log.isAnswered(entry),
    },
  });
}

function listen() {
  session.stream?.stop();
  session.stream = new Stream({
    lastId: session.stream ? session.stream.lastId : log.lastId,
    onMessage: (message) => take([message]),
    onState: showConnection,
  });
  session.stream.start();
}

function showComposer() {
  byId("foot").replaceChildren(session.composer.node);
  view("conversation");
  session.composer.fit();
  if (finePointer.matches) session.composer.focus();
}

async function open(me) {
  leave();
  setZone(me.time_zone);
  showAccount(me, signOut);
  fileNames = new FileNames(me.email);
  await fetchHistory(null);
  const composer = new Composer({ owner: me.email, onSend: (text) => say({ text, title: text }), onFile: sendFile });
  session = { me, outbox: null, stream: null, composer };
  session.outbox = newOutbox(me);
  settleAnswered(session.outbox);
  for (const entry of session.outbox.entries) log.show(entry, session.outbox.isNext(entry));
  showEmpty();
  showComposer();
  byId("scroller").scrollTop = byId("scroller").scrollHeight;
  listen();
}

/** The same person again after a sign-in ended: everything is as it was, and what waited is sent. */
function resume() {
  showAccount(session.me, signOut);
  showComposer();
  listen();
  session.outbox.retry();
}

function leave() {
  session?.outbox.close();
  session?.stream?.stop();
  session = null;
  fileNames = null;
  unread = 0;
  showConnection(true);
  log.clear();
  byId("foot").replaceChildren();
  byId("earlier").hidden = true;
  showBusy();
  showAccount(null);
}

/** Show the signed-in person's conversation; `send` what this tab still holds of theirs. */
async function enter({ send }) {
  const kept = session;
  try {
    const me = await api.me();
    if (kept && kept.me.email === me.email) {
      kept.me = me;
      resume();
    } else {
      await open(me);
      if (send) session.outbox.retry();
    }
  } catch (error) {
    if (!(error instanceof api.Problem)) throw error;
    if (error.expired) askToSignIn(signInTexts.ended);
    else showUnreachable(error.detail);
  }
}

function onSignedIn() {
  return enter({ send: true });
}

async function signOut() {
  leave();
  for (const name of ["draft", "outbox", "files"]) store.forget(name);
  showCompany(about.company);
  const told = api.signOut();
  askToSignIn(signInTexts.signedOut);
  await told;
}

api.whenExpired(() => {
  if (!session) return;
  session.stream?.stop();
  showConnection(true);
  const unsent = session.outbox.holdsAny;
  const form = signInForm({
    about: { ...about, demo: false },
    notice: unsent ? signInTexts.endedUnsent : signInTexts.ended,
    email: session.me.email,
    onSignedIn,
  });
  byId("foot").replaceChildren(form.node);
  view("ended");
  form.focus();
});

async function begin() {
  showDoor(el("p", { class: "opening", role: "status" }, startTexts.loading));
  byId("earlier").textContent = texts.earlier;
  byId("earlier").onclick = showEarlier;
  try {
    about = { ...about, ...(await api.about()) };
    showCompany(about.company);
  } catch (error) {
    if (!(error instanceof api.Problem)) throw error; // the page works without it; the sign-in will tell
  }
  if (api.signedIn()) await enter({ send: false });
  else askToSignIn(Outbox.holdsAny() ? signInTexts.endedUnsent : "");
}

begin();
