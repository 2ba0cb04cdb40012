"""The files under deploy/ name commands, settings, figures and paths that exist; tools read them where they are."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from configparser import RawConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry

from bot.cli import app as commands
from bot.gauges import REGISTRY
from bot.settings import Settings
from bot.web.probes import Measure

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
UNITS = ("nap1325.service", "nap1325-backup.service", "nap1325-backup.timer")
RUNS = re.compile(r'-m"?,? "?bot"?,? "?([a-z-]+)')
FOREIGN = {"PYTHONPATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "PATH"}


def list_commands() -> set[str]:
    return {
        one.name or one.callback.__name__ for one in commands.registered_commands if one.callback is not None
    }


def list_settings() -> set[str]:
    return {name.upper() for name in Settings.model_fields}


def list_figures() -> set[str]:
    """Every sample's name; counters end in _total, histograms in _bucket."""
    web = CollectorRegistry()
    Measure(_nothing, web)
    names = set()
    for registry in (REGISTRY, web):
        for family in registry.collect():
            ending = {"counter": "_total", "histogram": "_bucket"}.get(family.type, "")
            names.add(family.name + ending)
    return names


async def _nothing(*_: Any) -> None:
    return


def read_unit(name: str) -> RawConfigParser:
    parser = RawConfigParser(strict=False, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string((DEPLOY / name).read_text(encoding="utf-8"))
    return parser


def find_figures(expressions: Iterable[str]) -> set[str]:
    """Names in PromQL that are no function, label or keyword."""
    words: set[str] = set()
    for text in expressions:
        bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]|by \([^)]*\)", "", text)
        words |= {w for w in re.findall(r"[a-z_]{4,}(?!\s*\()\b", bare) if "_" in w}
    return words - {"histogram_quantile"}


@pytest.mark.parametrize("file", ["nap1325.service", "nap1325-backup.service", "compose.yaml", "Dockerfile"])
def test_commands_that_are_started_exist(file: str) -> None:
    found = set(RUNS.findall((DEPLOY / file).read_text(encoding="utf-8")))

    assert found
    assert found <= list_commands()


def test_commands_of_the_procfile_exist() -> None:
    found = set(RUNS.findall((ROOT / "Procfile").read_text(encoding="utf-8")))

    assert found == {"migrate", "check", "serve"}
    assert found <= list_commands()


def test_the_service_is_shut_in() -> None:
    service = read_unit("nap1325.service")["Service"]

    assert service["DynamicUser"] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["NoNewPrivileges"] == "yes"
    assert service["StateDirectory"] == "nap1325"
    assert int(service["TimeoutStopSec"]) > 10


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_reads_the_units(unit: str, tmp_path: Path) -> None:
    """systemd itself where it is; everywhere that each section has its heading and each line its equals sign."""
    assert {"Unit"} < set(read_unit(unit).sections())
    home = tmp_path / "opt"
    (home / ".venv/bin").mkdir(parents=True)
    (home / ".venv/bin/python").symlink_to(sys.executable)
    for name in UNITS:
        text = (DEPLOY / name).read_text(encoding="utf-8").replace("/opt/nap1325", str(home))
        (tmp_path / name).write_text(text, encoding="utf-8")
    tool = shutil.which("systemd-analyze")
    if tool:
        ran = subprocess.run([tool, "verify", tmp_path / unit], capture_output=True, text=True)
        assert ran.stderr.replace(f"{tmp_path}/", "") == ""


def test_caddy_reads_its_file() -> None:
    """Caddy itself where it is; everywhere that the figures stay inside and nothing is logged."""
    text = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    assert "respond @figures 404" in text
    assert "output discard" in text
    assert text.count("{") == text.count("}")
    tool = shutil.which("caddy")
    if tool:
        command = [tool, "validate", "--config", DEPLOY / "Caddyfile", "--adapter", "caddyfile"]
        assert subprocess.run(command, capture_output=True).returncode == 0


