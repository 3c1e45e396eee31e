// Facts, a table of anything, a paper to fetch.

import { documentLink } from "../links.js";
import { cards as texts } from "../texts.js";
import { column, facts, row, sheet, table } from "./parts.js";

const FIGURE = /^[-+−]?[£$€]?\s?[\d,.]+\s?%?$/;

export function factsCard(card) {
  return sheet("facts", card.title, facts(card.facts.map(({ label, value }) => [label, value])));
}

/** Columns whose every value reads as a figure are set as figures. */
export function tableCard(card) {
  const columns = card.columns.map((label, index) => {
    const values = card.rows.map((cells) => cells[index] ?? "").filter(Boolean);
    return column(label, { figures: values.length > 0 && values.every((value) => FIGURE.test(value)), head: index === 0 });
  });
  const rows = card.rows.map((cells) => row(columns, cells));
  return sheet("table", card.title, table(columns, [rows], { label: card.title }));
}

export function documentCard(card) {
  return sheet(
    "document",
    card.title,
    facts([[texts.number, card.number]]),
    documentLink({ label: texts.fetch(card.title), url: card.url, name: card.number }),
  );
}
