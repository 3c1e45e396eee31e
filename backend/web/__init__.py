"""The chat page: plain files, served beside the API, with headers that let nothing else run.

``/`` is the page. Its scripts and styles lie under ``/static/<version>/``, where the version is a hash of the files:
these may be cached for ever, and a new release is a new address. The same files without the version are there too,
and are asked for anew each time.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Final

from fastapi import FastAPI, Response
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from starlette.types import Scope

PAGE: Final = Path(__file__).parent / "page.html"
STATIC: Final = Path(__file__).parent / "static"

SECURITY_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
FOR_EVER: Final = "public, max-age=31536000, immutable"
ASK_AGAIN: Final = "no-cache"


class PageFiles(StaticFiles):
    """The page's files, with and without the version in front."""

    def __init__(self, directory: Path, version: str) -> None:
        super().__init__(directory=directory)
        self.version = version

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Serve ``<version>/<file>`` to be kept, ``<file>`` to be asked for again."""
        first, _, rest = path.partition(os.sep)
        kept = first == self.version
        response = await super().get_response(rest if kept else path, scope)
        response.headers.update(SECURITY_HEADERS)
        response.headers["Cache-Control"] = FOR_EVER if kept else ASK_AGAIN
        return response


def version_of(directory: Path) -> str:
    """Twelve hexadecimal digits that change when any file below ``directory`` does."""
    digest = hashlib.sha256()
    for path in sorted(directory.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(directory).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def page(version: str) -> str:
    """The page's HTML, which asks for every module at once rather than one import after another."""
    modules = sorted(path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*.js"))
    preload = "\n".join(f'<link rel="modulepreload" href="/static/{module}">' for module in modules)
    html = PAGE.read_text(encoding="utf-8").replace("<!-- modules -->", preload)
    return html.replace("/static/", f"/static/{version}/")


def mount(app: FastAPI) -> None:
    """Serve the page at ``/`` and its files under ``/static``."""
    version = version_of(STATIC)
    html = page(version)

    @app.get("/", include_in_schema=False)
    def show_page() -> HTMLResponse:
        return HTMLResponse(html, headers={**SECURITY_HEADERS, "Cache-Control": ASK_AGAIN})

    app.mount("/static", PageFiles(STATIC, version), name="static")
