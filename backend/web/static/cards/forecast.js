// A forecast: the picture, how it is read, what it rests on, and every number behind it; or two beside each other.

import { chart, yearEarlier } from "../chart.js";
import { el } from "../dom.js";
import { number, period } from "../format.js";
import { cards as cardTexts, chart as texts } from "../texts.js";
import { column, facts, nothing, row, sheet, table } from "./parts.js";

function banded(list) {
  return list.some((point) => point.low !== null && point.low !== undefined);
}

function key(card) {
  const [other] = card.others ?? [];
  const named = (what) => (card.name ? texts.ofSeries(card.name, what) : what);
  const beside = (what) => texts.ofSeries(other?.name, what);
  const shown = [
    ["history", named(texts.history), card.history.length],
    ["forecast", named(texts.forecast), card.forecast.length],
    ["band", named(texts.band), banded(card.forecast)],
    ["last-year", texts.lastYear, card.last_year?.length],
    ["other-history", beside(texts.history), other?.history.length],
    ["other-forecast", beside(texts.forecast), other?.forecast.length],
    ["other-band", beside(texts.band), other && banded(other.forecast)],
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

function ownRows(card) {
  const before = yearEarlier(card);
  const past = card.history.map((point) => row(COLUMNS, [period(point.period), figure(point.value), "", "", "", ""]));
  const future = card.forecast.map((point, index) => row(COLUMNS, [
    period(point.period), "", figure(point.value), figure(point.low), figure(point.high), figure(before[index]),
  ]));
  return [COLUMNS, [past, future]];
}

/** Two series: what was sold or is expected of each, with its range. */
function rowsBeside(card) {
  const [other] = card.others;
  const columns = [
    column(texts.period, { head: true }),
    ...[card.name, other.name].flatMap((name) =>
      [name, texts.low, texts.high].map((label) => column(label, { figures: true }))),
  ];
  const build = (list, others) => {
    const known = new Map(others.map((point) => [point.period, point]));
    return list.map((point) => {
      const beside = known.get(point.period);
      return row(columns, [
        period(point.period), figure(point.value), figure(point.low), figure(point.high),
        figure(beside?.value), figure(beside?.low), figure(beside?.high),
      ]);
    });
  };
  return [columns, [build(card.history, other.history), build(card.forecast, other.forecast)]];
}

function numbers(card) {
  const [columns, bodies] = card.others?.length ? rowsBeside(card) : ownRows(card);
  return el(
    "details",
    { class: "numbers" },
    el("summary", {}, texts.numbers),
    table(columns, bodies, { label: `${card.title}: ${card.unit}` }),
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
    card.notes?.length
      ? [el("h4", {}, texts.notes), el("ul", { class: "notes" }, card.notes.map((note) => el("li", {}, note)))]
      : null,
    empty ? null : numbers(card),
  );
}
