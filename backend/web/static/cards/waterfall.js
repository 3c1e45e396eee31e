// How a quantity comes about: each part as a bar that begins where the one before it ended; the last is their sum.

import { el } from "../dom.js";
import { cards as texts } from "../texts.js";
import { column, facts, row, sheet, table } from "./parts.js";

const COLUMNS = [
  column(texts.part, { head: true }),
  column(texts.units, { figures: true }),
  column(texts.soFar, {}),
];

/** A bar from one value to another, on a scale from `low` to `high`. */
function bar(from, to, low, high, kind) {
  const span = high - low || 1;
  const drawn = el("span", { class: `waterfall-bar ${kind}` });
  drawn.style.setProperty("margin-inline-start", `${(100 * (Math.min(from, to) - low)) / span}%`);
  drawn.style.setProperty("inline-size", `${Math.max(0.5, (100 * Math.abs(to - from)) / span)}%`);
  return el("span", { class: "waterfall-track", "aria-hidden": "true" }, drawn);
}

export function waterfallCard(card) {
  let at = 0;
  const spans = card.steps.map((step) => {
    const from = at;
    at += step.value;
    return [step, from, at];
  });
  const ends = [0, card.total.value, ...spans.map(([, , to]) => to)];
  const low = Math.min(...ends);
  const high = Math.max(...ends);
  const rows = spans.map(([step, from, to]) =>
    row(COLUMNS, [step.label, step.text, bar(from, to, low, high, step.value < 0 ? "takes" : "adds")]));
  const sum = row(COLUMNS, [card.total.label, card.total.text, bar(0, card.total.value, low, high, "sum")]);
  sum.classList.add("sum");
  return sheet(
    "waterfall",
    card.title,
    table(COLUMNS, [[...rows, sum]], { label: card.title }),
    facts(card.facts.map((fact) => [fact.label, fact.value])),
    card.notes.map((note) => el("p", { class: "note-line" }, note)),
  );
}
