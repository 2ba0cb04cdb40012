"""Build hook: the dependencies come from requirements.in, the catalogues are compiled.

Used by hatchling for wheels and editable installs; a checkout that is not installed compiles its
catalogues in memory instead (`bot.texts`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface


def compile_catalogues(root: Path) -> list[Path]:
    """Write the .mo beside every .po and name what was written."""
    made = []
    for source in sorted((root / "locales").glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parts[-3])
        target, part = source.with_suffix(".mo"), source.with_suffix(".mo.part")
        with part.open("wb") as file:
            write_mo(file, catalogue)
        part.replace(target)  # a process that starts meanwhile reads the former one, never half of one
        made.append(target)
    return made


class CustomMetadataHook(MetadataHookInterface):
    """`dependencies` as requirements.in names them; the lock with hashes stays the way to install."""

    def update(self, metadata: dict[str, Any]) -> None:
        lines = (Path(self.root) / "requirements.in").read_text(encoding="utf-8").splitlines()
        metadata["dependencies"] = [
            line.split("#")[0].strip() for line in lines if line.split("#")[0].strip()
        ]


class CustomBuildHook(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        compile_catalogues(Path(self.root))
