"""Where the content is that comes with the code."""

from __future__ import annotations

from pathlib import Path


def find_own() -> Path:
    """The base beside the code, or inside the package in a wheel."""
    here = Path(__file__).resolve().parent
    packed = here / "data" / "knowledge"
    return packed if packed.is_dir() else here.parent / "knowledge"
