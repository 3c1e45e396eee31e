// What to buy, by supplier: first what needs a look; behind each line, the parts that add up to its quantity.

import { el } from "../dom.js";
import { day, number } from "../format.js";
import { cards as texts } from "../texts.js";
import { column, facts, fullRow, nothing, product, row, sheet, table } from "./parts.js";

const COLUMNS = [
  column(texts.product, { head: true, area: "name" }),
  column(texts.cover, { figures: true, area: "stock" }),
  column(texts.orderQuantity, { figures: true, area: "quantity" }),
  column(texts.cost, { figures: true, area: "total" }),
];

function cover(days) {
  return days === null ? texts.coverUnknown : texts.coverDays(number(days, 0));
}

function why(line) {
  return el(
    "details",
    {},
    el("summary", {}, texts.why, el("span", { class: "unseen" }, ` ${line.name}`)),
    el("p", {}, line.reason),
    facts([
      [texts.onHand, number(line.on_hand)],
      [texts.reserved, number(line.reserved)],
      [texts.onOrder, number(line.on_order)],
      [texts.demand(line.period_text), line.demand_text || number(line.demand)],
      [texts.safetyStock, number(line.safety_stock)],
      [texts.coverAfter, line.days_after === null || line.days_after === undefined ? "" : cover(line.days_after)],
      [texts.stockOut, line.stock_out_date ? day(line.stock_out_date) : ""],
      [texts.unitCost, line.price_text],
      [texts.grade, line.grade],
    ]),
  );
}

function named(line) {
  const parts = product(line.name, line.sku);
  if (line.note) parts.push(" ", el("span", { class: line.urgency === "urgent" ? "urgent" : "sku" }, line.note));
  return parts;
}

function supplierRow(name) {
  const head = el("th", { scope: "rowgroup", role: "rowheader", colspan: COLUMNS.length }, name);
  return el("tr", { role: "row", class: "supplier" }, head);
}

function listed(heading, sentences) {
  if (!sentences?.length) return null;
  return el(
    "details",
    { class: "looks", open: heading === texts.lookFirst },
    el("summary", {}, heading),
    el("ul", {}, sentences.map((sentence) => el("li", {}, sentence))),
  );
}

export function replenishmentCard(card) {
  const first = listed(texts.lookFirst, card.exceptions);
  const foot = el(
    "div",
    { class: "card-foot" },
    card.totals.length ? el("ul", { class: "totals" }, card.totals.map((total) => el("li", {}, total))) : null,
    card.more ? el("p", { class: "note-line" }, texts.more(card.more)) : null,
    listed(texts.setAside, card.set_aside),
  );
  if (!card.rows.length) return sheet("replenishment", card.title, first, nothing(texts.nothingToBuy), foot);
  const suppliers = Map.groupBy
    ? Map.groupBy(card.rows, (line) => line.supplier)
    : card.rows.reduce((map, line) => map.set(line.supplier, [...(map.get(line.supplier) ?? []), line]), new Map());
  const bodies = [...suppliers].map(([supplier, lines]) => [
    supplierRow(supplier),
    ...lines.flatMap((line) => [
      row(COLUMNS, [named(line), cover(line.days_of_cover), line.quantity_text, line.cost]),
      fullRow(COLUMNS, "reason", why(line)),
    ]),
  ]);
  return sheet("replenishment", card.title, first, table(COLUMNS, bodies, { label: card.title, stacks: true }), foot);
}
