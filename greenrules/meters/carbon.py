"""Grams of CO2 equivalent of an energy, from an offline table of grid factors: ``g = J / 3.6e6 · PUE · g/kWh``."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from greenrules.errors import UsageError, nearest
from greenrules.models import CarbonInfo

#: Where the table is from; each row has its year.
SOURCE = "Ember and Energy Institute, processed by Our World in Data (CC BY 4.0)"
J_PER_KWH = 3.6e6


@dataclass(frozen=True, slots=True)
class GridFactor:
    """Life-cycle emissions of a country's electricity.

    Attributes:
        code: ISO 3166-1 alpha-3, ``WORLD`` for the world.
        country: in English.
        g_per_kwh: grams of CO2 equivalent per kilowatt hour.
        year: of the figure.
        alpha2: ISO 3166-1 alpha-2, empty where there is none.
    """

    code: str
    country: str
    g_per_kwh: float
    year: int
    alpha2: str = ""


@cache
def table() -> dict[str, GridFactor]:
    """Factors by code."""
    with files("greenrules.meters").joinpath("data", "carbon.csv").open(encoding="utf-8") as file:
        return {
            row["code"]: GridFactor(
                row["code"], row["country"], float(row["g_per_kwh"]), int(row["year"]), row["alpha2"]
            )
            for row in csv.DictReader(file)
        }


def grid_factor(country: str) -> GridFactor:
    """The factor of a country by its ISO 3166-1 code, of two letters or three, or its English name.

    Raises:
        UsageError: no such country in the table.
    """
    wanted = country.strip().casefold()
    for factor in table().values():
        if wanted and wanted in (factor.code.casefold(), factor.alpha2.casefold(), factor.country.casefold()):
            return factor
    known = [name for factor in table().values() for name in (factor.code, factor.country)]
    raise UsageError(
        f"no grid factor for {country}", remedy=nearest(country, known) or "give --carbon-intensity in g/kWh"
    )


def grams(energy_j: float, g_per_kwh: float, pue: float = 1.0) -> float:
    """Emissions of an energy.

    Args:
        energy_j: joules at the machine.
        g_per_kwh: of the grid.
        pue: power usage effectiveness of the data centre, total over IT power, at least 1 (ISO/IEC 30134-2).

    Raises:
        UsageError: a factor below 0, or a PUE below 1.
    """
    if g_per_kwh < 0:
        raise UsageError(f"a carbon intensity of {g_per_kwh:g} g/kWh", remedy="grams per kilowatt hour, 0 or more")
    if pue < 1:
        raise UsageError(
            f"a PUE of {pue:g}", remedy="the total power of the data centre over that of its machines, ≥ 1"
        )
    return energy_j / J_PER_KWH * pue * g_per_kwh


def carbon_info(
    baseline_j: float,
    selected_j: float | None = None,
    *,
    intensity: float | None = None,
    country: str | None = None,
    pue: float = 1.0,
) -> CarbonInfo:
    """The carbon line of a report; the user's intensity before the country's, the world's without either.

    Raises:
        UsageError: an unknown country or an impossible factor.
    """
    if intensity is not None:
        source = "set by user"
    else:
        factor = grid_factor(country or "WORLD")
        intensity, source = factor.g_per_kwh, f"{factor.country}, {factor.year}: {SOURCE}"
    return CarbonInfo(
        intensity_g_per_kwh=intensity,
        pue=pue,
        baseline_g=grams(baseline_j, intensity, pue),
        selected_g=None if selected_j is None else grams(selected_j, intensity, pue),
        source=source,
    )
