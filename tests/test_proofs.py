"""The proofs find what is wrong and invent nothing."""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from bot.checking import check_folder
from bot.library import read_library
from dialogs.base import Base
from dialogs.checks import check_base
from dialogs.edition import Edition
from dialogs.findings import Finding, Findings
from dialogs.guidance import list_entitlements
from dialogs.proofs import Proof, prove_base
from dialogs.proofs.bare import bare
from dialogs.proofs.paths import search_paths
from dialogs.rules import Condition, read_questions
from dialogs.screening import ask_next
from dialogs.ways import Ways
from tests.small import QUESTIONS, SMALL, TODAY, change, write_base, write_entitlement, write_group
from tests.strategies import Given, draw_conditions, judge, list_all_answers, list_values

Files = dict[str, str]
MONEY, PRIVATE, GROUPS = "entitlements/money/", "entitlements/private/", "groups/"
# Texts that people search by and dates of sources are other checks' business; the small base has none.
OTHER_CODES = {"no_keywords", "no_source", "unused_act"}


def prove(folder: Path, files: Files) -> tuple[list[Finding], Proof | None]:
    """What check and proofs find, as `nap1325 check` runs them."""
    findings = Findings()
    base = read_library(write_base(folder, files), findings)
    check_base(base, findings, TODAY)
    proof = None
    if not findings.errors:
        proof = prove_base(base, Edition.build(base), findings, TODAY)
    return findings.sort(), proof


def when(name: str, condition: str) -> Callable[[], Files]:
    """The small base with another condition in one record."""

    def build() -> Files:
        lines = [line for line in SMALL[name].splitlines() if line.startswith("when:")]
        assert len(lines) == 1
        return change(name, lines[0], f"when: {condition}")

    return build


def edit(name: str, old: str, new: str) -> Callable[[], Files]:
    return lambda: change(name, old, new)


def add(name: str, text: str) -> Callable[[], Files]:
    return lambda: {**SMALL, name: text}


def question(text: str) -> Callable[[], Files]:
    """One more question."""
    return lambda: {**SMALL, "questions.yaml": QUESTIONS + text}


PLAIN = """
- id: {id}
  kind: one{more}
  ask: {{uk: Питання {id}?, en: Question {id}?}}
  operator: {{uk: Запитайте {id}., en: Ask {id}.}}
  why: {{uk: Так треба., en: It matters.}}
  choices:
  - {{id: a, label: {{uk: Перше, en: First}}}}
  - {{id: b, label: {{uk: Друге, en: Second}}}}
"""


def six_screens() -> Files:
    """Six more questions that a group hangs on one after the other."""
    extra = "".join(PLAIN.format(id=f"more_{i}", more="\n  screening: true") for i in range(6))
    rule = "{any: [" + ", ".join(f"{{more_{i}: [a]}}" for i in range(6)) + "]}"
    return {
        **SMALL,
        "questions.yaml": QUESTIONS + extra,
        "groups/long.yaml": write_group("long", 4, rule),
        MONEY + "wide.yaml": write_entitlement("wide", rule, "long"),
    }


def nested_screens() -> Files:
    """Questions that open one another, each sensitive, so that each has a cover too."""
    more = "\n  screening: true\n  sensitive: true\n  cover: {{uk: Показати {n}?, en: Show {n}?}}{applies}"
    extra = ""
    for i in range(3):
        applies = f"\n  applies: {{deep_{i - 1}: [a]}}" if i else ""
        extra += PLAIN.format(id=f"deep_{i}", more=more.format(n=i, applies=applies))
    return {
        **SMALL,
        "questions.yaml": QUESTIONS + extra,
        "groups/deep.yaml": write_group("deep", 4, "{deep_2: [a]}"),
        MONEY + "hidden.yaml": write_entitlement("hidden", "{deep_2: [a]}", "deep"),
    }


