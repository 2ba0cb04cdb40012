"""Commands for administrators, run as they are typed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from bot.checking import check_folder
from bot.cli import app
from bot.cli_common import find_knowledge
from bot.revision import find_revision
from bot.schema import build_schemas
from bot.yamlfile import read_yaml
from dialogs.findings import Findings
from tests.broken import HERE

ROOT = Path(__file__).resolve().parent.parent
runner = CliRunner()


def run(*arguments: str) -> tuple[int, str]:
    result = runner.invoke(app, list(arguments))
    return result.exit_code, result.output


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "knowledge"
    shutil.copytree(HERE / "base", copy)
    return copy


# ---- check ----


def test_check_ends_with_one_on_errors_and_nought_without(folder: Path) -> None:
    assert run("check", "--dir", str(folder))[0] == 0
    (folder / "topics.yaml").write_text("topics: [\n", encoding="utf-8")

    code, told = run("check", "--dir", str(folder), "--lang", "uk")

    assert code == 1
    assert "topics.yaml:1:9: помилка: дужку `[` відкрито, але не закрито" in told


def test_missing_folder_is_one_sentence(tmp_path: Path) -> None:
    code, told = run("check", "--dir", str(tmp_path / "nowhere"))

    assert code == 1
    assert "there is no folder" in told
    assert "Traceback" not in told


def test_commands_read_the_folder_that_the_service_reads(folder: Path) -> None:
    (folder / "contacts/help_line.yaml").write_text("id: help_line\n", encoding="utf-8")

    told = runner.invoke(app, ["check", "--lang", "en"], env={"KNOWLEDGE_DIR": str(folder)})

    assert told.exit_code == 1
    assert f"{folder}/contacts/help_line.yaml:1:1: error: the field `name` is missing" in told.output


# ---- new ----


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("entitlement", "entitlements/money/added.yaml"),
        ("contact", "contacts/added.yaml"),
        ("group", "groups/added.yaml"),
    ],
)
def test_check_accepts_a_new_record_when_its_last_sample_is_replaced(
    kind: str, name: str, folder: Path
) -> None:
    """It stands in the folder that is served, so what nobody has written yet must not reach people."""
    code, printed = run("new", kind, "added", "--dir", str(folder))

    assert (code, printed.strip()) == (0, str(folder / name))
    path = folder / name
    findings, _ = check_folder(folder, date(2026, 11, 23), memory=None)
    (told,) = [f for f in findings if f.code == "sample"]
    lines = enumerate(path.read_text(encoding="utf-8").split("\n"), 1)
    samples = [
        at for at, line in lines if at > 2 and re.search("(uk|en): '?(ЗРАЗОК|SAMPLE)|example.org/page", line)
    ]
    assert told.values["lines"] == ", ".join(map(str, samples))
    mended = re.sub("ЗРАЗОК |SAMPLE ", "", path.read_text(encoding="utf-8"))
    for sample, own in (("example.org/page", "example.org/law"), ("value: 0", "value: 7"), ("+380…", "1547")):
        mended = mended.replace(sample, own)
    path.write_text(mended, encoding="utf-8")
    findings, _ = check_folder(folder, date(2026, 11, 23), memory=None)
    assert [f.render() for f in findings if f.severity == "error"] == []


def test_new_never_writes_over_a_record(folder: Path) -> None:
    before = (folder / "contacts/help_line.yaml").read_bytes()

    code, told = run("new", "contact", "help_line", "--dir", str(folder), "--lang", "en")

    assert (code, told) == (2, "There is already a record `help_line`: choose another id.\n")
    assert (folder / "contacts/help_line.yaml").read_bytes() == before


@pytest.mark.parametrize(
    "arguments", [("letter", "x"), ("contact", "Bad-Id"), ("entitlement", "x", "--topic", "gifts")]
)
def test_new_names_what_will_not_do(arguments: tuple[str, ...], folder: Path) -> None:
    code, told = run("new", *arguments, "--dir", str(folder), "--lang", "en")

    assert code == 2
    assert len(told.splitlines()) == 1


# ---- preview ----


def test_preview_shows_both_the_person_s_and_the_operator_s_side(folder: Path) -> None:
    code, told = run("preview", "allowance", "--dir", str(folder), "--lang", "uk", "--on", "2026-11-23")

    assert code == 0
    assert "Щомісячна допомога переселенцям" in told
    assert "situation: Переїзд через війну ∧ certificate: Маю" in told


def test_preview_suggests_the_nearest_record(folder: Path) -> None:
    assert run("preview", "alowance", "--dir", str(folder)) == (
        2,
        "There is no record `alowance`; did you mean `allowance`?\n",
    )


# ---- effects ----


def test_effects_in_words_and_for_scripts(folder: Path) -> None:
    group = folder / "groups/idp.yaml"
    group.write_text(
        group.read_text(encoding="utf-8").replace("[moved]", "[moved, health]"), encoding="utf-8"
    )

    code, told = run("effects", str(HERE / "base"), str(folder), "--lang", "uk")
    data = json.loads(run("effects", str(HERE / "base"), str(folder), "--json")[1])

    assert code == 0
    assert "ні → так: place: Удома; situation: Здоров’я" in told
    assert [(r["kind"], r["id"], r["change"]) for r in data["records"]] == [("groups", "idp", "changed")]
    assert data["records"][0]["moves"][0]["example"] == {"place": ["home"], "situation": ["health"]}


def test_effects_against_a_revision(folder: Path) -> None:
    def git(*arguments: str) -> None:
        subprocess.run(
            ["git", "-C", str(folder), "-c", "user.name=t", "-c", "user.email=t@example.org", *arguments],
            check=True,
            capture_output=True,
        )

    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "first")
    line = folder / "contacts/help_line.yaml"
    line.write_text(line.read_text(encoding="utf-8").replace("500335", "500336"), encoding="utf-8")

    code, told = run("effects", str(folder), "--git", "HEAD", "--json")

    assert code == 0
    assert [(r["id"], r["fields"]) for r in json.loads(told)["records"]] == [("help_line", ["phones"])]
    assert run("effects", str(folder), "--git", "nowhere")[0] == 2


def test_edition_is_told_with_its_revision(folder: Path) -> None:
    """The commit that last changed the folder; a plus says that something is changed since."""
    room = folder.parent
    for arguments in (("init", "-q"), ("add", "."), ("commit", "-qm", "first")):
        subprocess.run(
            ["git", "-C", str(room), "-c", "user.name=t", "-c", "user.email=t@example.org", *arguments],
            check=True,
            capture_output=True,
        )
    asked = ["git", "-C", str(room), "log", "-1", "--format=%h", "--abbrev=10"]
    commit = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()

    clean = find_revision(folder)
    (folder / "words.yaml").write_text("avoid: []\n", encoding="utf-8")
    figures = json.loads(run("check", "--dir", str(folder), "--json")[1])["figures"]

    assert clean == commit
    assert figures["revision"] == f"{commit}+"
    assert figures["label"] == f"{figures['edition']} ({commit}+)"


def test_folder_without_git_has_no_revision(folder: Path) -> None:
    assert find_revision(folder) == ""


def test_effects_without_folders_says_how() -> None:
    code, told = run("effects")

    assert (code, len(told.splitlines())) == (2, 1)


# ---- coverage ----


def test_coverage_has_every_group_region_and_language_once() -> None:
    code, told = run("coverage", "--json", "--on", "2026-11-23")

    found = json.loads(told)
    cells = {(c["group"], c["region"], c["language"]) for c in found["cells"]}
    assert code == 0
    assert len(cells) == len(found["cells"]) == 19 * 27 * 2
    assert {c["state"] for c in found["cells"]} <= {"covered", "national", "thin", "unconfirmed"}
    assert len(found["work"]) == 199


def test_record_past_its_term_goes_to_the_overdue(folder: Path) -> None:
    record = folder / "entitlements/money/allowance.yaml"
    record.write_text(
        record.read_text(encoding="utf-8").replace("valid_until: null", "valid_until: 2026-10-31")
    )

    found = json.loads(run("coverage", "--json", "--on", "2026-11-23", "--dir", str(folder))[1])

    assert found["overdue"] == [{"kind": "term", "id": "allowance", "due": "2026-10-31"}]
    assert found["work"][0]["id"] == "shelter" or found["work"][0]["id"] == "allowance"


# ---- draw ----


@pytest.mark.parametrize("what", ["machine", "idp", "situation", "allowance"])
def test_pictures_are_sound(what: str, folder: Path) -> None:
    code, picture = run("draw", what, "--svg", "--dir", str(folder))
    mermaid = run("draw", what, "--dir", str(folder))[1]

    assert code == 0
    assert ElementTree.fromstring(picture).tag == "{http://www.w3.org/2000/svg}svg"
    assert mermaid.startswith(("flowchart", "stateDiagram"))


# ---- schema ----


def test_written_schemas_are_in_step_with_the_records() -> None:
    for kind, schema in build_schemas(("uk", "en")).items():
        written = json.loads((ROOT / f"docs/schema/{kind}.json").read_text(encoding="utf-8"))
        assert written == schema, f"run: nap1325 schema ({kind})"


def test_every_file_names_a_schema_that_is_there() -> None:
    base = find_knowledge()
    for path in base.rglob("*.yaml"):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
        assert found, path
        assert (path.parent / found[1]).resolve().is_file(), path


def test_schemas_speak_ukrainian_and_refer_to_what_is_there() -> None:
    for kind, schema in build_schemas(("uk", "en")).items():
        for node in walk(schema):
            if "$ref" in node:
                assert node["$ref"].removeprefix("#/$defs/") in schema["$defs"], kind
            if isinstance(node.get("description"), str):
                assert re.search("[а-яєіїґ]", node["description"]), (kind, node["description"])


def walk(node: object):  # type: ignore[no-untyped-def]
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from walk(value)
    elif isinstance(node, list):
        for value in node:
            yield from walk(value)


def test_real_files_have_no_field_that_their_schema_lacks() -> None:
    """An editor must not underline what `check` accepts."""
    schemas = build_schemas(("uk", "en"))
    base = find_knowledge()
    for path in base.rglob("*.yaml"):
        name = path.relative_to(base).parts[0].removesuffix(".yaml")
        schema = schemas[
            {"groups": "group", "entitlements": "entitlement", "contacts": "contact"}.get(name, name)
        ]
        document = read_yaml(path.read_text(encoding="utf-8"), path.name, Findings())
        assert document is not None
        assert set(document.value) <= set(schema["properties"]), path
        assert set(schema.get("required", ())) <= set(document.value), path
