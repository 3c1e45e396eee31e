// The sign-in form: as the page's door, and in place of the box to write in when a sign-in has ended.

import { Problem, signIn } from "./api.js";
import { el } from "./dom.js";
import { roles, signIn as texts } from "./texts.js";

const DEMO_PASSWORD = "demo"; // of the demonstration sign-ins, which exist on demonstration data only

function field({ id, label, ...attributes }) {
  const input = el("input", { id, name: id, required: true, ...attributes });
  return { input, node: el("div", { class: "field" }, el("label", { for: id }, label), input) };
}

function demoList(signIns, fill) {
  if (!signIns.length) return null;
  const items = signIns.map(({ email, role }) =>
    el("li", {}, el(
      "button",
      { type: "button", class: "button demo", onclick: () => fill(email) },
      el("span", { class: "demo-role" }, roles[role] ?? role),
      el("span", { class: "demo-email" }, email),
    )));
  return el(
    "section",
    { class: "demos", "aria-labelledby": "demo-title" },
    el("h3", { id: "demo-title" }, texts.demoTitle),
    el("p", {}, texts.demoLead),
    el("ul", {}, items),
  );
}

function sentence(error) {
  if (error.detail) return error.detail;
  return error.expired ? texts.wrong : texts.unreachable;
}

/** `about` is the answer of /api/public; `onSignedIn()` is called once the gateway has accepted. */
export function signInForm({ about, notice = "", lead = "", email = "", onSignedIn }) {
  const user = field({
    id: "email", label: texts.email, type: "email", autocomplete: "username", inputmode: "email",
    spellcheck: "false", autocapitalize: "none", value: email,
  });
  const secret = field({ id: "password", label: texts.password, type: "password", autocomplete: "current-password" });
  const wrong = el("p", { class: "wrong", role: "alert" });
  const submit = el("button", { type: "submit", class: "button main" }, texts.submit);

  async function enter(event) {
    event.preventDefault();
    if (!user.input.value.trim() || !secret.input.value) {
      wrong.textContent = texts.missing;
      return;
    }
    wrong.textContent = "";
    submit.disabled = true;
    submit.textContent = texts.busy;
    try {
      await signIn(user.input.value.trim(), secret.input.value);
      onSignedIn();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      wrong.textContent = sentence(error);
      secret.input.focus();
      secret.input.select();
    } finally {
      submit.disabled = false;
      submit.textContent = texts.submit;
    }
  }

  function fill(address) {
    user.input.value = address;
    secret.input.value = DEMO_PASSWORD;
    wrong.textContent = "";
    submit.focus();
  }

  const node = el(
    "div",
    { class: "signin" },
    el("h2", { id: "signin-title" }, texts.title),
    lead ? el("p", { class: "signin-lead" }, lead) : null,
    notice ? el("p", { class: "signin-notice", role: "status" }, notice) : null,
    el(
      "form",
      { class: "signin-form", novalidate: true, onsubmit: enter, "aria-labelledby": "signin-title" },
      user.node, secret.node, wrong, submit,
    ),
    demoList(about.demo ? about.sign_ins : [], fill),
  );
  return { node, focus: () => (email ? secret.input : user.input).focus() };
}
