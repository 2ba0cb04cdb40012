"""What watches over the service sees."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from structlog.testing import capture_logs

from bot import gauges
from bot.web.probes import PATIENCE
from dialogs.edition import Edition
from tests.web.house import House


async def test_live_and_ready(house: House, edition: Edition) -> None:
    browser = house.browser()

    assert (await browser.open("/healthz")).html == "ok\n"
    assert (await browser.open("/readyz")).html == f"ready, edition {edition.id}\n"
    house.store.down = True
    assert (await browser.open("/readyz")).status == 503
    assert (await browser.open("/healthz")).status == 200


async def test_a_database_that_never_answers_is_not_ready(house: House) -> None:
    house.store.asleep = True

    asked = time.monotonic()
    page = await house.browser().open("/readyz")

    assert page.status == 503
    assert time.monotonic() - asked < 2 * PATIENCE


async def test_figures_name_kinds_of_pages_and_no_record(house: House) -> None:
    browser = house.browser()
    await browser.open("/handbook/entitlement/idp_certificate")
    await browser.open("/no/such/page?name=Olena")

    text = (await browser.open("/metrics")).html

    assert 'web_answers_total{page="handbook_page",status="200"} 1.0' in text
    assert 'web_answers_total{page="none",status="404"} 1.0' in text
    assert "idp_certificate" not in text
    assert "Olena" not in text


async def test_a_trouble_is_a_sentence_and_not_ready(house: House) -> None:
    browser = house.browser()
    gauges.set_trouble("token", gauges.TOKEN)

    troubled = await browser.open("/readyz")
    gauges.set_trouble("token")

    assert (troubled.status, troubled.html) == (503, gauges.TOKEN + "\n")
    assert (await browser.open("/readyz")).status == 200


async def test_a_clock_behind_the_newest_source_is_not_ready(house: House) -> None:
    browser = house.browser()
    now, house.clock.now = house.clock.now, datetime(1990, 1, 1, tzinfo=UTC)

    with capture_logs() as logs:
        wrong = [await browser.open("/readyz") for _ in range(2)]
        counted = await browser.open("/metrics")
        house.clock.now = now
        mended = await browser.open("/readyz")

    assert {page.html for page in wrong} == {gauges.CLOCK + "\n"}
    assert 'in_trouble{kind="clock"} 1.0' in counted.html
    assert mended.status == 200
    assert [line["event"] for line in logs] == ["in trouble", "trouble over"]


async def test_figures_that_the_alerts_read_are_there(house: House) -> None:
    text = (await house.browser().open("/metrics")).html

    for name in (
        "oldest_reply_owed_seconds",
        "store_commit_seconds_bucket",
        "records_overdue",
        "edition_refused",
    ):
        assert f"\n{name}" in text


async def test_static_files_are_kept_by_their_content(house: House) -> None:
    browser = house.browser()
    page = await browser.open()
    path = page.html.partition('rel="stylesheet" href="')[2].partition('"')[0]

    found = await browser.client.get(path)
    stale = await browser.client.get(path.replace(path.split("/")[2], "0" * 12))

    assert found.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert stale.status_code == 200
    assert stale.headers["cache-control"] == "no-store"
    assert (await browser.client.get("/static/x/../../app.py")).status_code == 404
