// Lists: orders, products to choose from, purchase orders.

import { el } from "../dom.js";
import { day, number } from "../format.js";
import { cards as texts } from "../texts.js";
import { column, nothing, product, row, sheet, state, table } from "./parts.js";

const ORDERS = [
  column(texts.number, { head: true, area: "name" }),
  column(texts.placed, { area: "sku" }),
  column(texts.state, { area: "stock" }),
  column(texts.contents, { area: "wide" }),
  column(texts.total, { figures: true, area: "total" }),
];

export function ordersCard(card) {
  if (!card.orders.length) return sheet("orders", card.title, nothing(texts.noOrders));
  const rows = card.orders.map((order) => row(ORDERS, [
    el("span", { class: "name" }, order.number),
    day(order.placed_on),
    state(order.state),
    order.summary,
    order.total,
  ]));
  return sheet("orders", card.title, table(ORDERS, [rows], { label: card.title, stacks: true }));
}

const PRODUCTS = [
  column(texts.product, { head: true, area: "name" }),
  column(texts.unit, { area: "sku" }),
  column(texts.packs, { area: "quantity" }),
  column(texts.stock, { area: "stock" }),
  column(texts.price, { figures: true, area: "total" }),
];

export function productsCard(card) {
  if (!card.products.length) return sheet("products", card.title, nothing(texts.noProducts));
  const columns = card.products.some((each) => each.packs) ? PRODUCTS : PRODUCTS.filter((each) => each.label !== texts.packs);
  const rows = card.products.map((each) => row(columns, [
    product(each.name, each.sku), each.unit, ...(columns === PRODUCTS ? [each.packs] : []), each.stock, each.price,
  ]));
  return sheet("products", card.title, table(columns, [rows], { label: card.title, stacks: true }));
}

const PURCHASE_ORDERS = [
  column(texts.number, { head: true, area: "name" }),
  column(texts.supplier, { area: "wide" }),
  column(texts.lines, { figures: true, area: "quantity" }),
  column(texts.expected, { area: "stock" }),
  column(texts.total, { figures: true, area: "total" }),
];

export function purchaseOrdersCard(card) {
  if (!card.orders.length) return sheet("purchase-orders", card.title, nothing(texts.noPurchaseOrders));
  const rows = card.orders.map((order) => row(PURCHASE_ORDERS, [
    el("span", { class: "name" }, order.number),
    order.supplier,
    number(order.lines),
    day(order.expected_date),
    order.total,
  ]));
  return sheet("purchase-orders", card.title, table(PURCHASE_ORDERS, [rows], { label: card.title, stacks: true }));
}
