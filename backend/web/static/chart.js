// A line chart as SVG, drawn anew at the width it has: history, the median forecast with its 80 % band, and last year's
// line beneath the forecast. Colours and strokes come from the style sheet; lines also differ by dash and weight.

import { el, newId, svg } from "./dom.js";
import { number, period } from "./format.js";
import { chart as texts } from "./texts.js";

const HEIGHT = 260; // px, as in the style sheet
const MARGIN = { top: 26, right: 32, bottom: 30 };
const LABEL_WIDTH = 76; // px that a label of the horizontal axis needs
const NARROW = 480; // px under which only recent history is drawn
const RECENT = 18; // periods
const SIGN_WIDTH = 7; // px of one figure on the vertical axis

function isNumber(value) {
  return value !== null && value !== undefined && Number.isFinite(value);
}

/** Round steps from zero (or below) to just past the highest value. */
export function ticks(low, high, count = 4) {
  const span = high - low || 1;
  const raw = span / count;
  const magnitude = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * magnitude).find((each) => each >= raw);
  const first = Math.floor(low / step) * step;
  const steps = Math.ceil((high - first) / step - 1e-9);
  return Array.from({ length: steps + 1 }, (_, index) => Number((first + index * step).toPrecision(12)));
}

/** The history there is room for; the table behind the chart has it all. */
function pastOf(card, width) {
  return width < NARROW ? card.history.slice(-RECENT) : card.history;
}

/** Last year's value for each period of the forecast: by its label where the labels agree, else in their order. */
export function yearEarlier(card) {
  const known = new Map((card.last_year ?? []).map((point) => [point.period, point.value]));
  const agree = card.forecast.some((point) => known.has(point.period));
  return card.forecast.map((point, index) => (agree ? known.get(point.period) : card.last_year?.[index]?.value));
}

/** The series that is laid beside the first, by its periods. */
function besides(card) {
  const other = card.others?.[0];
  return {
    past: new Map((other?.history ?? []).map((point) => [point.period, point.value])),
    ahead: new Map((other?.forecast ?? []).map((point) => [point.period, point])),
  };
}

/** The points on one axis of periods. */
function pointsOf(card, width) {
  const other = besides(card);
  const before = yearEarlier(card);
  const past = pastOf(card, width).map((point) => ({
    period: point.period,
    history: point.value,
    otherHistory: other.past.get(point.period),
  }));
  const future = card.forecast.map((point, index) => {
    const beside = other.ahead.get(point.period);
    return {
      period: point.period,
      forecast: point.value,
      low: point.low,
      high: point.high,
      lastYear: before[index],
      otherForecast: beside?.value,
      otherLow: beside?.low,
      otherHigh: beside?.high,
    };
  });
  return [...past, ...future];
}

function scales(points, width) {
  const drawn = ["history", "forecast", "low", "high", "lastYear", "otherHistory", "otherForecast", "otherLow", "otherHigh"];
  const values = points.flatMap((each) => drawn.map((name) => each[name])).filter(isNumber);
  const marks = ticks(Math.min(0, ...values), Math.max(...values, 1));
  const left = 12 + SIGN_WIDTH * Math.max(...marks.map((mark) => mark.toLocaleString("en-GB").length));
  const inner = Math.max(width - left - MARGIN.right, 1);
  const top = marks.at(-1);
  const bottom = marks[0];
  const floor = HEIGHT - MARGIN.bottom;
  return {
    marks,
    left,
    floor,
    right: left + inner,
    x: (index) => left + (points.length < 2 ? inner / 2 : (inner * index) / (points.length - 1)),
    y: (value) => floor - ((value - bottom) / (top - bottom)) * (floor - MARGIN.top),
  };
}

