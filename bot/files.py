"""The files of a knowledge folder: what is read, what nobody reads, and what cannot be opened."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from dialogs.findings import Findings, Origin, Pen
from dialogs.words import N_

MAX_FILE = 400_000
MAX_BYTES = 2 * MAX_FILE  # Cyrillic letters take two


def find_files(folder: Path, findings: Findings, shown: str) -> list[Path]:
    """Every visible file below the folder; a folder that cannot be entered becomes a finding."""

    def tell(error: OSError) -> None:
        name = Path(str(error.filename)).relative_to(folder).as_posix()
        Pen(findings, Origin(f"{shown}/{name}", {})).error(
            (),
            "unreadable_folder",
            N_("the folder cannot be opened"),
            N_("Look at its permissions; the service must be able to read everything in it."),
        )

    found = []
    for room, folders, files in os.walk(folder, onerror=tell):
        here = Path(room)
        for name in folders:
            _check_folder(here / name, folder, findings, shown)
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [here / name for name in files if not name.startswith(".")]
    return sorted(found)


def _check_folder(path: Path, folder: Path, findings: Findings, shown: str) -> None:
    pen = Pen(findings, Origin(f"{shown}/{path.relative_to(folder).as_posix()}", {}))
    if path.suffix == ".yaml":
        pen.error(
            (),
            "folder_for_file",
            N_("this is a folder, and its name is that of a file"),
            N_("Restore the file from a copy, and delete or rename the folder."),
        )
    elif path.is_symlink() and not path.name.startswith("."):
        pen.warn(
            (),
            "linked_folder",
            N_("nobody reads this folder: it is a link to another one"),
            N_("Put the folder itself here, or delete the link."),
        )


def show_folder(folder: Path) -> str:
    """The folder as an editor finds it from here."""
    try:
        return folder.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return folder.as_posix()


def read_files(folder: Path, shown: str, findings: Findings) -> dict[str, bytes]:
    """The bytes of every file; a file that cannot be opened becomes a finding."""
    blobs = {}
    for path in find_files(folder, findings, shown):
        name = path.relative_to(folder).as_posix()
        if path.suffix != ".yaml":
            _tell_unread(path, folder, findings, shown)
            continue
        pen = Pen(findings, Origin(f"{shown}/{name}", {}))
        try:
            status = path.stat()
            if not stat.S_ISREG(status.st_mode):
                pen.error(
                    (), "no_file", N_("this is no ordinary file"), N_("Delete it, or restore it from a copy.")
                )
            elif status.st_size > MAX_BYTES:
                pen.error(
                    (),
                    "file_too_big",
                    N_("the file has {size} characters, {most} at most"),
                    N_("Split it: one record a file."),
                    size=status.st_size,
                    most=MAX_FILE,
                )
            else:
                blobs[name] = path.read_bytes()
        except OSError:
            pen.error(
                (),
                "unreadable",
                N_("the file cannot be opened"),
                N_("Look at its permissions, or restore it from a copy."),
            )
    return blobs


def name_edition(files: Mapping[str, bytes]) -> str:
    """First 12 hex digits of SHA-256 over sorted (path, bytes); DESIGN 4a.10."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(name.encode() + b"\0" + files[name] + b"\0")
    return digest.hexdigest()[:12]


def _tell_unread(path: Path, folder: Path, findings: Findings, shown: str) -> None:
    """A file whose name does not end in .yaml: perhaps a record that nobody sees any more."""
    if path.suffix == ".md":
        return
    pen = Pen(findings, Origin(f"{shown}/{path.relative_to(folder).as_posix()}", {}))
    stem = path.name.split(".")[0].strip("~# ")
    if (path.parent / f"{stem}.yaml").is_file():
        pen.note(
            (),
            "leftover",
            N_("nobody reads this file; it looks like a copy of {near}"),
            N_("Delete it when you no longer need it."),
            near=f"{stem}.yaml",
        )
    else:
        pen.warn(
            (),
            "wrong_ending",
            N_("nobody reads this file: its name does not end in .yaml"),
            N_(
                "If it is a record, rename it: {near} (when the ending is not shown, let the file manager show extensions). "
                "If not, keep it elsewhere."
            ),
            near=f"{stem}.yaml",
        )
