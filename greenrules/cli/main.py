"""The entry point: one Typer application, its commands each in a file of their own."""

from __future__ import annotations

import gc
import signal
import sys
from importlib import import_module
from typing import Annotated

import typer

from greenrules.cli.console import Console
from greenrules.cli.values import QuickGroup
from greenrules.errors import ExitCode, GreenrulesError

app = typer.Typer(
    name="greenrules",
    cls=QuickGroup,
    help="Rewrite machine-learning scripts to use less energy, and prove what it saved.",
    epilog="Start with: greenrules apply train.py --pack sklearn",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
console = Console()


def _version(show: bool) -> None:
    if show:
        from greenrules import __version__

        typer.echo(f"greenrules {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but results and errors.")] = False,
    color: Annotated[
        bool | None,
        typer.Option("--color/--no-color", help="Colour or none; NO_COLOR is honoured.", show_default=False),
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    console.quiet = quiet or console.quiet
    console.debug = debug or console.debug
    console.color = color if color is not None else console.color


#: The commands, in the order of the help; each stands in a module of its own.
_COMMANDS = (
    "apply",
    "lint",
    "measure",
    "gate",
    "report",
    "choose",
    "calibrate",
    "doctor",
    "packs",
    "rules",
    "explain",
    "config",
    "pack",
)


def _register(given: list[str]) -> None:
    """Add the command that is called, or all where that is not plain: building one takes a while."""
    called = next((argument for argument in given if not argument.startswith("-")), None)
    for name in (called,) if called in _COMMANDS else _COMMANDS:
        import_module(f"greenrules.cli.{name}").register(app, console)


#: Options of every command, which people also write after its name.
_ANYWHERE = {"--quiet", "-q", "--no-color", "--color", "--debug"}


def _hoist(arguments: list[str]) -> list[str]:
    """Common options written after the command's name, moved before it; what follows ``--`` is the script's."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    common = [a for a in arguments[:end] if a in _ANYWHERE]
    return common + [a for a in arguments[:end] if a not in _ANYWHERE] + arguments[end:]


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    # Imports and syntax trees make objects by the hundred thousand that live long; looking at each of them again and
    # again for cycles is a quarter of the CPU time of a lint.
    gc.set_threshold(100_000, 10, 100)
    # Being asked to end is being interrupted: nothing is left half written, and no folder behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    given = _hoist(sys.argv[1:] if arguments is None else list(arguments))
    _register(given)
    try:
        code = app(args=given, prog_name="greenrules", standalone_mode=False)
    except GreenrulesError as error:
        if console.debug:
            raise
        console.error(error)
        code = error.exit_code
    except KeyboardInterrupt:
        console.note("interrupted; nothing was left half written")
        code = ExitCode.INTERRUPTED
    except Exception as error:
        code = _usage(error)
    if arguments is None:
        # The interpreter ends by looking for cycles among all that was ever made; the system frees it faster.
        gc.freeze()
    sys.exit(int(code or 0))


def _usage(error: Exception) -> int:
    """Show an error of the command line itself; anything else is ours and goes on up."""
    show = getattr(error, "show", None)
    if show is not None and hasattr(error, "exit_code"):
        show()
        return int(error.exit_code)
    if type(error).__name__ == "Abort":
        return int(ExitCode.INTERRUPTED)
    if console.debug:
        raise error
    from greenrules import __version__

    console.error(
        GreenrulesError(
            f"internal error in greenrules {__version__}: {type(error).__name__}: {error}",
            remedy="run it again with --debug and report the traceback; your files are as they were",
        )
    )
    return int(ExitCode.USAGE)
