"""What watches over the service asks: is it live, is it ready, what does it count."""

from __future__ import annotations

import asyncio
import time
from datetime import date

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot import gauges
from bot.coverage import count_overdue
from bot.store.base import StoreDownError
from bot.web.deps import Deps
from dialogs.edition import Edition
from dialogs.firmness import find_newest

PATIENCE = 3.0  # seconds; who asks whether we are ready waits five or ten


def list_probes(deps: Deps) -> list[Route]:
    async def live(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def ready(_: Request) -> Response:
        try:
            await asyncio.wait_for(deps.store.ping(), PATIENCE)
        except (StoreDownError, TimeoutError):
            return PlainTextResponse("the database does not answer\n", 503)
        look_at_clock(deps.engine().edition, deps.clock().date())
        if gauges.TROUBLES:
            return PlainTextResponse("\n".join(gauges.TROUBLES.values()) + "\n", 503)
        return PlainTextResponse(f"ready, edition {deps.engine().edition.id}\n")

    async def metrics(_: Request) -> Response:
        edition, today = deps.engine().edition, deps.clock().date()
        look_at_clock(edition, today)
        gauges.OVERDUE.set(count_overdue(edition, today))
        text = generate_latest(deps.registry) + generate_latest(gauges.REGISTRY)
        return Response(text, headers={"Content-Type": CONTENT_TYPE_LATEST})

    return [Route("/healthz", live), Route("/readyz", ready), Route("/metrics", metrics)]


def look_at_clock(edition: Edition, today: date) -> None:
    """A page that the base quotes was written before now, so an earlier clock is wrong."""
    newest: date | None = edition.memo.get("newest page")
    if newest is None:
        days = [find_newest(record.sources) for record in edition.entitlements.values()]
        newest = edition.memo["newest page"] = max(filter(None, days), default=date.min)
    gauges.set_trouble("clock", gauges.CLOCK if today < newest else "")


class Measure:
    """Counts answers by their kind of page, never by address: an address may name a record."""

    def __init__(self, app: ASGIApp, registry: CollectorRegistry) -> None:
        self._app = app
        self._seconds = Histogram(
            "web_seconds",
            "Time to answer, by kind of page.",
            ["page"],
            registry=registry,
            buckets=(0.001, 0.003, 0.005, 0.0075, 0.01, 0.0125, 0.015, 0.02, 0.03, 0.1, 0.3, 1, 10),
        )
        self._answers = Counter(
            "web_answers", "Answers by kind of page and status.", ["page", "status"], registry=registry
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start = time.perf_counter()
        status = 500

        async def send_on(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_on)
        finally:
            endpoint = scope.get("endpoint")
            page = getattr(endpoint, "__name__", "none") if status != 404 else "none"
            self._seconds.labels(page).observe(time.perf_counter() - start)
            self._answers.labels(page, str(status)).inc()
