// What a customer is likely to need next, each with its reason.

import { el } from "../dom.js";
import { cards as texts } from "../texts.js";
import { column, facts, fullRow, nothing, product, row, sheet, table } from "./parts.js";

const COLUMNS = [
  column(texts.product, { head: true, area: "name" }),
  column(texts.due, { area: "stock" }),
  column(texts.quantity, { figures: true, area: "quantity" }),
  column(texts.price, { figures: true, area: "total" }),
];

export function reorderCard(card) {
  const whom = facts([[texts.customer, card.customer]]);
  if (!card.rows.length) return sheet("reorder", card.title, whom, nothing(texts.noSuggestions));
  const bodies = card.rows.map((each) => [
    row(COLUMNS, [product(each.name, each.sku), each.due, each.quantity_text, each.price]),
    each.reason ? fullRow(COLUMNS, "reason", el("p", {}, each.reason)) : null,
  ]);
  return sheet("reorder", card.title, whom, table(COLUMNS, bodies, { label: card.title, stacks: true }));
}
