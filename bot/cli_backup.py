"""`nap1325 backup FILE` and `nap1325 restore FILE`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli_common import fail
from bot.errors import MendableError

FileArgument = Annotated[Path, typer.Argument(help="The backup file.")]


def register(app: typer.Typer) -> None:
    app.command()(backup)
    app.command()(restore)


def backup(file: FileArgument) -> None:
    """Copy everything that is kept into a file, while the service runs; it stays sealed."""
    from bot.backup import back_up
    from bot.cli import _open_settings

    settings = _open_settings()
    try:
        size = back_up(settings.database_url.get_secret_value(), file)
    except MendableError as error:
        fail(str(error), 1)
    print(
        f"{file}: {size // 1024} KiB. It opens only with the SECRET_KEY in use; keep that key apart from it."
    )


def restore(file: FileArgument) -> None:
    """Put a backup in place of what is kept. The service must not be running."""
    from bot.backup import restore as put_back
    from bot.cli import _open_settings
    from bot.keys import Keys
    from bot.settings import find_secrets

    settings = _open_settings()
    try:
        before = put_back(settings.database_url.get_secret_value(), file, Keys(find_secrets(settings)))
    except MendableError as error:
        fail(str(error), 1)
    print(
        "Restored."
        + (f" What was there before is in {before}: delete it when all is well." if before else "")
    )
