"""`nap1325 operators add | list | link | logout | remove`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeVar

import typer

_T = TypeVar("_T")
operators = typer.Typer(no_args_is_help=True, help="Accounts of the operators' console.")
NameArgument = Annotated[str, typer.Argument(help="As the operator will type it.")]


def _try(work: Callable[[], _T]) -> _T:
    from bot.cli_common import fail
    from bot.errors import MendableError

    try:
        return work()
    except MendableError as error:
        fail(str(error), 1)


@operators.command()
def add(
    name: NameArgument,
    role: Annotated[str, typer.Option(help="operator, supervisor or administrator.")] = "operator",
    lang: Annotated[str, typer.Option("--lang", help="The language of the console: uk or en.")] = "uk",
) -> None:
    """Make an account and print a link to set its password: it works once, for a day."""
    from bot.cli import _open_settings
    from bot.operators import add_operator

    settings = _open_settings()
    print(_try(lambda: add_operator(settings, name, role, lang)))


@operators.command()
def link(name: NameArgument) -> None:
    """Print a new link for somebody who forgot the password."""
    from bot.cli import _open_settings
    from bot.operators import renew_link

    settings = _open_settings()
    print(_try(lambda: renew_link(settings, name)))


@operators.command("list")
def list_all() -> None:
    """Everybody with an account: name, role, and whether a password is set."""
    from bot.cli import _open_settings
    from bot.operators import list_operators

    settings = _open_settings()
    for one in _try(lambda: list_operators(settings)):
        print(f"{one.name}\t{one.role}\t{'' if one.password else 'no password yet'}".rstrip())


@operators.command()
def logout(name: NameArgument) -> None:
    """End every session of an operator at once: a lost computer, a stolen cookie. The password stays."""
    from bot.cli import _open_settings
    from bot.operators import log_out

    settings = _open_settings()
    print(f"Sessions ended: {_try(lambda: log_out(settings, name))}")


@operators.command()
def remove(name: NameArgument) -> None:
    """Remove an account and end its sessions at once."""
    from bot.cli import _open_settings
    from bot.operators import remove_operator

    settings = _open_settings()
    _try(lambda: remove_operator(settings, name))
