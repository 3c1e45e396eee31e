// A cart and an order: the same lines, before and after.

import { el } from "../dom.js";
import { day } from "../format.js";
import { cards as texts } from "../texts.js";
import { column, facts, nothing, row, sheet, state, table } from "./parts.js";

const COLUMNS = [
  column(texts.sku, { area: "sku" }),
  column(texts.product, { area: "name", head: true }),
  column(texts.quantity, { figures: true, area: "quantity" }),
  column(texts.price, { figures: true, area: "price" }),
  column(texts.stock, { area: "stock" }),
  column(texts.total, { figures: true, area: "total" }),
];

function stock(line) {
  if (!line.short) return line.stock;
  const promised = line.promised_date ? day(line.promised_date) : "";
  const shortly = promised.replace(/ \d{4}$/, "");
  const said = !promised || line.stock.includes(shortly) || line.stock.includes(line.promised_date);
  return el("span", { class: "short" }, line.stock, said ? null : `, ${texts.promised(promised)}`);
}

function sum(label, value, className) {
  return el(
    "tr",
    { role: "row", class: className },
    el("th", { role: "rowheader", scope: "row", colspan: COLUMNS.length - 1 }, label),
    el("td", { role: "cell", class: "figures" }, value),
  );
}

function lines(card, label) {
  if (!card.lines.length) return nothing(texts.noLines);
  const rows = card.lines.map((line) => row(COLUMNS, [
    el("span", { class: "sku" }, line.sku),
    el("span", { class: "name" }, line.name),
    line.quantity_text,
    line.price,
    stock(line),
    line.total,
  ]));
  const foot = [
    ...(card.breakdown ?? []).map((part) => sum(part.label, part.value, "part")),
    card.total ? sum(texts.total, card.total, "sum") : null,
  ];
  return table(COLUMNS, [rows], { label, foot, stacks: true });
}

function notes(list) {
  return list?.length ? el("ul", { class: "notes" }, list.map((note) => el("li", {}, note))) : null;
}

export function cartCard(card) {
  return sheet(
    "cart",
    card.title,
    facts([
      [texts.customer, card.customer],
      [texts.requested, day(card.requested_date)],
      [texts.reference, card.customer_reference],
    ]),
    lines(card, card.title),
    notes(card.notes),
  );
}

const SHIPMENTS = [
  column(texts.shipment, { head: true }),
  column(texts.state),
  column(texts.expected),
  column(texts.carrier),
  column(texts.tracking),
];

function shipments(list) {
  if (!list?.length) return null;
  const rows = list.map((each) => row(SHIPMENTS, [
    each.number, state(each.state), day(each.expected_date), each.carrier ?? "", each.tracking_number ?? "",
  ]));
  return [el("h4", {}, texts.shipments), table(SHIPMENTS, [rows], { label: texts.shipments })];
}

export function orderCard(card) {
  const title = texts.order(card.number);
  return sheet(
    "order",
    title,
    facts([
      [texts.state, state(card.state)],
      [texts.customer, card.customer],
      [texts.placed, texts.placedBy(day(card.placed_on), card.placed_by)],
      [texts.requested, day(card.requested_date)],
      [texts.reference, card.customer_reference],
      [texts.deliveredTo, card.address],
    ]),
    lines(card, title),
    shipments(card.shipments),
    notes(card.notes),
  );
}

/** Any other paper with lines: a quote, an invoice, a return, a standing order, what a change would make of an order. */
export function recordCard(card) {
  return sheet(
    "record",
    card.title,
    facts(card.facts.map(({ label, value }) => [label, value])),
    card.lines.length ? lines(card, card.title) : null,
    notes(card.notes),
  );
}
