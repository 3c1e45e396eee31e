// What cards are made of: a sheet with a heading, tables that stay tables when they stack, and labelled values.

import { el, newId } from "../dom.js";

/** A card: a titled sheet. */
export function sheet(kind, title, ...content) {
  const id = newId("card");
  return el("section", { class: `card card-${kind}`, "aria-labelledby": id }, el("h3", { id }, title), content);
}

/** Labelled values; those without a value are left out. */
export function facts(pairs) {
  const given = pairs.filter(([, value]) => value !== null && value !== undefined && value !== "");
  if (!given.length) return null;
  return el("dl", { class: "facts" }, given.map(([label, value]) => el("div", {}, el("dt", {}, label), el("dd", {}, value))));
}

/** A column: its label, whether it holds figures, and the area it takes when rows stack on a narrow screen. */
export function column(label, { figures = false, area = null, head = false } = {}) {
  return { label, figures, area, head };
}

function classes({ figures, area }) {
  return [figures ? "figures" : "", area ? `area-${area}` : ""].join(" ").trim() || null;
}

/** One row. Roles are spelt out, since a stacked row would otherwise lose them. */
export function row(columns, cells) {
  return el("tr", { role: "row" }, columns.map((each, index) => {
    const attributes = { class: classes(each), "data-label": each.label };
    if (each.head) return el("th", { ...attributes, scope: "row", role: "rowheader" }, cells[index]);
    return el("td", { ...attributes, role: "cell" }, cells[index]);
  }));
}

/** A row that spans the table. */
export function fullRow(columns, className, ...content) {
  return el("tr", { role: "row", class: className }, el("td", { role: "cell", colspan: columns.length }, content));
}

/** A table. `stacks`: narrow screens show each row as a block; otherwise the table scrolls sideways on its own. */
export function table(columns, bodies, { label, foot = null, stacks = false }) {
  const heads = columns.map((each) =>
    el("th", { scope: "col", role: "columnheader", class: classes(each) }, each.label));
  const built = el(
    "table",
    { role: "table", "aria-label": label, class: stacks ? "stacks" : null },
    el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, heads)),
    bodies.map((rows) => el("tbody", { role: "rowgroup" }, rows)),
    foot ? el("tfoot", { role: "rowgroup" }, foot) : null,
  );
  if (stacks) return el("div", { class: "table" }, built);
  return el("div", { class: "table scrolls", tabindex: 0, role: "region", "aria-label": label }, built);
}

/** A product: its name over its SKU. */
export function product(name, sku) {
  return [el("span", { class: "name" }, name), " ", el("span", { class: "sku" }, sku)];
}

/** A state as a tag: "confirmed", "back_ordered" → "Confirmed", "Back ordered". */
export function state(text) {
  const words = text.replaceAll("_", " ");
  return el("span", { class: "state" }, words.charAt(0).toUpperCase() + words.slice(1));
}

/** A row for a list that is empty. */
export function nothing(text) {
  return el("p", { class: "note-line" }, text);
}
