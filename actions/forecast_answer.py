"""A forecast as an answer: one sentence, the card with its numbers, what must be said about it, and the spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from actions import texts_forecast as words
from actions.context import Context
from actions.drafts import Draft
from actions.forecast_periods import Read
from actions.memory import Shown
from actions.showing import counted, listed
from backend.catalogue.quantities import said
from backend.catalogue.tables import Product
from backend.chat.cards import Attachment, ForecastCard, ForecastSeries, Point
from backend.insight import sheets
from backend.insight.scopes import Kind, Scope
from backend.insight.service import Asked, Outlook, Step
from backend.insight.serving import naive_is_better
from backend.settings import settings

SHOWN_HISTORY = 24
PARTS = ("level", "trend", "season", "price", "promotion", "holiday")


def measure(context: Context, scope: Scope) -> Product | None:
    """A product in whose unit a subject's quantities can be said: its own, or one of a sum that all share a unit."""
    session = context.work.session
    if scope.part is not None:
        return measure(context, scope.part)
    if scope.kind is Kind.PRODUCT:
        return session.scalar(select(Product).where(Product.sku == scope.key))
    units = select(Product.unit, Product.units_per).where(Product.active).distinct()
    some = select(Product).where(Product.active)
    if scope.kind is Kind.CATEGORY:
        units = units.where(Product.category_id == int(scope.key))
        some = some.where(Product.category_id == int(scope.key))
    return session.scalar(some.limit(1)) if len(session.execute(units.limit(2)).all()) == 1 else None


def amount(item: Product | None, value: float) -> str:
    """A quantity as people say it."""
    units = max(0, round(value))
    return said(item, units) if item is not None else f"{units:,} {words.UNITS}"


def bare(item: Product | None, value: float) -> str:
    """The same where the sentence has said the unit."""
    return amount(item, value).removesuffix(f" {words.UNITS}")


def period_text(start: date, freq: str) -> str:
    """A period as people name it: "Nov 2026", "the week of 9 Nov 2026", "9 Nov 2026"."""
    if freq == "M":
        return f"{start:%b %Y}"
    return f"the week of {start.day} {start:%b %Y}" if freq == "W" else f"{start.day} {start:%b %Y}"


def within(start: date, freq: str) -> str:
    """One period in a sentence: "in Dec 2026", "on 9 Nov 2026"."""
    return (words.ON_ONE if freq == "D" else words.IN_ONE).format(period=period_text(start, freq))


def when(steps: Sequence[Step], freq: str) -> str:
    """The periods of a forecast in a sentence: "in Dec 2026", "from Nov 2026 to Apr 2027 (6 months)"."""
    first = period_text(steps[0].start, freq)
    if len(steps) == 1:
        return within(steps[0].start, freq)
    last = period_text(steps[-1].start, freq)
    return words.FROM_TO.format(first=first, last=last, count=counted(len(steps), words.PERIODS[freq]))


def answer(context: Context, outlook: Outlook, asked: Read, *, note: str = "") -> Draft:
    """The answer for one subject; ``note`` is said at its end."""
    item = measure(context, outlook.scope)
    remember(context, (outlook.scope,))
    sentence = _sentence(outlook, item)
    notes = [*_must_be_said(context, outlook, asked), *([note] if note else [])]
    parts = drivers(outlook, item)
    context.memory.explanation = [
        words.ADDS_UP.format(title=outlook.title, drivers=", ".join(parts)) if parts else "",
        words.MADE_BY.format(model=outlook.run.model, known=period_text(outlook.run.last_period, outlook.freq)),
        trust(outlook),
        *_rests_on(outlook),
    ]
    wanted = Asked(outlook.freq, len(outlook.steps), asked.asked.skip)
    return Draft(
        " ".join([sentence, *notes]),
        card=_card(outlook, item, parts),
        attachments=sheet(context, (outlook.scope,), wanted),
    )


def remember(context: Context, subjects: tuple[Scope, ...]) -> None:
    """Keep what was forecast, so that "and for next month?" and "and its price?" go on from it."""
    from actions.forecast_subjects import phrase

    context.memory.forecast_of = phrase(subjects, context)
    if len(subjects) == 1 and subjects[0].kind is Kind.PRODUCT:
        context.memory.product = subjects[0].key
        context.memory.shown = Shown(kind="products", keys=[subjects[0].key])


def sheet(context: Context, subjects: tuple[Scope, ...], asked: Asked) -> tuple[Attachment, ...]:
    """A link to the numbers as a spreadsheet; none where links can't be signed here."""
    how = settings()
    if not how.internal_secret:
        return ()
    url = sheets.link(how, context.work.principal, sheets.of(subjects, asked))
    return (Attachment(title=words.SHEET, url=url),)