UNASKED = "groups/moved.yaml", "{situation: [moved]}"
FAULTS: list[tuple[str, str, str, Callable[[], Files]]] = [
    # (code, file, text at the place, the base)
    ("always_no", MONEY + "advice.yaml", "when", when(MONEY + "advice.yaml", "{all: [{situation: [moved]}, {situation: [none]}]}")),
    ("always_no", MONEY + "loan.yaml", "when", when(MONEY + "loan.yaml", "{all: [{paper: [has]}, {not: {situation: [moved]}}]}")),
    ("always_no", MONEY + "loan.yaml", "when", when(MONEY + "loan.yaml", "{all: [{income: [low]}, {income: [high]}]}")),
    ("always_no", GROUPS + "ill.yaml", "when", when(GROUPS + "ill.yaml", "{all: [{health: [disability]}, {situation: [none]}]}")),
    ("always_no", PRIVATE + "quiet.yaml", "asked_by", edit(PRIVATE + "quiet.yaml", "asked_by: {personal: [violence]}", "asked_by: {all: [{income: [low]}, {not: {income: [low]}}]}")),
    ("always_yes", MONEY + "advice.yaml", "when", when(MONEY + "advice.yaml", "{any: [{situation: [moved]}, {not: {situation: [moved]}}]}")),
    ("always_yes", MONEY + "loan.yaml", "when", when(MONEY + "loan.yaml", "{any: [{income: [low]}, {income: [middle, high]}]}")),
    ("always_yes", MONEY + "loan.yaml", "when", when(MONEY + "loan.yaml", "{income: [low, middle, high]}")),
    ("always_yes", GROUPS + "moved.yaml", "when", when(GROUPS + "moved.yaml", "{not: {all: [{situation: [none]}, {situation: [moved]}]}}")),
    ("idle_part", MONEY + "loan.yaml", "income", when(MONEY + "loan.yaml", "{any: [{health: [disability]}, {all: [{health: [disability]}, {income: [low]}]}]}")),
    ("idle_part", MONEY + "allowance.yaml", "health", when(MONEY + "allowance.yaml", "{all: [{paper: [has]}, {any: [{paper: [has]}, {health: [injury]}]}]}")),
    ("idle_part", MONEY + "treatment.yaml", "situation", when(MONEY + "treatment.yaml", "{any: [{health: [disability, injury]}, {all: [{situation: [none]}, {situation: [moved]}]}]}")),
    ("all_choices", MONEY + "allowance.yaml", "paper", when(MONEY + "allowance.yaml", "{all: [{paper: [has, lost, applied]}, {income: [low]}]}")),
    ("all_choices", MONEY + "loan.yaml", "health", when(MONEY + "loan.yaml", "{all: [{health: [disability, injury, none]}, {income: [low]}]}")),
    ("unread_question", "questions.yaml", "id: idle", question(PLAIN.format(id="idle", more=""))),
    ("unread_question", "questions.yaml", "id: child", question(PLAIN.format(id="child", more="\n  applies: {income: [low]}"))),
    ("never_asked", "questions.yaml", "id: paper", lambda: change("questions.yaml", "  applies: {situation: [moved]}", "  applies: {situation: [moved]}\n  never_when: {situation: [moved]}")),
    ("never_asked", "questions.yaml", "id: extra", lambda: {**question(PLAIN.format(id="extra", more="\n  never_when: always"))(), MONEY + "loan.yaml": write_entitlement("loan", "{extra: [a]}", "moved, ill")}),
    ("never_asked", "questions.yaml", "id: only", lambda: {**question(PLAIN.format(id="only", more=""))(), GROUPS + "moved.yaml": write_group("moved", 1, "{any: [{situation: [moved]}, {only: [a]}]}")}),
    ("empty_group", GROUPS + "lonely.yaml", "id", add(GROUPS + "lonely.yaml", write_group("lonely", 4, "{situation: [none]}"))),
    ("empty_group", GROUPS + "ill.yaml", "id", lambda: {k: v.replace("moved, ill]", "moved]").replace("[ill]", "[moved]") if "entitlements" in k else v for k, v in SMALL.items()}),
    ("nothing_shown", GROUPS + "ill.yaml", "id", when(MONEY + "treatment.yaml", "{all: [{health: [disability, injury]}, {income: [low]}]}")),
    ("nothing_shown", GROUPS + "moved.yaml", "id", when(MONEY + "advice.yaml", "{all: [{situation: [moved]}, {paper: [lost]}]}")),
    ("never_shown", MONEY + "advice.yaml", "groups", when(MONEY + "advice.yaml", "{all: [{situation: [none]}, {income: [low]}]}")),
    ("never_shown", PRIVATE + "shelter.yaml", "groups", lambda: change(PRIVATE + "shelter.yaml", "when: always", "when: {situation: [none]}", change(PRIVATE + "shelter.yaml", "asked_by: {personal: [violence]}", "asked_by: {all: [{situation: [moved]}, {personal: [violence]}]}"))),
    ("unsafe_yes", MONEY + "treatment.yaml", "when", when(MONEY + "treatment.yaml", "{all: [{health: [disability, injury]}, {for_whom: [under_18]}]}")),
    ("unsafe_yes", GROUPS + "ill.yaml", "when", when(GROUPS + "ill.yaml", "{all: [{health: [disability, injury]}, {for_whom: [under_18]}]}")),
    ("asked_twice", "questions.yaml", "ask", lambda: change("questions.yaml", "{uk: Який дохід?, en: What is the income?}", "{uk: Чи є довідка?, en: What is the income?}")),
    ("asked_twice", "questions.yaml", "ask", lambda: change("questions.yaml", "en: What about health?}", "en: What applies  to YOU?}")),
    ("too_many_screens", "questions.yaml", "screening", six_screens),
    ("too_many_screens", "questions.yaml", "screening", nested_screens),
    ("tick_as_proof", MONEY + "advice.yaml", "when", lambda: {k: v.replace("personal: [", "personal_topics: [").replace("id: personal\n", "id: personal_topics\n") for k, v in when(MONEY + "advice.yaml", "{personal: [captivity]}")().items()}),
    ("guarded_unasked", PRIVATE + "quiet.yaml", "guarded", edit(PRIVATE + "quiet.yaml", "asked_by: {personal: [violence]}\n", "")),
    ("unknown_question", MONEY + "advice.yaml", "sitation", when(MONEY + "advice.yaml", "{sitation: [moved]}")),
    ("unknown_choice", MONEY + "advice.yaml", "moves", when(MONEY + "advice.yaml", "{situation: [moves]}")),
    ("circle", "questions.yaml", "applies", lambda: change("questions.yaml", "  applies: {situation: [moved]}", "  applies: {paper: [has]}")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "file", "at", "build"), FAULTS, ids=[f"{f[0]}-{i}" for i, f in enumerate(FAULTS)]
)
def test_a_seeded_fault_is_found_where_it_is(
    code: str, file: str, at: str, build: Callable[[], Files], tmp_path: Path
) -> None:
    """Each in the file and on the line where an administrator mends it, with a remedy."""
    files = build()

    rows = prove(tmp_path / "knowledge", files)[0]

    row = next(row for row in rows if row.code == code and row.file.endswith(f"knowledge/{file}"))
    line = files[file].lstrip("\n").splitlines()[row.line - 1]
    assert at in line
    assert row.column <= len(line) + 1
    assert row.say_remedy(str)
    assert not re.search(r"\{\w+\}", row.render())  # every name in braces was filled in


