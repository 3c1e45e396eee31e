// A forecast: the picture, how it is read, what it rests on, and every number behind it.

import { chart } from "../chart.js";
import { el } from "../dom.js";
import { number, period } from "../format.js";
import { cards as cardTexts, chart as texts } from "../texts.js";
import { column, facts, nothing, row, sheet, table } from "./parts.js";

function key(card) {
  const shown = [
    ["history", texts.history, card.history.length],
    ["forecast", texts.forecast, card.forecast.length],
    ["band", texts.band, card.forecast.some((point) => point.low !== null && point.low !== undefined)],
    ["last-year", texts.lastYear, card.last_year?.length],
  ].filter(([, , there]) => there);
  return el("ul", { class: "key", "aria-hidden": "true" }, shown.map(([name, label]) =>
    el("li", {}, el("span", { class: `swatch swatch-${name}` }), label)));
}

const COLUMNS = [
  column(texts.period, { head: true }),
  column(texts.history, { figures: true }),
  column(texts.forecast, { figures: true }),
  column(texts.low, { figures: true }),
  column(texts.high, { figures: true }),
  column(texts.lastYear, { figures: true }),
];

function figure(value) {
  return value === null || value === undefined ? "" : number(value);
}

function numbers(card) {
  const past = card.history.map((point) => row(COLUMNS, [period(point.period), figure(point.value), "", "", "", ""]));
  const future = card.forecast.map((point, index) => row(COLUMNS, [
    period(point.period), "", figure(point.value), figure(point.low), figure(point.high),
    figure(card.last_year?.[index]?.value),
  ]));
  return el(
    "details",
    { class: "numbers" },
    el("summary", {}, texts.numbers),
    table(COLUMNS, [past, future], { label: `${card.title}: ${card.unit}` }),
  );
}

export function forecastCard(card) {
  const empty = !card.history.length && !card.forecast.length;
  return sheet(
    "forecast",
    card.title,
    facts([[cardTexts.total, card.total]]),
    empty ? nothing(texts.noNumbers) : el("figure", {}, key(card), chart(card)),
    card.drivers?.length
      ? [el("h4", {}, texts.drivers), el("ul", { class: "notes" }, card.drivers.map((driver) => el("li", {}, driver)))]
      : null,
    card.accuracy ? [el("h4", {}, texts.accuracy), el("p", { class: "accuracy" }, card.accuracy)] : null,
    empty ? null : numbers(card),
  );
}
