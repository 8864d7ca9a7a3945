"""Options that several commands share, and the reading of their values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from greenrules.errors import UsageError

if TYPE_CHECKING:
    from greenrules.api import CarbonChoice, RuleChoice, RunChoice
    from greenrules.cli.lint_settings import LintSettings
    from greenrules.config import Config, Settings

Packs = Annotated[list[str] | None, typer.Option("--pack", help="A pack whose rules run (repeat).", metavar="NAME")]
RuleFiles = Annotated[
    list[Path] | None, typer.Option("--rule", help="A loose rule file, without a pack (repeat).", metavar="FILE")
]
Select = Annotated[
    list[str] | None, typer.Option("--select", help="Only these: full rule id, pack or tactic (repeat).", metavar="ID")
]
Ignore = Annotated[
    list[str] | None, typer.Option("--ignore", help="Not these: full rule id, pack or tactic (repeat).", metavar="ID")
]
LevelOption = Annotated[
    Literal["exact", "numeric", "model"] | None, typer.Option("--level", help="The most a rewrite may change.")
]
Python = Annotated[
    Path | None, typer.Option("--python", help="Interpreter that runs the script, of any virtual environment.")
]
Meter = Annotated[str | None, typer.Option("--meter", help="Meter to use; `doctor` lists them.")]
RequireMeter = Annotated[
    str | None, typer.Option("--require-meter", help="Least tier that will do: 0, 1, 2, 3a; else exit 5.")
]
EnvNames = Annotated[
    list[str] | None, typer.Option("--env", help="A further environment variable to pass (repeat).", metavar="NAME")
]
EnvShow = Annotated[bool, typer.Option("--env-show", help="Store values of --env variables, not digests.")]
Data = Annotated[
    list[Path] | None, typer.Option("--data", help="An input file to place beside the script (repeat).", metavar="FILE")
]
Timeout = Annotated[float | None, typer.Option("--timeout", help="Limit of one run, in seconds.", min=0.001)]
Memory = Annotated[str | None, typer.Option("--memory", help="Memory limit of a run, such as 8G.")]
AllowNetwork = Annotated[bool, typer.Option("--allow-network", help="Let the runs reach the network.")]
TdpWatts = Annotated[
    float | None, typer.Option("--tdp-watts", help="The processor's thermal design power, if you know better.")
]
CarbonIntensity = Annotated[
    float | None,
    typer.Option("--carbon-intensity", help="Grid intensity in g CO2e per kWh; adds a carbon line.", min=0),
]
Country = Annotated[
    str | None, typer.Option("--country", help="ISO code of the country, for the offline table of grid intensities.")
]
Pue = Annotated[float | None, typer.Option("--pue", help="Power usage effectiveness of the data centre.", min=1)]
Seed = Annotated[int | None, typer.Option("--seed", help="Seed of everything random.")]


def settings(folder: Path, **options: Any) -> Settings:
    """The settings that hold for a folder, options that were given before what its file says.

    Args:
        folder: of the script, or the current one.
        options: by their names in Python; what is None, False or empty was not given.
    """
    from greenrules import config

    return _one_intensity(config.load(folder, {name.replace("_", "-"): each for name, each in plain(options).items()}))


def _one_intensity(found: Config) -> Settings:
    """The settings with one word on where the power comes from: that of the command line before that of the file."""
    of, origins = found.settings, found.origins
    if of.carbon_intensity is None or of.country is None:
        return of
    if origins["carbon-intensity"] == origins["country"]:
        raise UsageError(
            "carbon-intensity and country both say how the power is made", remedy="give one: the figure, or the country"
        )
    return of.model_copy(update={"carbon_intensity" if origins["country"] == "command line" else "country": None})


def plain(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options that were given, with paths as text."""
    # a number that is zero was given
    given = {name: value for name, value in options.items() if not (value is None or value is False or value == [])}
    return {name: _plain(value) for name, value in given.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, Path) else value


def exclusive(given: Mapping[str, bool], reason: str = "") -> None:
    """Refuse options of which only one can be meant.

    Args:
        given: option → whether it was given.
        reason: why not both, where that is not plain.

    Raises:
        UsageError: more than one was given.
    """
    names = [name for name, present in given.items() if present]
    if len(names) > 1:
        raise UsageError(
            f"{' and '.join(names)} exclude each other{f': {reason}' if reason else ''}", remedy="give one"
        )


def folder_of(script: Path | None) -> Path:
    """The folder whose settings hold for a script; the current one without a script."""
    return script.parent if script is not None and script.parent.is_dir() else Path.cwd()


