"""Effects of a change: equal to trying every answer, and told with examples a person could give."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from itertools import chain, combinations, product
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.loading import load_edition
from dialogs.base import Base
from dialogs.edition import Edition
from dialogs.effects import compare, find_moves
from dialogs.records import Entitlement, Question
from dialogs.session import UNKNOWN
from tests.broken import HERE

TODAY = date(2026, 11, 23)
TEXT = {"uk": "а", "en": "a"}
CHOICES = {"a": ("x", "y", "z"), "b": ("p", "q", "none"), "c": ("k", "l"), "d": ("m", "n"), "e": ("s", "t")}


def make_edition(when: Any, shape: dict[str, dict[str, Any]]) -> Edition:
    base = Base("0" * 12)
    for id, choices in CHOICES.items():
        fields: dict[str, Any] = {"kind": "many" if id in "bd" else "one", **shape.get(id, {})}
        kept = [c for c in choices if c not in fields.pop("without", ())]
        base.questions.append(
            Question.model_validate(
                {
                    "id": id,
                    "ask": TEXT,
                    "operator": TEXT,
                    "why": TEXT,
                    "choices": [{"id": c, "label": TEXT} for c in kept],
                    **fields,
                }
            )
        )
    if when is not None:
        base.entitlements.append(
            Entitlement.model_construct(
                **{"id": "it", "when": None, "asked_by": None, "groups": (), "topic": "t", "guarded": None}
                | {"when": Question.model_validate({**_BARE, "applies": when}).applies}
            )
        )
    return Edition.build(base)


_BARE = {"id": "bare", "kind": "one", "ask": TEXT, "operator": TEXT, "why": TEXT}


def list_answers(id: str) -> list[tuple[str, ...] | None]:
    choices = CHOICES[id]
    if id not in "bd":
        return [None, *((c,) for c in choices)]
    plain = [c for c in choices if c != "none"]
    sets = list(chain.from_iterable(combinations(plain, n) for n in range(1, len(plain) + 1)))
    alone = [("none",)] if "none" in choices else []
    return [None, *sets, *alone, *((*s, UNKNOWN) for s in sets)]


def try_everything(old: Edition, new: Edition) -> set[tuple[int, int]]:
    pairs = set()
    for row in product(*(list_answers(q) for q in CHOICES)):
        answers = {q: a for q, a in zip(CHOICES, row, strict=True) if a is not None}
        pair = []
        for edition in (old, new):
            valid = {
                q: kept
                for q, ticks in answers.items()
                if (kept := tuple(t for t in ticks if t in edition.bits[q] or t == UNKNOWN))
            }
            pair.append(edition.entitlement_rules["it"].run(edition.know_choices(valid))[0])
        pairs.add((pair[0], pair[1]))
    return {pair for pair in pairs if pair[0] != pair[1]}


def conditions() -> st.SearchStrategy[Any]:
    facts = st.sampled_from(sorted(CHOICES)).flatmap(
        lambda q: st.lists(st.sampled_from(CHOICES[q]), min_size=1, max_size=2, unique=True).map(
            lambda c: {q: c}
        )
    )
    return st.recursive(
        facts,
        lambda inner: (
            st.lists(inner, min_size=1, max_size=3).map(lambda p: {"all": p})
            | st.lists(inner, min_size=1, max_size=3).map(lambda p: {"any": p})
            | inner.map(lambda p: {"not": p})
        ),
        max_leaves=6,
    )


SHAPES: list[dict[str, dict[str, Any]]] = [
    {},
    {"c": {"applies": {"a": ["x"]}}},
    {"c": {"applies": {"a": ["x", "y"]}}, "d": {"applies": {"c": ["k"]}}},
    {"d": {"sensitive": True, "cover": TEXT}},
    {"e": {"applies": {"not": {"b": ["p"]}}}, "b": {"sensitive": True, "cover": TEXT}},
]


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(SHAPES), st.sampled_from(SHAPES), conditions(), conditions())
def test_pairs_are_those_of_trying_every_answer(
    shape: dict[str, dict[str, Any]], other: dict[str, dict[str, Any]], before: Any, after: Any
) -> None:
    old, new = make_edition(before, shape), make_edition(after, other)

    moves = find_moves(old, new, "entitlements", "it")

    assert {(m.old, m.new) for m in moves} == try_everything(old, new)
    for move in moves:
        assert judge(old, move.example) == move.old
        assert judge(new, move.example) == move.new


def judge(edition: Edition, example: Any) -> int:
    known = edition.know_choices({q: tuple(sorted(ticks)) for q, ticks in example})
    return edition.entitlement_rules["it"].run(known)[0]


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(SHAPES), conditions(), st.booleans())
def test_added_or_taken_away(shape: dict[str, dict[str, Any]], when: Any, added: bool) -> None:
    one, two = make_edition(None, shape), make_edition(when, shape)

    moves = find_moves(*((one, two) if added else (two, one)), "entitlements", "it")

    reached = {
        two.entitlement_rules["it"].run(
            two.know_choices({q: a for q, a in zip(CHOICES, row, strict=True) if a is not None})
        )[0]
        for row in product(*(list_answers(q) for q in CHOICES))
    }
    assert {m.new if added else m.old for m in moves} == reached
    assert {m.old if added else m.new for m in moves} == {None}


def test_example_is_the_shortest_and_opens_its_questions() -> None:
    shape = {"c": {"applies": {"a": ["x"]}}}
    old = make_edition({"c": ["k"]}, shape)
    new = make_edition({"c": ["k", "l"]}, shape)

    moves = find_moves(old, new, "entitlements", "it")

    assert [(m.old, m.new, m.example) for m in moves] == [
        (0, 2, (("a", frozenset({"x"})), ("c", frozenset({"l"}))))
    ]


def build(tmp_path: Path, edits: dict[str, tuple[str, str]]) -> Edition:
    folder = tmp_path / "new"
    shutil.copytree(HERE / "base", folder)
    for name, (old, new) in edits.items():
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    return load_edition(folder, TODAY)[0]


def read(edits: dict[str, tuple[str, str]], tmp_path: Path) -> Iterator[Any]:
    old = load_edition(HERE / "base", TODAY)[0]
    found = compare(old, build(tmp_path, edits), TODAY)
    for effect in found.records:
        yield effect.kind, effect.id, [c.field for c in effect.changes], len(effect.moves), effect.marks


def test_same_base_has_no_effects(tmp_path: Path) -> None:
    assert list(read({}, tmp_path)) == []


def test_passed_term_changes_the_mark_and_no_verdict(tmp_path: Path) -> None:
    edits = {"entitlements/money/allowance.yaml": ("valid_until: null", "valid_until: 2026-10-31")}

    assert list(read(edits, tmp_path)) == [
        ("entitlements", "allowance", ["valid_until"], 0, ("sources", "unconfirmed"))
    ]


def test_corrected_phone_is_a_change_of_its_contact_alone(tmp_path: Path) -> None:
    edits = {"contacts/help_line.yaml": ("+380800500335", "+380800500336")}

    assert list(read(edits, tmp_path)) == [("contacts", "help_line", ["phones"], 0, None)]


def test_wider_group_moves_people_into_it(tmp_path: Path) -> None:
    edits = {"groups/idp.yaml": ("{situation: [moved]}", "{situation: [moved, health]}")}
    old = load_edition(HERE / "base", TODAY)[0]

    found = compare(old, build(tmp_path, edits), TODAY)

    moves = {(m.old, m.new): dict(m.example) for e in found.records for m in e.moves}
    assert moves[0, 2] == {"place": {"home"}, "situation": {"health"}}


def test_second_edition_of_the_plan_needs_no_code(tmp_path: Path) -> None:
    """A made-up plan joins two groups into one: the new ones are matched, the old ones stay on file."""
    folder = tmp_path / "new"
    shutil.copytree(HERE / "base", folder)
    settings_file = folder / "settings.yaml"
    settings_file.write_text(
        settings_file.read_text(encoding="utf-8").replace(
            "current_plan: plan_one",
            "- id: plan_two\n  title: {uk: Друга редакція, en: Second edition}\n  until: 2030\n"
            "  replaces: {moved_or_harmed: [idp, survivors]}\ncurrent_plan: plan_two",
        ),
        encoding="utf-8",
    )
    group = (folder / "groups/idp.yaml").read_text(encoding="utf-8")
    (folder / "groups/moved_or_harmed.yaml").write_text(
        group.replace("id: idp", "id: moved_or_harmed").replace("plan_one", "plan_two"), encoding="utf-8"
    )
    for name in ("money/allowance", "money/registration", "personal/shelter"):
        path = folder / f"entitlements/{name}.yaml"
        text = path.read_text(encoding="utf-8")
        path.write_text(
            text.replace("groups: [idp]", "groups: [idp, moved_or_harmed]").replace(
                "groups: [survivors]", "groups: [survivors, moved_or_harmed]"
            ),
            encoding="utf-8",
        )

    new = load_edition(folder, TODAY)[0]
    found = compare(load_edition(HERE / "base", TODAY)[0], new, TODAY)

    assert list(new.groups) == ["moved_or_harmed"]
    moves = {e.id: {(m.old, m.new) for m in e.moves} for e in found.records if e.kind == "groups"}
    assert {new for old, new in moves["moved_or_harmed"] if old is None} == {0, 1, 2}
    assert {new for _, new in moves["idp"]} == {None}
