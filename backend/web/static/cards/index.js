// Every kind of card there is (backend/chat/cards.py), and who draws it.

import { el } from "../dom.js";
import { conversation as texts } from "../texts.js";
import { forecastCard } from "./forecast.js";
import { cartCard, orderCard, recordCard } from "./lines.js";
import { ordersCard, productsCard, purchaseOrdersCard } from "./lists.js";
import { documentCard, factsCard, tableCard } from "./plain.js";
import { reorderCard } from "./reorder.js";
import { replenishmentCard } from "./replenishment.js";
import { waterfallCard } from "./waterfall.js";

const KINDS = {
  cart: cartCard,
  order: orderCard,
  record: recordCard,
  orders: ordersCard,
  products: productsCard,
  reorder: reorderCard,
  forecast: forecastCard,
  replenishment: replenishmentCard,
  waterfall: waterfallCard,
  purchase_orders: purchaseOrdersCard,
  facts: factsCard,
  table: tableCard,
  document: documentCard,
};

/** The card as an element; a sentence where this page does not know its kind. */
export function renderCard(card) {
  const draw = Object.hasOwn(KINDS, card.kind) ? KINDS[card.kind] : null;
  return draw ? draw(card) : el("p", { class: "note-line" }, texts.unknownCard);
}