def test_there_are_two_faults_of_each_kind_that_the_proofs_can_find() -> None:
    seeded = [fault[0] for fault in FAULTS]
    proofs = Path(__file__).resolve().parent.parent / "dialogs" / "proofs"
    source = "".join(path.read_text(encoding="utf-8") for path in proofs.glob("*.py"))
    codes = {code for code in seeded if f'"{code}"' in source}

    assert len(seeded) >= 30
    assert {code for code in codes if seeded.count(code) < 2} == set()
    assert codes == {
        "always_no", "always_yes", "idle_part", "all_choices", "unread_question", "never_asked", "empty_group",
        "nothing_shown", "never_shown", "unsafe_yes", "asked_twice", "too_many_screens",
    }  # fmt: skip


def test_the_small_base_has_no_fault(tmp_path: Path) -> None:
    rows, proof = prove(tmp_path, SMALL)

    assert proof is not None
    assert {row.code for row in rows} <= OTHER_CODES
    assert proof.not_proven == []
    assert proof.stays_possible == ["quiet"]


@pytest.mark.parametrize("budget", [1, 5])
def test_a_search_without_budget_says_that_it_proved_nothing(small: Edition, budget: int) -> None:
    findings = Findings()

    proof = prove_base(small.base, small, findings, TODAY, budget)

    assert "not_proven" in {row.code for row in findings.all}
    assert proof.not_proven == ["screening"]


