"""The gateway's application: the REST API, the chat, the page."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from backend import migrations, web
from backend.billing.api import router as billing
from backend.billing.goodwill_api import router as goodwill
from backend.catalogue.api import router as products
from backend.chat.api import router as chat
from backend.chat.channels import telegram
from backend.chat.gateway import Gateway
from backend.chat.locks import Limits, locks_of
from backend.chat.rasa import RasaClient
from backend.company.api import router as company
from backend.customers.api import router as customers
from backend.database import Database
from backend.events.api import router as events
from backend.http import openapi, problems
from backend.http.bounds import Bounded
from backend.identity.api import router as identity
from backend.identity.service import has_demo_users
from backend.insight.api import router as insight
from backend.insight.sheets_api import router as forecast_sheets
from backend.insight.supposing_api import router as supposing
from backend.model_server import ModelServer
from backend.papers.api import router as papers
from backend.purchasing.api import router as purchasing
from backend.purchasing.budget_api import router as purchasing_budget
from backend.purchasing.sheet_api import router as purchasing_sheets
from backend.quotes.api import router as quotes
from backend.quotes.inquiries_api import router as inquiries
from backend.returns.api import router as sales_returns
from backend.review.api import router as review
from backend.sales.api import router as orders
from backend.settings import Settings
from backend.shipping.api import router as shipments
from backend.standing.api import router as standing_orders
from backend.stock.api import router as stock

log = logging.getLogger(__name__)


class UnsafeSettings(RuntimeError):
    """The server refuses to start with these settings."""


def create_app(settings: Settings, database: Database | None = None) -> FastAPI:
    """The application; opens the database and starts the channels when it starts."""
    database = database or Database(settings.database, pool=settings.database_pool)
    rasa = RasaClient(settings.rasa_address, settings.internal_secret, settings.turn_timeout)
    limits = Limits(settings)
    gateway = Gateway(database, rasa, locks_of(settings), limits, settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        refuse_unsafe(settings, database)
        async with AsyncExitStack() as stack:
            if settings.telegram_bot_token:
                channel = await stack.enter_async_context(telegram.running(gateway, settings))
                app.state.telegram = channel
            yield
        rasa.close()
        database.close()

    app = FastAPI(
        title="Quartermaster",
        version="1",
        description="An order desk that answers in chat.",
        lifespan=lifespan,
        generate_unique_id_function=openapi.operation_id,
    )
    app.state.database, app.state.settings, app.state.gateway = database, settings, gateway
    app.state.limits, app.state.rasa, app.state.telegram = limits, rasa, None
    app.state.models = ModelServer(settings)
    problems.install(app)
    openapi.install(app)
    for router in (
        identity,
        chat,
        products,
        orders,
        customers,
        stock,
        purchasing_budget,
        purchasing_sheets,
        purchasing,
        insight,
        forecast_sheets,
        supposing,
        events,
        company,
        papers,
        quotes,
        inquiries,
        shipments,
        standing_orders,
        billing,
        goodwill,
        sales_returns,
        review,
    ):
        app.include_router(router)
    _install_health(app)
    app.add_middleware(Bounded)
    web.mount(app)
    return app


def refuse_unsafe(settings: Settings, database: Database) -> None:
    """UnsafeSettings where production would run with known passwords, or on a schema this code does not know."""
    if migrations.revision(database) != migrations.newest():
        raise UnsafeSettings("The database is not at this version's schema. Run: quartermaster init")
    if settings.env == "production":
        with database.read() as session:
            if has_demo_users(session):
                raise UnsafeSettings("Demo sign-ins exist, and QUARTERMASTER_ENV=production. Use another database.")
    if not settings.internal_secret:
        raise UnsafeSettings("QUARTERMASTER_INTERNAL_SECRET is not set; `quartermaster up` sets it.")


def _install_health(app: FastAPI) -> None:
    @app.get("/healthz", tags=["health"])
    def healthz() -> dict[str, str]:
        """The process lives."""
        return {"status": "ok"}

    @app.get("/readyz", tags=["health"])
    def readyz() -> JSONResponse:
        """Every part answers; 503 says which does not."""
        parts = {
            "database": _answers(app.state.database),
            "assistant": app.state.rasa.ready(),
            "models": app.state.models.live(),
        }
        ready = parts["database"] and parts["assistant"]
        return JSONResponse({"ready": ready, **parts}, 200 if ready else 503)

    @app.get("/metrics", tags=["health"], include_in_schema=False)
    def metrics() -> Response:
        """Prometheus metrics."""
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _answers(database: Database) -> bool:
    try:
        with database.read() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        log.exception("the database does not answer")
        return False
    return True
