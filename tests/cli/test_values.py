"""What is taken from the command line without Typer's reading is what Typer reads."""

from pathlib import Path
from typing import Annotated, Literal

import pytest
import typer

from greenrules.cli import values


def program(cls: type | None, seen: list[object]) -> typer.Typer:
    """A program that notes what it is given."""
    app = typer.Typer(cls=cls, rich_markup_mode=None, pretty_exceptions_enable=False)

    @app.callback()
    def common(
        color: Annotated[bool | None, typer.Option("--color/--no-color")] = None,
        loud: Annotated[bool, typer.Option("--loud", callback=lambda value: seen.append(value) or value)] = False,
    ) -> None:
        seen.append((color, loud))

    @app.command("go")
    def go(
        paths: Annotated[list[Path] | None, typer.Argument()] = None,
        form: Annotated[Literal["text", "json"], typer.Option("--form")] = "text",
        level: Annotated[Literal["a", "b"] | None, typer.Option("--level")] = None,
        names: Annotated[list[str] | None, typer.Option("--name")] = None,
        files: Annotated[list[Path] | None, typer.Option("--file")] = None,
        to: Annotated[Path | None, typer.Option("--to")] = None,
        real: Annotated[Path | None, typer.Option("--real", exists=True, resolve_path=True)] = None,
        jobs: Annotated[int, typer.Option("--jobs", min=0)] = 0,
        few: Annotated[int | None, typer.Option("--few", max=3)] = None,
        share: Annotated[float | None, typer.Option("--share", max=1)] = None,
        quick: Annotated[bool, typer.Option("--quick")] = False,
        pair: Annotated[tuple[str, int] | None, typer.Option("--pair")] = None,
        shouted: Annotated[str, typer.Option("--shouted", parser=str.upper)] = "x",
    ) -> None:
        seen.append((paths, form, level, names, files, to, real, jobs, few, share, quick, pair, shouted))

    @app.command("need")
    def need(path: Path, number: Annotated[int, typer.Option("--number")]) -> None:
        seen.append((path, number))

    return app


def outcome(cls: type | None, arguments: list[str]) -> tuple[list[object], str]:
    """What the program was given, or how it refused."""
    seen: list[object] = []
    try:
        program(cls, seen)(args=arguments, prog_name="program", standalone_mode=False)
    except Exception as error:
        return seen, f"{type(error).__name__}: {getattr(error, 'message', error)}"
    return seen, ""


@pytest.mark.parametrize(
    "arguments",
    [
        "go",
        "go .",
        "go . missing .",
        "go --form json --level b",
        "go --form xml",
        "go --level ''",
        "go --name a --name b --name a",
        "go --file . --file missing",
        "go --to .",
        "go --to missing",
        "go --real .",
        "go --real missing",
        "go --jobs 3 --share 0.5 --quick",
        "go --jobs 0",
        "go --jobs 007",
        "go --jobs 1_0",
        "go --jobs +1",
        "go --jobs 1.0",
        "go --jobs ٣",
        "go --jobs 99999999999999999999",
        "go --few 3",
        "go --few 4",
        "go --jobs -1",
        "go --jobs x",
        "go --share 2",
        "go --pair a 3",
        "go --pair a b",
        "go --shouted a",
        "go --unknown",
        "--color go",
        "--no-color --loud go",
        "need",
        "need .",
        "need . --number 3",
        "need . --number x",
        "gone",
        "",
    ],
)
def test_a_value_is_what_typer_reads(arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    words = [word.strip("'") for word in arguments.split()]
    kept = outcome(values.QuickGroup, words)
    assert kept == outcome(None, words)
    assert "NameError" not in kept[1]


def test_a_path_that_cannot_be_read_is_refused_by_typer(tmp_path, monkeypatch):
    monkeypatch.setattr("os.access", lambda path, mode: False)
    kept = outcome(values.QuickGroup, ["go", str(tmp_path)])
    assert kept == outcome(None, ["go", str(tmp_path)])
    assert "not readable" in kept[1]