# ---- against brute force ----


def count_screens(edition: Edition, given_: Given) -> int:
    """The longest way on from here, trying every value of every question."""
    question = ask_next(edition, edition.know_choices(given_))
    if question is None:
        return 0
    assert question not in given_
    here = 2 if edition.questions[question].covered else 1
    return here + max(count_screens(edition, {**given_, question: v}) for v in list_values(edition, question))


def test_the_longest_screening_is_the_longest_of_all(small: Edition) -> None:
    paths = search_paths(small)

    assert paths.proven
    assert paths.worst == count_screens(small, {}) == 5
    assert set(paths.asked) == {"for_whom", "situation", "health", "personal"}
    assert sum(paths.spread.values()) == pytest.approx(1.0)
    assert paths.median == 4


def reach(edition: Edition, condition: Condition, questions: list[str]) -> tuple[set[int], int | None]:
    """The verdicts that finished answers without contradictions lead to, and the fewest that force a yes."""
    rule = edition.compiler.build_rule(condition)
    verdicts: set[int] = set()
    fewest: int | None = None
    for answers in list_all_answers(edition, questions):
        # As in a dialogue: a follow-up is answered only once it applies.
        opened = all(
            (applies := edition.questions[q].applies) is None or judge(applies, answers, edition) == 2
            for q in answers
        )
        if not opened or any(set(v) & {"unknown", "withheld"} for v in answers.values()):
            continue
        verdict = rule.run(edition.know_choices(answers))[0]
        verdicts.add(verdict)
        if verdict == 2 and (fewest is None or len(answers) < fewest):
            fewest = len(answers)
    return verdicts, fewest


CHOICES = {"situation": ["moved", "health", "none"], "health": ["disability", "injury"], "income": ["low", "high"], "personal": ["violence"]}  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(draw_conditions(CHOICES, leaves=6))
def test_ways_and_witnesses_are_those_of_brute_force(small: Edition, condition: Condition) -> None:
    """A way to yes exists exactly if some answers give a yes; the shortest has as many questions."""
    lived = Ways(small, partial=True)

    yes = [w for way in lived.find(condition, True) for w in lived.ground(way)]
    no = [w for way in lived.find(condition, False) for w in lived.ground(way)]

    verdicts, fewest = reach(small, condition, list(CHOICES))
    assert bool(yes) == (2 in verdicts)
    assert bool(no) == (0 in verdicts)
    assert (min(map(len, yes)) if yes else None) == fewest
    for way in yes:
        answers = lived.answer(way)
        assert judge(condition, answers, small) == 2
        assert not small.know_choices(answers).contradictions


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(draw_conditions(CHOICES, leaves=6))
def test_every_complete_person_meets_a_way(small: Edition, condition: Condition) -> None:
    """The ways to yes and to no together leave nobody out, and nobody meets one of each."""
    logic = Ways(small)
    yes, no = logic.find(condition, True), logic.find(condition, False)

    for a, b in product(yes, no):
        assert logic.list_clashes(a, b)
    for values in product(
        *(list_values(small, q, finished=True) for q in ("situation", "income", "personal"))
    ):
        person: Given = dict(zip(("situation", "income", "personal"), values, strict=True))
        for health in list_values(small, "health", finished=True):
            answers = {**person, "health": health} if "health" in person["situation"] else person
            if "health" not in person["situation"]:
                answers = {q: v for q, v in answers.items() if q != "health"}
            met = [bool(logic.hold(ways, answers)) for ways in (yes, no)]
            assert any(met)
            assert not small.questions["health"].applies or met[0] or met[1]


