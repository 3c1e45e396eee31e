// Dates and numbers as people here write them. Days travel as "2025-07-31", times as ISO 8601 in UTC.

const LOCALE = "en-GB";
let zone; // the company's; the browser's until it is known

/** Show times in the company's zone, where the gateway names one that this browser knows. */
export function setZone(name) {
  try {
    zone = name ? new Intl.DateTimeFormat(LOCALE, { timeZone: name }).resolvedOptions().timeZone : undefined;
  } catch {
    zone = undefined;
  }
}

function dayOf(text) {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text ?? "");
  return match ? new Date(Date.UTC(+match[1], +match[2] - 1, +match[3])) : null;
}

/** "2025-07-31" as "31 July 2025" (or "31 Jul 2025"); anything else as it is. */
export function day(text, month = "short") {
  const date = dayOf(text);
  if (!date) return text ?? "";
  return date.toLocaleDateString(LOCALE, { day: "numeric", month, year: "numeric", timeZone: "UTC" });
}

/** The day of a time, in the company's zone, as "2025-07-31". */
export function dayOfTime(iso) {
  const parts = new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", timeZone: zone });
  return parts.format(new Date(iso));
}

export function today() {
  return dayOfTime(new Date().toISOString());
}

/** "Today", "Yesterday", or the day. */
export function dayHeading(isoDay) {
  if (isoDay === today()) return "Today";
  if (isoDay === dayOfTime(new Date(Date.now() - 86_400_000).toISOString())) return "Yesterday";
  return dayOf(isoDay)?.toLocaleDateString(LOCALE, {
    weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC",
  }) ?? isoDay;
}

export function clock(iso) {
  return new Date(iso).toLocaleTimeString(LOCALE, { hour: "2-digit", minute: "2-digit", timeZone: zone });
}

/** A period of a chart: "2025-07" as "Jul 2025", a day as a day, anything else as it is. */
export function period(text) {
  const month = /^(\d{4})-(\d{2})$/.exec(text);
  if (!month) return day(text);
  const date = new Date(Date.UTC(+month[1], +month[2] - 1, 1));
  return date.toLocaleDateString(LOCALE, { month: "short", year: "numeric", timeZone: "UTC" });
}

/** A number with thousands separators and at most `digits` decimals, fewer the larger it is. */
export function number(value, digits = 1) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const decimals = Math.abs(value) >= 100 ? 0 : digits;
  return value.toLocaleString(LOCALE, { maximumFractionDigits: decimals });
}
