"""What the web server makes of requests before any page sees them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.server import MOST_HEAD, Server, take_port
from tests.telegram.service import find_port
from tests.test_settings import read


async def count(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


@asynccontextmanager
async def dial() -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    settings = read(port=find_port())
    server = Server(Starlette(routes=[Route("/", count, methods=["POST"])]), settings)
    listener = take_port(settings)
    task = asyncio.create_task(server.serve([listener]))
    try:
        await server.ready.wait()
        reader, writer = await asyncio.open_connection(*listener.getsockname()[:2])
        yield reader, writer
        writer.close()
    finally:
        await server.close(task, 5)


async def test_a_request_is_answered_however_it_is_cut_into_pieces() -> None:
    body = b"b" * 200_000
    request = b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)

    async with dial() as (reader, writer):
        for cut in (10, 60, len(request)):  # on one connection, one after another
            writer.write(request[:cut])
            await writer.drain()
            await asyncio.sleep(0.02)
            writer.write(request[cut:])
            answer = await reader.readuntil(b"\r\n\r\n") + await reader.readexactly(6)

            assert answer.startswith(b"HTTP/1.1 200 ")
            assert answer.endswith(b"200000")


@pytest.mark.parametrize("begun", [b"POST / HTTP/1.1\r\nX: ", b"POST /"])
async def test_a_head_without_end_is_refused(begun: bytes) -> None:
    async with dial() as (reader, writer):
        writer.write(begun + b"x" * (MOST_HEAD + 1))

        assert (await reader.read()).startswith(b"HTTP/1.1 400 ")