# ---- the real base ----


@pytest.fixture(scope="module")
def proven(base: Base, edition: Edition) -> tuple[Proof, list[Finding], float]:
    findings = Findings()
    started = time.process_time()
    proof = prove_base(base, edition, findings, TODAY)
    return proof, findings.sort(), time.process_time() - started


def test_the_real_base_is_proven(proven: tuple[Proof, list[Finding], float]) -> None:
    proof, rows, seconds = proven

    assert [row.render() for row in rows if row.severity == "error"] == []
    assert proof.not_proven == []
    assert proof.paths.proven
    assert proof.paths.twice == {}
    assert proof.paths.worst <= 8
    assert proof.paths.median <= 6
    assert seconds < 3


def test_every_record_of_the_real_base_has_a_witness_or_says_why_not(
    edition: Edition, proven: tuple[Proof, list[Finding], float]
) -> None:
    proof = proven[0]

    for kind, rules in (("groups", edition.group_rules), ("entitlements", edition.entitlement_rules)):
        for id, rule in rules.items():
            witness = proof.witnesses.get((kind, id))
            if witness is None:
                assert id in proof.stays_possible
                continue
            known = edition.know_choices(witness)
            assert rule.run(known)[0] == 2, id
            assert known.contradictions == ()
    exempt = {edition.subject_question, edition.region_question}
    asked = {q.id for q in edition.questions.values() if q.asked} - exempt
    assert asked <= set(proof.asked)


def test_what_the_proofs_say_of_the_real_base_is_true(
    edition: Edition, proven: tuple[Proof, list[Finding], float]
) -> None:
    """None invented: each warning is borne out by running the rules."""
    for row in proven[1]:
        match row.code:
            case "nothing_shown":
                pairs = (part.split(" = ") for part in row.values["answers"].split(", "))
                answers = {q: tuple(v.split("+")) for q, v in pairs}
                known = edition.know_choices(answers)
                assert edition.group_rules[row.values["id"]].run(known)[0] == 2
                assert not any(item.shown for item in list_entitlements(edition, known, TODAY))
            case "all_choices":
                question = row.values["question"]
                outcomes = {edition.choices[question][i].id for i in range(len(edition.choices[question]))}
                assert outcomes == set(edition.bits[question])
            case "idle_part":
                rule = edition.entitlement_rules[row.values["id"]]
                chance, changed = random.Random(1), set()
                needed = sorted(read_questions(rule.condition))
                for _ in range(500):
                    person = {q: chance.choice(list_values(edition, q, finished=True)) for q in needed}
                    values = list_values(edition, row.values["question"], finished=True)
                    people = ({**person, row.values["question"]: v} for v in values)
                    changed.add(frozenset(rule.run(edition.know_choices(p))[0] for p in people) >= {0, 2})
                assert changed == {False}
            case code:
                pytest.fail(f"{code} needs a test of its own: {row.render()}")


def test_check_prints_the_figures_and_remembers_a_proof(tmp_path: Path) -> None:
    folder, memory = write_base(tmp_path / "knowledge", SMALL), tmp_path / "var" / "proof.json"

    first_rows, first = check_folder(folder, TODAY, memory)
    second_rows, second = check_folder(folder, TODAY, memory)

    figures = first["proof"]
    assert figures["screens"]["worst"] == 5
    assert figures["conditions"]["full"] == 6
    assert figures["conditions"]["always"] == ["shelter"]
    assert figures["conditions"]["stays_possible"] == ["quiet"]
    assert figures["questions"]["income"] == {"settles": 2, "alone": 1}
    assert (figures["remembered"], second["proof"]["remembered"]) == (False, True)
    assert second_rows == first_rows
    assert {k: v for k, v in second["proof"].items() if k not in ("seconds", "remembered")} == json.loads(
        json.dumps({k: v for k, v in figures.items() if k not in ("seconds", "remembered")})
    )


