// Addresses that came from the server: only our own origin's are made clickable, and fetched with the sign-in.

import { Problem, call } from "./api.js";
import { el } from "./dom.js";
import { cards as texts } from "./texts.js";

const PICTURE = /^data:image\/(png|jpeg|webp|gif);base64,[A-Za-z0-9+/=]+$/;

/** The address as a path of this origin, or null. */
export function ownPath(url) {
  let parsed;
  try {
    parsed = new URL(url, location.href);
  } catch {
    return null;
  }
  if (parsed.origin !== location.origin || !parsed.protocol.startsWith("http")) return null;
  return parsed.pathname + parsed.search;
}

function fileName(response, fallback) {
  const header = response.headers.get("Content-Disposition") ?? "";
  const match = /filename="?([^";]+)"?/i.exec(header);
  return match ? match[1].replace(/[/\\]/g, "-") : fallback;
}

async function fetchToDisk(path, name) {
  const response = await call(path);
  const address = URL.createObjectURL(await response.blob());
  el("a", { href: address, download: fileName(response, name) }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** A link that fetches a paper with the sign-in; plain text where the address is not ours. */
export function documentLink({ label, url, name }) {
  const path = ownPath(url);
  if (path === null) return el("span", { class: "not-a-link" }, label);
  const note = el("span", { class: "link-note", role: "status" });
  async function open(event) {
    event.preventDefault();
    note.textContent = texts.fetching;
    try {
      await fetchToDisk(path, name);
      note.textContent = "";
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      note.textContent = error.detail || texts.fetchFailed;
    }
  }
  return el("span", { class: "document-link" }, el("a", { href: path, class: "button", onclick: open }, label), note);
}

function asData(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

/** A picture that came with a message, or null where its address is not one we show. */
export function picture(url, alt) {
  if (PICTURE.test(url)) return el("img", { class: "picture", src: url, alt });
  const path = ownPath(url);
  if (path === null) return null;
  const image = el("img", { class: "picture", alt });
  call(path)
    .then((response) => response.blob())
    .then(asData)
    .then((data) => {
      if (PICTURE.test(data)) image.src = data;
      else image.replaceWith(alt);
    })
    .catch(() => image.replaceWith(alt));
  return image;
}
