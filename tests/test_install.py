"""The Procfile's lines where the package is not installed, and the wheel with its catalogues and content."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.request
import zipfile
from pathlib import Path

import pytest

from tests.broken import HERE

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project as a platform has it: dependencies there, the package not installed, no .mo."""
    place = tmp_path_factory.mktemp("bare")
    for name in ("bot", "dialogs", "knowledge", "locales"):
        shutil.copytree(
            ROOT / name, place / name, ignore=shutil.ignore_patterns("*.mo", "__pycache__", "kept")
        )
    for name in ("Procfile", "requirements.txt"):
        shutil.copy(ROOT / name, place / name)
    return place


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def environment(place: Path, port: int) -> dict[str, str]:
    """Only the dependencies are on the path: .pth files of an editable install are not read from PYTHONPATH."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": sysconfig.get_paths()["purelib"],
        "DATABASE_URL": f"sqlite:///{place}/var/test.db",
        "PORT": str(port),
        "LOG_LEVEL": "ERROR",
    }


def read_procfile(place: Path) -> dict[str, list[str]]:
    lines = (place / "Procfile").read_text().splitlines()
    found = dict(line.split(": ", 1) for line in lines if line)
    base = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    return {name: ["sh", "-ec", line.replace("python ", f"{base} ")] for name, line in found.items()}


def test_the_lines_of_the_procfile_work_without_the_package_being_installed(bare: Path) -> None:
    lines = read_procfile(bare)
    port = free_port()
    env = environment(bare, port)

    few = {**env, "KNOWLEDGE_DIR": str(HERE / "base")}  # that the whole base is sound, `make check` proves
    release = subprocess.run(
        lines["release"], cwd=bare, env=few, capture_output=True, text=True, timeout=60, check=False
    )
    assert release.returncode == 0, release.stderr

    web = subprocess.Popen(
        lines["web"], cwd=bare, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        page = wait_for(f"http://127.0.0.1:{port}/", web)
    finally:
        web.terminate()
        out, err = web.communicate(timeout=20)

    assert "Для кого шукаєте допомогу" in page, "the catalogue is compiled in memory"
    assert web.returncode == 0, err
    assert "Open http://127.0.0.1" in out


def wait_for(url: str, process: subprocess.Popen[str]) -> str:
    end = time.monotonic() + 40
    while time.monotonic() < end:
        if process.poll() is not None:
            raise AssertionError(process.communicate()[1])
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return str(answer.read().decode())
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the service did not answer")


def test_the_wheel_holds_catalogues_and_content(tmp_path: Path) -> None:
    from hatchling.builders.wheel import WheelBuilder

    wheel = next(WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"]))

    names = set(zipfile.ZipFile(wheel).namelist())
    assert "bot/data/locales/uk/LC_MESSAGES/nap1325.mo" in names
    assert "bot/data/knowledge/questions.yaml" in names
    assert "dialogs/engine.py" in names


def test_a_catalogue_is_there_whole_while_it_is_compiled_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service may start, or another test read, in the middle of it."""
    from bot import build

    folder = tmp_path / "locales" / "uk" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "locales" / "uk" / "LC_MESSAGES" / "nap1325.po", folder)
    (made,) = build.compile_catalogues(tmp_path)
    whole, seen = made.read_bytes(), []
    write = build.write_mo

    def look(file: object, catalogue: object) -> None:
        seen.append(made.read_bytes())
        write(file, catalogue)
        seen.append(made.read_bytes())

    monkeypatch.setattr(build, "write_mo", look)
    build.compile_catalogues(tmp_path)

    assert seen == [whole, whole]
    assert made.read_bytes() == whole
    assert [path.name for path in folder.iterdir() if path.suffix == ".part"] == []


def serve(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """`serve` that cannot start."""
    env = {**os.environ, "DATABASE_URL": f"sqlite:///{folder}/x.db", "LOG_LEVEL": "ERROR", **environment}
    env.pop("TELEGRAM_BOT_TOKEN", None)
    return subprocess.run(
        [sys.executable, "-m", "bot", "serve"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_busy_port_is_one_sentence_with_its_remedy(tmp_path: Path) -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()

        run = serve(tmp_path, PORT=str(sock.getsockname()[1]))

    assert run.returncode == 1
    assert "another program holds it. Set PORT." in run.stderr
    assert "Traceback" not in run.stderr


def test_a_base_with_errors_is_not_served_and_its_first_error_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "knowledge"
    shutil.copytree(HERE / "base", folder)
    path = folder / "contacts" / "help_line.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace('"1547"]', "1547]"), encoding="utf-8")

    run = serve(tmp_path, PORT="1", KNOWLEDGE_DIR=str(folder))

    assert (run.returncode, run.stdout.count("Open http")) == (1, 0)
    assert run.stderr.count("\n") == 1
    assert run.stderr.startswith(f"The knowledge base cannot be used: {folder}/contacts/help_line.yaml:8:")


def test_what_only_commands_need_is_not_imported_to_serve() -> None:
    """Each of them is memory that a service would hold for ever."""
    parts = "bot.app, bot.web.app, bot.web.console.build, bot.web.health, bot.telegram.channel"
    heavy = (
        "yaml",
        "phonenumbers",
        "alembic",
        "matplotlib",
        "bot.library",
        "dialogs.checks",
        "sqlalchemy.dialects.postgresql",
    )

    run = subprocess.run(
        [sys.executable, "-c", f"import sys, {parts}; print(sorted(sys.modules.keys() & set({heavy})))"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert run.stdout == "[]\n"