def rule_choice(of: Settings | LintSettings) -> RuleChoice:
    """Whose rules run."""
    from greenrules.api import RuleChoice

    return RuleChoice(tuple(of.pack), tuple(map(Path, of.rule)), tuple(of.select), tuple(of.ignore))


def run_choice(
    of: Settings,
    *,
    arguments: Sequence[str] | None,
    data: Sequence[Path] | None,
    env_show: bool,
    require_meter: str | None,
) -> RunChoice:
    """How the script is run.

    Raises:
        UsageError: when the memory limit is no size.
    """
    from greenrules.api import RunChoice

    return RunChoice(
        arguments=tuple(arguments or ()),
        python=Path(of.python) if of.python else None,
        data=tuple(data or ()),
        env=tuple(of.env),
        env_show=env_show,
        timeout_s=of.timeout,
        memory_mb=byte_size(of.memory),
        allow_network=of.allow_network,
        meter=of.meter,
        require_meter=require_meter,
        tdp_w=of.tdp_watts,
    )


def carbon_choice(of: Settings) -> CarbonChoice:
    """The carbon line.

    Raises:
        UsageError: there is a PUE and no intensity that it could act on.
    """
    from greenrules.api import CarbonChoice

    if of.pue != 1 and of.carbon_intensity is None and of.country is None:
        raise UsageError(
            "a PUE alone gives no carbon line", remedy="say where the power comes from: --country or --carbon-intensity"
        )
    return CarbonChoice(of.carbon_intensity, of.country, of.pue)


def byte_size(text: str | None) -> float | None:
    """``8G``, ``500M``, ``2 GiB`` or plain bytes, as megabytes (1e6 bytes); None stays None.

    Raises:
        UsageError: when it is not a size.
    """
    if text is None:
        return None
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kKmMgGtT]?)(i?)[bB]?\s*", text)
    if not found or float(found[1]) <= 0:
        raise UsageError(f"'{text}' is not a size", remedy="write it like 8G or 500M")
    power = " kmgt".index(found[2].lower() or " ")
    base = 1024 if found[3] else 1000
    return float(found[1]) * float(base) ** power / 1e6


def budget(text: str | None) -> tuple[float | None, float | None]:
    """``10m``, ``90s``, ``2h`` as seconds, or ``5kJ``, ``300J`` as joules: one of the two, the other None.

    Raises:
        UsageError: when it is neither.
    """
    if text is None:
        return None, None
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]*)\s*", text)
    seconds = {"s": 1.0, "": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
    joules = {"j": 1.0, "kj": 1e3, "mj": 1e6, "wh": 3600.0, "kwh": 3.6e6}
    unit = found[2].lower() if found else "?"
    if not found or float(found[1]) <= 0 or unit not in seconds | joules:
        raise UsageError(f"'{text}' is not a budget", remedy="write a time like 10m, or an energy like 5kJ")
    value = float(found[1])
    return (value * seconds[unit], None) if unit in seconds else (None, value * joules[unit])


def weights(text: str) -> tuple[float, float, float]:
    """``E,Q,T`` as three weights that sum to 1.

    Raises:
        UsageError: when they are not three numbers, one is negative, or all are zero.
    """
    try:
        energy, quality, time = (float(part) for part in text.split(","))
    except ValueError:
        raise UsageError(
            f"'{text}' is not three weights", remedy="write energy, quality, time like 0.5,0.3,0.2"
        ) from None
    total = energy + quality + time
    if min(energy, quality, time) < 0 or not 0 < total < float("inf"):
        raise UsageError(f"weights must not be negative and not all zero: '{text}'", remedy="for example 0.5,0.3,0.2")
    return energy / total, quality / total, time / total


def quality_loss(text: str) -> str:
    """The allowed loss as written, checked: ``0.5%`` or ``0.005``.

    Raises:
        UsageError: when it is not a number, or negative.
    """
    if not re.fullmatch(r"\s*\d+(\.\d*)?(e-?\d+)?\s*%?\s*", text):
        raise UsageError(f"'{text}' is not a quality loss", remedy="write it like 0.5% (relative) or 0.005 (absolute)")
    return text.strip()


def formats(text: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """A comma-separated list of formats.

    Raises:
        UsageError: for an unknown one.
    """
    chosen = tuple(dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip()))
    for name in chosen:
        if name not in known:
            raise UsageError(f"no report format is called '{name}'", remedy=f"formats: {', '.join(known)}")
    return chosen