@pytest.mark.parametrize(
    "kept", ["", "{", "[]", '{"key": 1}', '{"key": "x", "findings": [{}], "figures": {}}']
)
def test_a_broken_memory_means_proving_anew(tmp_path: Path, kept: str) -> None:
    folder, memory = write_base(tmp_path / "knowledge", SMALL), tmp_path / "proof.json"
    memory.write_text(kept, encoding="utf-8")

    _, figures = check_folder(folder, TODAY, memory)

    assert figures["proof"]["remembered"] is False
    assert json.loads(memory.read_text(encoding="utf-8"))["figures"]["screens"]["worst"] == 5


NOT_PROVEN = ("unknown_question", "unknown_choice", "circle")  # told before


@pytest.mark.parametrize(
    "fault", [f for f in FAULTS if f[0] not in NOT_PROVEN], ids=lambda fault: f"{fault[0]}-{fault[1]}"
)
def test_without_its_texts_a_base_has_the_same_proofs(
    tmp_path: Path, fault: tuple[str, str, str, Callable[[], Files]]
) -> None:
    findings, bared = Findings(), Findings()
    base = read_library(write_base(tmp_path, fault[3]()), findings)
    check_base(base, findings, TODAY)
    findings.all.clear()

    whole = prove_base(base, Edition.build(base), findings, TODAY)
    alone = prove_base(bare(base), Edition.build(bare(base)), bared, TODAY)

    assert bared.all == findings.all
    assert alone == whole


IDLE = when(
    MONEY + "loan.yaml", "{any: [{health: [disability]}, {all: [{health: [disability]}, {income: [low]}]}]}"
)
ABOVE = "# a line more\n"
HELD: list[tuple[bool, str, str, str]] = [
    # (whether a remembered proof holds, file, text, what it becomes)
    (True, "contacts/line.yaml", "id: line", ABOVE + "id: line"),
    (True, MONEY + "loan.yaml", "id: loan", ABOVE + "id: loan"),
    (True, MONEY + "advice.yaml", "urgency: months", "urgency: days"),
    (True, "topics.yaml", "title: {uk: Гроші", "title: {uk: Кошти"),
    (False, MONEY + "advice.yaml", "when: {situation: [moved]}", "when: {health: [injury]}"),
    (False, MONEY + "advice.yaml", "groups: [moved]", "groups: [moved, ill]"),
    (False, GROUPS + "ill.yaml", "{health: [disability, injury]}", "{health: [injury]}"),
    (False, PRIVATE + "shelter.yaml", "guarded: personal", "guarded: bereavement"),
]


@pytest.mark.parametrize(("holds", "file", "old", "new"), HELD)
def test_a_proof_holds_while_only_texts_change(
    tmp_path: Path, holds: bool, file: str, old: str, new: str
) -> None:
    """And what it found is told at the lines of now, as if it were found anew."""
    folder, memory = write_base(tmp_path / "knowledge", IDLE()), tmp_path / "proof.json"
    check_folder(folder, TODAY, memory)
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(old) >= 1
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    rows, figures = check_folder(folder, TODAY, memory)
    fresh, anew = check_folder(folder, TODAY, None)

    assert figures["proof"]["remembered"] is holds
    assert rows == fresh
    assert "idle_part" in {row.code for row in rows}
    told = [json.loads(json.dumps(one["proof"])) for one in (figures, anew)]
    assert [{**one, "seconds": 0, "remembered": False} for one in told] == [{**told[1], "seconds": 0}] * 2


def test_a_base_with_errors_is_not_proven(tmp_path: Path) -> None:
    files = change(MONEY + "advice.yaml", "{situation: [moved]}", "{sitation: [moved]}")

    rows, figures = check_folder(write_base(tmp_path, files), TODAY, None)

    assert "unknown_question" in {row.code for row in rows}
    assert figures["proof"] == {}