def _sentence(outlook: Outlook, item: Product | None) -> str:
    first = outlook.steps[0]
    low, high = bare(item, first.low), bare(item, first.high)
    band = (
        words.BAND_ONE.format(low=low, high=high)
        if len(outlook.steps) == 1
        else words.BAND.format(low=low, high=high, when=within(first.start, outlook.freq))
    )
    bought = outlook.scope.is_party and outlook.scope.part is None
    form = words.EXPECTED_OF_PARTY if bought else words.EXPECTED
    total = amount(item, outlook.expected)
    return form.format(total=total, title=outlook.title, when=when(outlook.steps, outlook.freq), band=band)


def _must_be_said(context: Context, outlook: Outlook, asked: Read) -> list[str]:
    """What would mislead if it were left to the card."""
    notes, unit = [], words.PERIODS[outlook.freq]
    if outlook.naive and outlook.products == 1 and (outlook.scope.is_party or not outlook.own):
        ours, naive = (f"{outlook.error[name]:.0%}" for name in ("wape", "naive_wape"))
        notes.append(words.NAIVE_USED.format(title=outlook.title, period=unit, ours=ours, naive=naive))
    if _is_its_own(outlook) and outlook.own and not outlook.scope.is_party and naive_is_better(outlook.error):
        ours, naive = (f"{outlook.error[name]:.0%}" for name in ("wape", "naive_wape"))
        notes.append(words.NAIVE_NEARER.format(period=unit, ours=ours, naive=naive))
    if outlook.borrowed:
        names = listed(outlook.borrowed)
        notes.append(words.BORROWED.format(title=outlook.title, count=len(outlook.borrowed), names=names))
    if asked.asked.horizon > len(outlook.steps):
        wanted = counted(asked.asked.horizon, words.PERIODS[asked.asked.freq])
        notes.append(words.CAPPED.format(asked=wanted, furthest=counted(outlook.furthest, unit)))
    if outlook.behind:
        known = period_text(outlook.run.last_period, outlook.freq)
        notes.append(words.BEHIND.format(known=known, count=counted(outlook.behind, unit)))
    if _asks_for_money(context.text):
        notes.append(words.NO_MONEY)
    return notes


def _asks_for_money(text: str) -> bool:
    said_words = set(text.lower().replace("?", " ").split())
    return (
        bool(said_words & {"revenue", "turnover", "spend", "spending", "income", "earn", "worth", "value"})
        or "£" in text
    )


def _rests_on(outlook: Outlook) -> list[str]:
    unit, notes = words.PERIODS[outlook.freq], []
    if outlook.scope.is_party:
        form = words.OWN_SERIES if outlook.own else words.SHARE
        notes.append(form.format(title=outlook.title[:1].upper() + outlook.title[1:], period=unit))
    elif outlook.products > 1:
        notes.append(words.SUMMED.format(count=f"{outlook.products:,}"))
    if outlook.own and not outlook.scope.is_party:
        notes.append(words.OWN_BAND)
    elif outlook.products > 1:
        notes.append(words.SUM_BAND)
    if outlook.naive and outlook.products > 1:
        counts = {"count": f"{outlook.naive:,}", "products": f"{outlook.products:,}"}
        notes.append(words.NAIVE_USED_SOME.format(period=unit, **counts))
    notes.append(words.KNOWN_TO.format(known=period_text(outlook.run.last_period, outlook.freq)))
    return notes


def trust(outlook: Outlook) -> str:
    """How far off the forecast has been, beside repeating the last period."""
    ours, naive = outlook.error.get("wape"), outlook.error.get("naive_wape")
    if outlook.borrowed:
        return words.TRUST_BORROWED
    if ours is None or naive is None:
        return ""
    unit = words.PERIODS[outlook.freq]
    form = words.TRUST if _is_its_own(outlook) else words.TRUST_SUM
    return form.format(
        count=outlook.error.get("periods") or "",
        period=unit,
        periods=f"{unit}s",
        ours=f"{ours:.0%}",
        naive=f"{naive:.0%}",
    ).replace("  ", " ")


def _is_its_own(outlook: Outlook) -> bool:
    """Whether the error is the subject's, and not the mean of its products'."""
    if outlook.own:
        return outlook.freq != "D"
    return outlook.products == 1 and not outlook.scope.is_party


def drivers(outlook: Outlook, item: Product | None) -> list[str]:
    """The parts, rounded so that they still add up to the total."""
    names = sorted(outlook.drivers, key=lambda name: PARTS.index(name) if name in PARTS else len(PARTS))
    rounded = _rounded([outlook.drivers[name] for name in names], round(outlook.expected))
    return [f"{name}: {_signed(item, value)}" for name, value in zip(names, rounded, strict=True)]


