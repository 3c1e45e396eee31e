"""forecast_product, forecast_category_or_total, forecast_customer: what will sell of what is named, and how sure.

The skills differ in what is meant where the words leave it open; who and what is read by ``forecast_subjects``, how far
ahead by ``forecast_periods``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from actions import forecast_answer, forecast_last_year, forecast_looking_back, forecast_ranking, reorder
from actions import texts_forecast as words
from actions.context import Context
from actions.drafts import Draft
from actions.forecast_customers import likely_buyers, next_buys
from actions.forecast_periods import Read, in_weeks, read, without
from actions.forecast_subjects import compares, phrase, points_back, subject, two_subjects
from actions.parties import turn_to
from actions.registry import command, skill
from actions.showing import counted
from backend.catalogue import queries as catalogue
from backend.customers import queries as customers
from backend.errors import NotFound
from backend.insight import queries as insight
from backend.insight import scopes, service
from backend.insight.scopes import Kind, Scope


@skill("forecast_product", "forecast_category_or_total")
def forecast(context: Context) -> list[Draft]:
    """The forecast of what a message names, by the periods it names."""
    before, context.memory.forecast_of = context.memory.forecast_of, ""
    if forecast_looking_back.concerns(context.text):
        return forecast_looking_back.answer(context)
    if forecast_ranking.concerns(context.text):
        return forecast_ranking.answer(context)
    against = forecast_last_year.asks(context.text)
    said = forecast_last_year.without(context.text) if against else context.text
    asked, text = read(said, context.today), without(said)
    if before and points_back(text):
        text = before
    if compares(text):
        return _compared(context, text, asked)
    found = subject(context, text)
    return found if isinstance(found, list) else of_scope(context, found, asked, against=against)


@skill("forecast_customer")
def of_customer(context: Context) -> list[Draft]:
    """What a customer will buy, with products and quantities; what to offer now as well."""
    buyers = likely_buyers(context)
    if buyers is None:
        return forecast(context)
    context.memory.forecast_of = ""
    return buyers


def of_scope(context: Context, scope: Scope, asked: Read, *, against: bool = False) -> list[Draft]:
    """The answer for one subject, ``against`` the year before where asked; for a customer also the products, and what
    to offer now.
    """
    usable, note = _as_stored(context, asked)
    context.memory.forecast_of = phrase((scope,), context)
    if scope.kind is Kind.CUSTOMER and context.work.principal.customer_id is None:
        turn_to(context, customers.by_code(context.work, scope.key))
    try:
        outlook = service.outlook(context.work, scope, usable.asked)
    except NotFound as error:
        if not scope.is_party or error.code != "no_forecast":
            raise
        return _nothing_bought(context, scope)
    if against:
        note = " ".join([forecast_last_year.against(context, outlook), *([note] if note else [])])
    drafts = [forecast_answer.answer(context, outlook, usable, note=note)]
    if scope.kind is Kind.CUSTOMER and scope.part is None:
        drafts += next_buys(context, outlook, usable.asked)
        if context.intent == "forecast_customer":
            drafts += _offered(context, scope)
    return drafts


def _offered(context: Context, scope: Scope) -> list[Draft]:
    """What to offer now. To explain there is still the forecast: the needs have their reasons by them."""
    of_the_forecast = context.memory.explanation
    drafts = reorder.offered(context, scope.key)
    context.memory.explanation = [*of_the_forecast, words.OFFERED_WHY] if drafts else of_the_forecast
    return drafts


def _nothing_bought(context: Context, scope: Scope) -> list[Draft]:
    service.current_run(context.work, "M")  # that there is no forecast at all is said as it is
    own = scope.kind is Kind.REP and scope.key == context.work.principal.email
    if own and scope.key not in {one.key for one in scopes.reps(context.work)}:
        return [Draft(words.NONE_OF_YOURS)]
    if scope.part is not None:
        return [Draft(words.BUYS_NONE.format(title=scope.title))]
    return [Draft(words.BUYS_NOTHING.format(title=scope.title[:1].upper() + scope.title[1:]))]


def _compared(context: Context, text: str, asked: Read) -> list[Draft]:
    found = two_subjects(context, text)
    if found is None:
        return [Draft(words.COMPARE_WHICH)]
    usable, _ = _as_stored(context, asked)
    one, other = (service.outlook(context.work, scope, usable.asked) for scope in found)
    return [forecast_answer.compared(context, one, other, usable)]


def _as_stored(context: Context, asked: Read) -> tuple[Read, str]:
    """What was asked for in periods that are stored; and what to say where days were wanted and are not."""
    if asked.asked.freq != "D":
        return asked, ""
    run = insight.current_run(context.work.session, "D")
    last = asked.asked.skip + asked.asked.horizon
    if run is not None and (last <= run.horizon or (asked.by_name and asked.asked.skip < run.horizon)):
        return asked, ""
    note = words.NO_DAYS if run is None else words.DAYS_TO.format(furthest=counted(run.horizon, words.PERIODS["D"]))
    return replace(asked, asked=in_weeks(asked.asked)), note if asked.by_name else ""


@command("forecast.product")
def chosen(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """A tap on one of the products that may have been meant."""
    scope = scopes.of_product(catalogue.by_sku(context.work.session, arguments["sku"]))
    return of_scope(context, scope, read(str(arguments.get("periods", "")), context.today))


@command("forecast.subject")
def chosen_subject(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """A tap on a category, or on everything, where what was named is unknown."""
    scope = scopes.named(context.work, Kind(arguments["kind"]), arguments["key"])
    return of_scope(context, scope, read(str(arguments.get("periods", "")), context.today))
