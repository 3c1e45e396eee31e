// The header: whose page it is, and the menu with what belongs to the person rather than the conversation.

import { Problem, keepMessages, telegramLink } from "./api.js";
import { byId, el } from "./dom.js";
import { day, today } from "./format.js";
import { PRODUCT, header as texts, roles } from "./texts.js";

const TELEGRAM = /^https:\/\/(t\.me|telegram\.me)\//;

export function showCompany(name) {
  byId("company").textContent = name || PRODUCT;
  document.title = name ? `${name} · ${PRODUCT}` : PRODUCT;
}

function telegramEntry() {
  const note = el("div", { class: "menu-note", role: "status" });
  async function link() {
    try {
      const { url, expires_minutes: minutes } = await telegramLink();
      const way = TELEGRAM.test(url)
        ? el("a", { href: url, class: "button", target: "_blank", rel: "noopener noreferrer" }, texts.telegramOpen)
        : el("code", {}, url);
      note.replaceChildren(el("p", {}, texts.telegramReady(minutes)), way);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const off = error.status === 404 || error.status === 409;
      note.replaceChildren(el("p", {}, error.detail || (off ? texts.telegramOff : texts.telegramFailed)));
    }
  }
  return [el("button", { type: "button", class: "button entry", onclick: link }, texts.telegram), note];
}

function keepingEntry(me) {
  const note = el("div", { class: "menu-note", role: "status" });
  const button = el("button", { type: "button", class: "button entry", onclick: change });
  function name() {
    button.textContent = me.keep_messages ? texts.dontKeep : texts.keep;
  }
  async function change() {
    try {
      ({ keep_messages: me.keep_messages } = await keepMessages(!me.keep_messages));
      note.replaceChildren(el("p", {}, me.keep_messages ? texts.kept : texts.notKept));
      name();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      note.replaceChildren(el("p", {}, error.detail || texts.keepFailed));
    }
  }
  name();
  return [button, note];
}

function menu(me, onSignOut) {
  const panel = el(
    "div",
    { class: "menu", id: "menu", hidden: true },
    el("p", { class: "menu-email" }, texts.signedInAs(me.email)),
    me.telegram ? telegramEntry() : null,
    keepingEntry(me),
    el("button", { type: "button", class: "button entry", onclick: onSignOut }, texts.signOut),
  );
  const button = el(
    "button",
    { type: "button", class: "button menu-button", "aria-expanded": "false", "aria-controls": "menu" },
    texts.menu,
  );
  function open(state) {
    panel.hidden = !state;
    button.setAttribute("aria-expanded", String(state));
  }
  button.addEventListener("click", () => open(panel.hidden));
  const account = byId("account");
  account.onkeydown = (event) => {
    if (event.key !== "Escape" || panel.hidden) return;
    open(false);
    button.focus();
  };
  account.onfocusout = (event) => {
    if (event.relatedTarget && !account.contains(event.relatedTarget)) open(false);
  };
  document.onpointerdown = (event) => {
    if (!account.contains(event.target)) open(false);
  };
  return [button, panel];
}

/** Show who is signed in, or nobody. */
export function showAccount(me, onSignOut) {
  const account = byId("account");
  const date = byId("business-date");
  account.hidden = me === null;
  account.replaceChildren(...(me ? menu(me, onSignOut) : []));
  const role = me ? (roles[me.role] ?? me.role) : "";
  byId("whom").textContent = me?.customer ? texts.forCustomer(role, me.customer.name) : role;
  date.hidden = !me || !me.business_date || me.business_date === today();
  date.textContent = date.hidden ? "" : texts.businessDate(day(me.business_date));
  if (me) showCompany(me.company);
}
