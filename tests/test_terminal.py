"""The dialogue in a terminal, on a pipe, as a script would use it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.explain import explain
from bot.terminal import chat, lay_out, number_choices
from dialogs.engine import Engine
from dialogs.press import Opened
from dialogs.session import Session

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def talk(engine: Engine, *lines: str, language: str = "uk") -> tuple[Session, str]:
    out = io.StringIO()
    session = chat(engine, lines, out, lambda: NOW, language)
    return session, out.getvalue()


def test_a_displaced_mother_gets_to_a_card_by_numbers_and_words(engine: Engine) -> None:
    session, text = talk(engine, "1", "1", "1 2 3", "далі", "7", "b", "a")

    assert session.state == "entitlement"
    assert session.here["situation"].choices == ("moved", "home", "dependants")
    assert "Довідка" in text
    assert "КУДИ ЗВЕРТАТИСЯ" in text


def test_back_shows_the_question_with_its_answer_marked(engine: Engine) -> None:
    session, text = talk(engine, "1", "1", "назад")

    assert session.state == "asking.place"
    assert session.here["place"].choices == ("calm",)
    assert "✓ В Україні, далі від фронту" in text.split("-" * 78)[-1]


def test_labels_and_unknown_words_are_understood_or_answered_kindly(engine: Engine) -> None:
    session, _ = talk(engine, "Для рідної людини", "За кордоном гуляю")

    assert session.subject == "relative"
    assert session.state in ("search", "asking.place")


def test_every_button_has_a_key_of_its_own(engine: Engine) -> None:
    reply = engine.turn(Session(), Opened(), NOW).reply

    keys = [key for key, _ in number_choices(reply)]

    assert len(keys) == len(set(keys))
    assert all(f"[{key}]" in lay_out(reply) for key in keys)


def test_chat_runs_on_a_pipe_and_ends_with_the_lines() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "bot", "chat", "--lang", "en"],
        input="1\n1\n",
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )

    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    assert "What applies to you?" in run.stdout


def test_an_unknown_language_is_one_sentence_with_its_remedy() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "bot", "chat", "--lang", "xx"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )

    assert run.returncode == 2
    assert run.stderr == "There is no language `xx`; there are: uk, en.\n"


def test_explain_reads_standard_input_and_names_what_it_ignores() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "bot", "explain", "--answers", "-", "--json", "--on", "2026-11-23"],
        input=json.dumps({"place": "occupied", "no_such_question": "x"}),
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )

    result = json.loads(run.stdout)
    assert run.returncode == 0, run.stderr
    assert result["ignored"] == ["no_such_question"]
    assert {g["id"]: g["verdict"] for g in result["groups"]}["occupied_or_deported"] == "yes"


def test_explain_batch_answers_line_by_line_and_survives_a_bad_one() -> None:
    lines = ['{"situation": ["moved"]}', "not json", '{"situation": []}', '{"for": "idp_certificate"}']
    run = subprocess.run(
        [sys.executable, "-m", "bot", "explain", "--batch"],
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )

    rows = [json.loads(line) for line in run.stdout.splitlines()]
    assert run.returncode == 2
    assert ["error" in row for row in rows] == [False, True, True, False]
    assert rows[3]["next_question"] is not None


def test_terminal_shows_what_explain_says(engine: Engine) -> None:
    """One engine, equal answers (DESIGN 2.1)."""
    session, text = talk(engine, "1", "3", "4", "далі", "4 5", "далі", "7", "b")
    answers = {q: list(a.choices) if len(a.choices) > 1 else a.choices[0] for q, a in session.here.items()}

    result = explain(engine.edition, answers, NOW.astimezone())

    shown = [e["id"] for e in result["entitlements"] if e["shown"]]
    first = engine.edition.entitlements[shown[0]].title.short["uk"]
    assert first in text.split("-" * 78)[-1]
    assert result["next_question"] is None
