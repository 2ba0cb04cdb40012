"""The transport against a server that answers badly, late, or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import cast

import pytest
from telegram.error import BadRequest, NetworkError, TelegramError, TimedOut
from telegram.request import RequestData

from bot.telegram.request import CONNECTIONS, MOST, AiohttpRequest, Body, NotSentError

TOKEN = "1325000000:AAsecret-of-nobody"
Answer = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


def answer_with(status: str, body: bytes, headers: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body


OK = answer_with("200 OK", b'{"ok":true,"result":{"message_id":7}}')


class Server:
    """Hands each request as it came, head and body, to `answer`."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.connections = 0
        self.open = 0
        self.most_open = 0
        self.requests: list[bytes] = []

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
                request = head + await reader.readexactly(int(length))
                self.requests.append(request)
                await self._answer(request, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            self.open -= 1
            writer.close()


@asynccontextmanager
async def serving(
    answer: Answer, connections: int = CONNECTIONS, read_timeout: float = 15.0, most: int = MOST
) -> AsyncIterator[tuple[AiohttpRequest, str, Server]]:
    server = Server(answer)
    listening = await asyncio.start_server(server.take, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/bot{TOKEN}/editMessageText"
    transport = AiohttpRequest(connections, read_timeout, most=most)
    await transport.initialize()
    try:
        yield transport, url, server
    finally:
        await transport.shutdown()
        listening.close()


def body(text: str, read: bool = True) -> RequestData:
    return cast(RequestData, Body(text, read))


def always(raw: bytes) -> Answer:
    async def answer(request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(raw)

    return answer


async def test_a_call_is_one_request_with_its_body_and_connections_are_used_again() -> None:
    async with serving(always(OK)) as (transport, url, server):
        first = await transport.post(url, body('{"text":"Привіт"}'))
        second = await transport.post(url, body("{}"))

    assert first == second == {"message_id": 7}
    assert server.connections == 1
    head, _, sent = server.requests[0].partition(b"\r\n\r\n")
    line, *headers = head.decode().split("\r\n")
    assert line == f"POST /bot{TOKEN}/editMessageText HTTP/1.1"
    assert sorted(header.partition(":")[0] for header in headers) == [
        "Content-Length",
        "Content-Type",
        "Host",
    ]
    assert sent.decode() == '{"text":"Привіт"}'


async def test_what_nobody_reads_of_a_success_is_true() -> None:
    async with serving(always(OK)) as (transport, url, _):
        assert await transport.post(url, body("{}", read=False)) is True


async def test_what_nobody_reads_still_has_to_be_a_success() -> None:
    async with serving(always(answer_with("200 OK", b"<html>Log in</html>"))) as (transport, url, _):
        with pytest.raises(TelegramError, match="Invalid server response"):
            await transport.post(url, body("{}", read=False))
    refused = answer_with(
        "400 Bad Request", b'{"ok":false,"error_code":400,"description":"Bad Request: too long"}'
    )
    async with serving(always(refused)) as (transport, url, _):
        with pytest.raises(BadRequest, match="Too long"):
            await transport.post(url, body("{}", read=False))


@pytest.mark.parametrize(
    "raw", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{", b"HTTP/1.1 100 Continue\r\n\r\n"]
)
async def test_a_hung_connection_ends(raw: bytes) -> None:
    async with serving(always(raw), read_timeout=0.05) as (transport, url, server):
        for _ in range(2):
            with pytest.raises(TimedOut):
                await asyncio.wait_for(transport.post(url, body("{}")), 5)

    assert server.connections == 2


@pytest.mark.parametrize(
    "raw",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nplain",
    ],
)
async def test_what_is_not_http_is_a_failure_of_the_network_that_tells_no_token(raw: bytes) -> None:
    async with serving(always(raw), read_timeout=5) as (transport, url, _):
        with pytest.raises(NetworkError) as caught:
            await transport.post(url, body("{}"))

    assert not isinstance(caught.value, BadRequest | NotSentError)
    assert TOKEN not in repr(caught.value)
    assert caught.value.__cause__ is None


async def test_a_connection_that_breaks_off_is_a_failure_and_the_next_call_makes_a_new_one() -> None:
    calls = 0

    async def answer(request: bytes, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        calls += 1
        writer.write(OK[:-5] if calls == 1 else OK)
        if calls == 1:
            writer.close()

    async with serving(answer) as (transport, url, server):
        with pytest.raises(NetworkError) as caught:
            await transport.post(url, body("{}"))
        assert await transport.post(url, body("{}")) == {"message_id": 7}

    assert not isinstance(caught.value, NotSentError)
    assert server.connections == 2


async def test_where_nobody_listens_nothing_was_sent() -> None:
    async with serving(always(OK)) as (transport, url, _):
        host, _, path = url.partition("/bot")
        with pytest.raises(NotSentError) as caught:
            await transport.post(f"http://127.0.0.1:1/bot{path}", body("{}"))
    assert TOKEN not in repr(caught.value)
    assert host not in repr(caught.value)

    with pytest.raises(NotSentError):
        await transport.post(url, body("{}"))


async def test_a_call_given_up_leaves_no_answer_to_the_next() -> None:
    """The late answer would else be taken for the one to whatever is asked next on that connection."""
    wait = asyncio.Event()

    async def answer(request: bytes, writer: asyncio.StreamWriter) -> None:
        if b"first" in request:
            await wait.wait()
        writer.write(
            answer_with("200 OK", b'{"ok":true,"result":"%b"}' % request.rpartition(b"\r\n")[2][2:-4])
        )

    async with serving(answer, connections=1) as (transport, url, _):
        first = asyncio.create_task(transport.post(url, body('{"first":1}')))
        await asyncio.sleep(0.02)
        first.cancel()
        wait.set()
        assert await transport.post(url, body('{"second":1}')) == "second"
        assert first.cancelled()


async def test_news_before_an_answer_is_not_the_answer() -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
    async with serving(always(early + OK)) as (transport, url, _):
        assert await transport.post(url, body("{}")) == {"message_id": 7}
        assert await transport.post(url, body("{}")) == {"message_id": 7}


async def test_no_more_connections_than_allowed_and_nobody_is_forgotten() -> None:
    async def answer(request: bytes, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.002)
        writer.write(OK)

    async with serving(answer, connections=3) as (transport, url, server):
        results = await asyncio.gather(*(transport.post(url, body("{}")) for _ in range(60)))

    assert results == [{"message_id": 7}] * 60
    assert server.most_open == 3


async def test_an_answer_without_end_is_not_read_to_its_end() -> None:
    async def answer(request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"400\r\n" + b"x" * 0x400 + b"\r\n")
            await writer.drain()

    async with serving(answer, most=100_000) as (transport, url, server):
        with pytest.raises(NetworkError, match="ClientPayloadError"):
            await asyncio.wait_for(transport.post(url, body("{}")), 10)
        assert server.connections == 1


async def test_a_long_answer_comes_whole() -> None:
    long = b'{"ok":true,"result":"%b"}' % (b"x" * 1_000_000)
    async with serving(always(answer_with("200 OK", long))) as (transport, url, _):
        assert await transport.post(url, body("{}")) == "x" * 1_000_000