def test_the_image_is_made_of_files_that_are_there_and_runs_as_nobody() -> None:
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = [line.split()[1] for line in lines if line.startswith("COPY ") and "--from" not in line]
    used = {word.partition("=")[0] for line in lines if line.startswith("ENV ") for word in line.split()[1:]}

    assert copied == ["requirements.txt", "bot", "dialogs", "locales", "knowledge"]
    assert all((ROOT / name).exists() for name in copied)
    assert lines.index("USER nap1325") < lines.index("WORKDIR /data"), (
        "what is kept stands in the folder it owns"
    )
    assert any("PYTHONPATH=/app" in line for line in lines)
    assert used - FOREIGN <= list_settings()


def test_compose_names_settings_that_exist_and_migrates_before_it_serves() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]

    assert set(services["web"]["environment"]) <= list_settings()
    assert services["web"]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    assert services["web"]["cap_drop"] == ["ALL"]
    tool = shutil.which("docker-compose")
    if tool:
        secrets = {"POSTGRES_PASSWORD": "x", "SECRET_KEY": "x"}
        command = [tool, "-f", DEPLOY / "compose.yaml", "config", "-q"]
        assert subprocess.run(command, env=secrets, capture_output=True).returncode == 0


def test_a_command_runs_as_the_service_does(tmp_path: Path) -> None:
    """Typed in any folder, it must find the service's database and key, not make others there."""
    said = tmp_path / "said"
    fake = tmp_path / "systemd-run"
    fake.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {said}\n', encoding="utf-8")
    fake.chmod(0o755)
    units = [read_unit("nap1325.service")["Service"], read_unit("nap1325-backup.service")["Service"]]

    subprocess.run(
        [DEPLOY / "nap1325", "operators", "add", "Ольга К."],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        stdin=subprocess.DEVNULL,
        check=True,
    )

    words = said.read_text(encoding="utf-8").splitlines()
    options = [word.removeprefix("--property=").split("=", 1) for word in words if "--property=" in word]
    assert words[-6:] == ["/opt/nap1325/.venv/bin/python", "-m", "bot", "operators", "add", "Ольга К."]
    assert "--pipe" in words
    assert {"DynamicUser", "User", "StateDirectory", "WorkingDirectory", "EnvironmentFile"} <= dict(
        options
    ).keys()
    for unit in units:
        assert "PYTHONPATH=/opt/nap1325" in unit["Environment"]
        for name, value in options:
            meant = unit.get(name, value).replace("%S", "/var/lib")
            assert value in meant.split(), name
    assert words[-6] in units[0]["ExecStart"]


def test_figures_of_the_process_can_be_read_under_the_unit() -> None:
    """`ProcSubset=pid` hides /proc/stat, and with it the figures of processor time and memory."""
    for name in ("nap1325.service", "nap1325-backup.service"):
        assert "ProcSubset" not in read_unit(name)["Service"]

    assert "process_cpu_seconds_total" in list_figures()


def test_every_figure_is_explained_to_whoever_watches() -> None:
    text = (ROOT / "docs/operating.md").read_text(encoding="utf-8")

    own = {name.removesuffix("_bucket") for name in list_figures() if not name.startswith("process_")}
    assert {name for name in own if f"`{name}" not in text} == set()


def test_seven_alerts_read_figures_that_exist_and_say_what_to_do() -> None:
    rules = yaml.safe_load((DEPLOY / "alerts.yml").read_text(encoding="utf-8"))["groups"][0]["rules"]

    assert [rule["alert"] for rule in rules] == [
        "PeopleUnanswered",
        "TelegramSaysTooMany",
        "TokenRefused",
        "TelegramAway",
        "StoreSlow",
        "EditionRefused",
        "BaseOverdue",
    ]
    assert all(rule["annotations"]["summary"] and rule["annotations"]["remedy"] for rule in rules)
    assert find_figures(rule["expr"] for rule in rules) <= list_figures()
    tool = shutil.which("promtool")
    if tool:
        command = [tool, "test", "rules", ROOT / "tests/data/alerts.yml"]
        ran = subprocess.run(command, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_board_shows_figures_that_exist() -> None:
    panels = json.loads((DEPLOY / "grafana.json").read_text(encoding="utf-8"))["panels"]
    found = find_figures(target["expr"] for panel in panels for target in panel["targets"])

    assert len(found) >= 8
    assert found <= list_figures()
