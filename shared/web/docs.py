"""``/docs``: the API explorer from files of our own, so that it works without a network."""

from html import escape
from pathlib import Path

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

STATIC = Path(__file__).parent / "static"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Swagger UI sets style attributes and draws its icons from data: addresses; scripts come from here only."""

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="{root}/docs/static/swagger-ui/swagger-ui.css">
<link rel="stylesheet" href="{root}/docs/static/docs.css">
<link rel="icon" type="image/png" href="{root}/docs/static/swagger-ui/favicon-32x32.png">
</head>
<body>
<header class="careweave-intro">
<h1>{title}</h1>
<p>Each operation says whom it is for and whose token its example needs. Get one with
<code>make token ROLE=coordinator</code>, press <b>Authorize</b> and paste it.
The examples run as they stand against the demo data; one that was sent answers the same again,
and a changed body needs another <code>Idempotency-Key</code>.
The document itself: <a href="{root}{openapi}">{openapi}</a></p>
</header>
<div id="swagger-ui" data-openapi="{root}{openapi}"></div>
<script src="{root}/docs/static/swagger-ui/swagger-ui-bundle.js"></script>
<script src="{root}/docs/static/docs.js"></script>
</body>
</html>
"""


def add_docs(app: FastAPI) -> None:
    """Serve ``/docs`` for ``app``, made with ``docs_url=None`` and an ``openapi_url``."""

    async def docs(request: Request) -> Response:
        page = PAGE.format(
            title=escape(app.title),
            root=escape(request.scope.get("root_path", "").rstrip("/")),
            openapi=escape(app.openapi_url or ""),
        )
        return HTMLResponse(page, headers={"Content-Security-Policy": CONTENT_SECURITY_POLICY})

    app.mount("/docs/static", StaticFiles(directory=STATIC), name="docs-static")
    app.add_route("/docs", docs, include_in_schema=False)