function path(pairs) {
  return pairs.map(([x, y], index) => `${index ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
}

function line(points, name, { x, y }, className, start = null) {
  const pairs = points.flatMap((each, index) => (isNumber(each[name]) ? [[x(index), y(each[name])]] : []));
  const all = start && pairs.length ? [start, ...pairs] : pairs;
  if (all.length === 1) return svg("circle", { cx: all[0][0], cy: all[0][1], r: 3, class: `dot ${className}` });
  return all.length ? svg("path", { d: path(all), class: className }) : null;
}

function band(points, { x, y }, start, [low, high, className] = ["low", "high", "band"]) {
  const banded = points.map((each, index) => ({ ...each, index })).filter((each) => isNumber(each[low]) && isNumber(each[high]));
  if (!banded.length) return null;
  const upper = banded.map((each) => [x(each.index), y(each[high])]);
  const lower = banded.map((each) => [x(each.index), y(each[low])]).reverse();
  const outline = start ? [start, ...upper, ...lower] : [...upper, ...lower];
  return svg("path", { d: `${path(outline)}Z`, class: className });
}

function axes(points, scale, unit) {
  const { marks, left, right, floor, x, y } = scale;
  const levels = marks.map((mark) => [
    svg("line", { x1: left, x2: right, y1: y(mark), y2: y(mark), class: mark === 0 ? "axis" : "grid" }),
    svg("text", { x: left - 8, y: y(mark) + 4, class: "label end" }, mark.toLocaleString("en-GB")),
  ]);
  const every = Math.max(1, Math.ceil((points.length * LABEL_WIDTH) / (right - left)));
  const last = points.length - 1;
  const periods = points.flatMap((each, index) => {
    if ((last - index) % every) return [];
    return [
      svg("line", { x1: x(index), x2: x(index), y1: floor, y2: floor + 4, class: "axis" }),
      svg("text", { x: x(index), y: floor + 20, class: "label" }, period(each.period)),
    ];
  });
  return [...levels, ...periods, svg("text", { x: 0, y: 12, class: "label unit" }, unit)];
}

function describe(card) {
  const span = (name, list) =>
    (list.length ? texts.from(name, period(list[0].period), period(list.at(-1).period)) : null);
  const medians = card.forecast.map((point) => point.value);
  const between = medians.length
    ? texts.describeForecast(number(Math.min(...medians)), number(Math.max(...medians)), card.unit)
    : null;
  const others = (card.others ?? []).map((other) => {
    const values = other.forecast.map((point) => point.value);
    return `${other.name} ${texts.describeForecast(number(Math.min(...values)), number(Math.max(...values)), other.unit)}`;
  });
  const first = card.name && between ? `${card.name} ${between}` : between;
  return [span(texts.history, card.history), span(texts.forecast, card.forecast), first, ...others].filter(Boolean).join("; ");
}

function draw(card, points, width) {
  const scale = scales(points, width);
  const { x, y, floor } = scale;
  const lastPast = pastOf(card, width).length - 1; // where the forecast's line starts
  const start = lastPast >= 0 ? [x(lastPast), y(points[lastPast].history)] : null;
  const beside = lastPast >= 0 && isNumber(points[lastPast].otherHistory) ? [x(lastPast), y(points[lastPast].otherHistory)] : null;
  const title = newId("chart");
  const now = start && card.forecast.length
    ? svg("line", { x1: start[0], x2: start[0], y1: MARGIN.top, y2: floor, class: "now" })
    : null;
  return svg(
    "svg",
    { viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: "img", "aria-labelledby": `${title} ${title}-text` },
    svg("title", { id: title }, card.title),
    svg("desc", { id: `${title}-text` }, describe(card)),
    axes(points, scale, card.unit),
    band(points, scale, beside, ["otherLow", "otherHigh", "other-band"]),
    band(points, scale, start),
    now,
    line(points, "otherHistory", scale, "other-history"),
    line(points, "otherForecast", scale, "other-forecast", beside),
    line(points, "lastYear", scale, "last-year"),
    line(points, "history", scale, "history"),
    line(points, "forecast", scale, "forecast", start),
    svg("g", { class: "cursor" }),
  );
}

function reading(point, card) {
  const value = isNumber(point.history) ? point.history : point.forecast;
  const parts = [texts.point(period(point.period), number(value), card.name || card.unit)];
  if (isNumber(point.low) && isNumber(point.high)) parts.push(texts.range(number(point.low), number(point.high)));
  const other = isNumber(point.otherHistory) ? point.otherHistory : point.otherForecast;
  if (isNumber(other)) parts.push(texts.beside(card.others[0].name, number(other)));
  if (isNumber(point.otherLow) && isNumber(point.otherHigh)) parts.push(texts.range(number(point.otherLow), number(point.otherHigh)));
  if (isNumber(point.lastYear)) parts.push(texts.yearEarlier(number(point.lastYear)));
  return parts.join("; ");
}

/** The chart of a forecast card, with a line beneath that reads the point under the pointer or the arrow keys. */
export function chart(card) {
  const frame = el("div", { class: "chart", tabindex: 0, role: "group", "aria-label": texts.explore, "aria-live": "off" });
  const readout = el("output", { class: "readout" }, " ");
  let drawn = 0;
  let points = [];
  let chosen = null;

  function point(index) {
    chosen = Math.min(Math.max(index, 0), points.length - 1);
    const scale = scales(points, drawn);
    const at = points[chosen];
    const x = scale.x(chosen);
    const y = scale.y(isNumber(at.history) ? at.history : at.forecast);
    frame.querySelector(".cursor")?.replaceChildren(
      svg("line", { x1: x, x2: x, y1: MARGIN.top, y2: scale.floor }),
      svg("circle", { cx: x, cy: y, r: 4.5 }),
    );
    readout.textContent = reading(at, card);
  }

  function key(event) {
    const last = points.length - 1;
    const from = chosen ?? last - card.forecast.length;
    const to = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    point(to);
  }

  function follow(event) {
    const scale = scales(points, drawn);
    const along = (event.clientX - frame.getBoundingClientRect().left - scale.left) / (scale.right - scale.left);
    point(Math.round(along * (points.length - 1)));
  }

  frame.addEventListener("keydown", key);
  frame.addEventListener("pointermove", follow);
  frame.addEventListener("pointerdown", follow);
  new ResizeObserver(([entry]) => {
    const width = Math.floor(entry.contentRect.width);
    if (width < 1 || width === drawn) return;
    drawn = width;
    points = pointsOf(card, width);
    frame.replaceChildren(draw(card, points, width));
    if (chosen !== null) point(chosen);
  }).observe(frame);
  return el("div", { class: "charted" }, frame, readout);
}
