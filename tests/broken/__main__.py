"""Write the golden messages anew."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.broken import HERE, list_cases, tell

for case in list_cases():
    with tempfile.TemporaryDirectory() as room:
        for language, text in tell(case, Path(room)).items():
            (HERE / case / f"expected.{language}.txt").write_text(text, encoding="utf-8")