def _rounded(values: Sequence[float], total: int) -> list[int]:
    """Whole numbers that add up to ``total``, each as near to its value as that allows (largest remainders)."""
    whole = [int(value // 1) for value in values]
    order = sorted(range(len(values)), key=lambda at: whole[at] - values[at])
    for at in order[: max(0, min(len(values), total - sum(whole)))]:
        whole[at] += 1
    return whole


def _signed(item: Product | None, value: int) -> str:
    return f"-{bare(item, -value)}" if value < 0 else bare(item, value)


def label(start: date, freq: str) -> str:
    """A period as charts and tables name it: a month, or its first day."""
    return f"{start:%Y-%m}" if freq == "M" else start.isoformat()


def points(outlook: Outlook, per: int) -> tuple[list[Point], list[Point]]:
    """History and forecast as points of a chart, in units of which one is ``per`` sales units."""
    history = outlook.history[-max(SHOWN_HISTORY, len(outlook.steps)) :]
    past = [Point(period=label(day, outlook.freq), value=value / per) for day, value in history]
    ahead = [
        Point(
            period=label(step.start, outlook.freq),
            value=round(min(max(step.median, step.low), step.high) / per, 2),
            low=round(max(0.0, step.low) / per, 2),
            high=round(max(0.0, step.high) / per, 2),
        )
        for step in outlook.steps
    ]
    return past, ahead


def _unit(item: Product | None) -> tuple[str, int]:
    return (item.unit, item.units_per) if item is not None else (words.UNITS, 1)


def _card(outlook: Outlook, item: Product | None, parts: list[str]) -> ForecastCard:
    unit, per = _unit(item)
    history, ahead = points(outlook, per)
    before = outlook.last_year or {}
    return ForecastCard(
        title=f"Forecast: {outlook.title}",
        unit=unit,
        history=history,
        forecast=ahead,
        last_year=[
            Point(period=label(step.start, outlook.freq), value=before[step.start] / per)
            for step in outlook.steps
            if step.start in before
        ],
        total=amount(item, outlook.expected),
        drivers=parts,
        accuracy=trust(outlook),
        notes=_rests_on(outlook),
    )


def compared(context: Context, one: Outlook, other: Outlook, asked: Read) -> Draft:
    """Two subjects side by side: a sentence, one chart, both totals."""
    items = [measure(context, each.scope) for each in (one, other)]
    units = [_unit(item) for item in items]
    remember(context, (one.scope, other.scope))
    same = units[0] == units[1]
    totals = [amount(item, each.expected) for item, each in zip(items, (one, other), strict=True)]
    span = when(one.steps, one.freq)
    text = words.COMPARED.format(
        when=span[:1].upper() + span[1:],
        first=totals[0],
        one=_of(one),
        second=totals[1],
        other=_of(other),
        ratio=_ratio(one, other) if same else "",
    )
    (past, ahead), (others_past, others_ahead) = (
        points(each, unit[1]) for each, unit in zip((one, other), units, strict=True)
    )
    card = ForecastCard(
        title=words.COMPARED_TITLE.format(one=one.title, other=other.title),
        unit=units[0][0] if same else f"{units[0][0]}, {units[1][0]}",
        name=one.title,
        history=past,
        forecast=ahead,
        total=f"{totals[0]} and {totals[1]}",
        accuracy=" ".join(f"{each.title}: {trust(each)}" for each in (one, other) if trust(each)),
        notes=_notes_of_both(one, other),
        others=[
            ForecastSeries(
                name=other.title, unit=units[1][0], history=others_past, forecast=others_ahead, total=totals[1]
            )
        ],
    )
    context.memory.explanation = [
        words.ADDS_UP.format(title=each.title, drivers=", ".join(drivers(each, item)))
        for each, item in zip((one, other), items, strict=True)
    ]
    wanted = Asked(one.freq, len(one.steps), asked.asked.skip)
    notes = [*_must_be_said(context, one, asked), *_must_be_said(context, other, asked)]
    said_notes = " ".join(dict.fromkeys([text, *notes]))
    return Draft(said_notes, card=card, attachments=sheet(context, (one.scope, other.scope), wanted))


def _notes_of_both(one: Outlook, other: Outlook) -> list[str]:
    """What both rest on, and of each what it alone does."""
    first, second = _rests_on(one), _rests_on(other)
    own = [f"{each.title}: {note}" for each, notes, others in ((one, first, second), (other, second, first))
           for note in notes if note not in others]  # fmt: skip
    return [*own, *(note for note in first if note in second)]


def _of(one: Outlook) -> str:
    bought = one.scope.is_party and one.scope.part is None
    return f"for {one.title}" if bought else f"of {one.title}"


def _ratio(one: Outlook, other: Outlook) -> str:
    if other.expected <= 0 or one.expected <= 0:
        return ""
    ratio = one.expected / other.expected - 1
    if abs(ratio) < 0.01:
        return words.COMPARED_SAME
    if ratio > 0:
        return words.COMPARED_MORE.format(one=one.title, share=f"{ratio:.0%}")
    return words.COMPARED_LESS.format(one=one.title, share=f"{-ratio:.0%}")


def totals_of(context: Context, scope: Scope, values: Sequence[float]) -> list[str]:
    """Quantities of a subject in its unit."""
    item = measure(context, scope)
    return [amount(item, value) for value in values]
