"""Versions and specifiers, as PEP 440 (now the packaging user guide's version specifiers) orders them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

_VERSION = re.compile(
    r"\s*v?(?:(?P<epoch>\d+)!)?(?P<release>\d+(?:\.\d+)*)"
    r"(?:[-_.]?(?P<pre>alpha|beta|preview|pre|rc|a|b|c)[-_.]?(?P<pre_n>\d*))?"
    r"(?:-(?P<post_bare>\d+)|[-_.]?(?P<post>post|rev|r)[-_.]?(?P<post_n>\d*))?"
    r"(?:[-_.]?(?P<dev>dev)[-_.]?(?P<dev_n>\d*))?"
    r"(?:\+(?P<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?\s*",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"\s*(===|==|!=|<=|>=|~=|<|>)\s*(\S+?)\s*")
_PRE = {"a": 0, "alpha": 0, "b": 1, "beta": 1, "c": 2, "rc": 2, "pre": 2, "preview": 2}
_LOW, _HIGH = (-1,), (9,)

Key = tuple[Any, ...]


def _key(text: str) -> Key | None:
    """What orders versions; None for text that is no version."""
    found = _VERSION.fullmatch(text)
    if found is None:
        return None
    release = tuple(int(part) for part in found["release"].split("."))
    while len(release) > 1 and release[-1] == 0:
        release = release[:-1]
    post: tuple[int, ...] = _LOW
    if found["post"] or found["post_bare"]:
        post = (0, int(found["post_bare"] or found["post_n"] or 0))
    dev: tuple[int, ...] = (0, int(found["dev_n"] or 0)) if found["dev"] else _HIGH
    if found["pre"]:
        pre: tuple[int, ...] = (0, _PRE[found["pre"].lower()], int(found["pre_n"] or 0))
    else:
        pre = _LOW if found["dev"] and post == _LOW else _HIGH
    local = tuple(
        (1, int(part), "") if part.isdigit() else (0, 0, part)
        for part in re.split(r"[-_.]", (found["local"] or "").lower())
        if part
    )
    return int(found["epoch"] or 0), release, pre, post, dev, local


def is_version(text: str) -> bool:
    """Whether text is a version."""
    return _key(text) is not None


def is_specifier(text: str) -> bool:
    """Whether text is a list of clauses such as ``>=1.0,<3``; empty text allows every version."""
    return all(_clause(part) is not None for part in text.split(",") if part.strip())


@lru_cache(maxsize=1024)
def allows(specifier: str, version: str) -> bool | None:
    """Whether a version is in a specifier; None when one of them cannot be read.

    A pre-release counts like any other version: it is what is installed.
    """
    answers = [_holds(part, version) for part in specifier.split(",") if part.strip()]
    if any(answer is None for answer in answers):
        return None
    return all(answers)


def _clause(text: str) -> tuple[str, str] | None:
    found = _CLAUSE.fullmatch(text)
    if found is None:
        return None
    operator, version = found.groups()
    if operator == "===":
        return operator, version
    base = version[:-2] if version.endswith(".*") and operator in ("==", "!=") else version
    return (operator, version) if is_version(base) else None


def _holds(text: str, version: str) -> bool | None:
    clause = _clause(text)
    mine = _key(version)
    if clause is None or mine is None:
        return None
    operator, wanted = clause
    if operator == "===":
        return version.strip().lower() == wanted.lower()
    if wanted.endswith(".*"):
        return _starts(version, wanted[:-2]) is (operator == "==")
    theirs = _key(wanted)
    if theirs is None:
        return None
    public = mine if theirs[5] else (*mine[:5], ())
    if operator == "==":
        return public == theirs
    if operator == "!=":
        return public != theirs
    if operator == "~=":
        return mine >= theirs and _starts(version, ".".join(_release(wanted)[:-1]))
    if operator == ">=":
        return mine >= theirs
    if operator == "<=":
        return public <= theirs
    if operator == ">":
        final = theirs[3] == _LOW and theirs[4] == _HIGH
        if final and mine[:3] == theirs[:3] and mine[3] != _LOW:
            return False  # 1.7.post1 is not what >1.7 means, but what >1.7rc1 does
        return public > theirs
    stable = theirs[2] == _HIGH and theirs[4] == _HIGH
    early = mine[2] != _HIGH or mine[4] != _HIGH
    shared = 2 if theirs[3] == _LOW else 4
    if stable and early and mine[:shared] == theirs[:shared]:
        return False  # 1.7rc1 is not what <1.7 means, but what <1.7.post1 does
    return public < theirs


def _release(text: str) -> list[str]:
    found = _VERSION.fullmatch(text)
    return found["release"].split(".") if found else []


def _starts(version: str, prefix: str) -> bool:
    wanted = [int(part) for part in _release(prefix)]
    mine = [int(part) for part in _release(version)]
    mine += [0] * (len(wanted) - len(mine))
    return mine[: len(wanted)] == wanted
