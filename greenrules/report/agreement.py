"""How far the outputs of a rewritten script agree with the original's, in words."""

from __future__ import annotations

import re

from greenrules.models import Variant
from greenrules.report import numbers
from greenrules.report.text import one_line, shorten

#: how ``outputs_agree`` names the kinds of output, and how a reader is told of them
_KINDS = {"printed": "the printed lines", "files": "the files written", "predictions": "the predictions"}
_LONG = re.compile(r"\d+\.\d{5,}(?:[eE][+-]?\d+)?")


def agrees(variant: Variant) -> bool | None:
    """Whether the outputs agree; None where that was not looked at."""
    found = variant.outputs_agree.get("agree")
    return found if isinstance(found, bool) else None


def sentence(variant: Variant) -> str:
    """What came of the comparison; empty where there was none."""
    agree = agrees(variant)
    if agree is None:
        return ""
    if agree:
        how = "the same as the original's" if variant.level == "exact" else "the original's, within the tolerance"
        return f"Its outputs are {how}{_masked(variant)}."
    shares = [
        f"{numbers.share(value)} of {words}"
        for key, words in _KINDS.items()
        if isinstance(value := variant.outputs_agree.get(key), int | float)
    ]
    same = f": {_series(shares)} agree" if shares else ""
    how = (
        "differ from the original's, as those of another model do"
        if variant.level == "model"
        else "are not the original's"
    )
    return f"Its outputs {how}{same}{_masked(variant)}."


def _masked(variant: Variant) -> str:
    masked = variant.outputs_agree.get("masked")
    if not isinstance(masked, int) or masked <= 0:
        return ""
    return f", apart from {numbers.plural(masked, 'place')} where the original's own runs differ"


def _series(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def differences(variant: Variant, most: int = 4) -> list[str]:
    """The first places that differ, the original first; figures with as many digits as tell them apart."""
    found = variant.outputs_agree.get("differences")
    if not isinstance(found, list):
        return []
    told = [shorten(_rounded(one_line(str(one))), 160) for one in found[:most]]
    hidden = len(found) - len(told)
    return [*told, f"{hidden} more in report.json"] if hidden > 0 else told


def _rounded(words: str) -> str:
    place, mark, values = words.rpartition(": ")
    before, slash, after = values.partition(" / ")
    if not slash:
        return words
    for digits in (4, 6, 9, 12):
        one, other = _short(before, digits), _short(after, digits)
        if one != other:
            return f"{place}{mark}{one} → {other}"
    return f"{place}{mark}{before} → {after}"


def _short(words: str, digits: int) -> str:
    return _LONG.sub(lambda found: f"{float(found[0]):.{digits}g}", words)
