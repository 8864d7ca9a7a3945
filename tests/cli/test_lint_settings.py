"""The settings of ``lint`` are those of every command, however they are read."""

from __future__ import annotations

import pytest

from greenrules.cli import lint_settings, options
from greenrules.cli.lint_settings import LintSettings
from greenrules.errors import ConfigError

GIVEN = {"pack": ["sklearn"], "rule": None, "select": [], "ignore": None, "level": "numeric", "python": None}


def both(folder, given):
    made = lint_settings.lint_settings(folder, **given)
    full = options.settings(folder, **given)
    for name in LintSettings._fields:
        mine, other = getattr(made, name), getattr(full, name)
        same = mine == other or (list(mine) == list(other) if isinstance(other, list) else dict(mine) == dict(other))
        assert same, name
    return made


@pytest.mark.parametrize("given", [{}, GIVEN])
@pytest.mark.parametrize(
    "written",
    [
        None,
        "",
        'pack = ["numpy_pandas"]\nexclude = ["build/"]\nselect = []\n',
        '[per-file-ignores]\n"tests/*" = ["sklearn"]\n',
        'python = "python3"\nignore = ["idiom"]\n',
    ],
)
def test_settings_of_lint_are_plain_and_the_same(tmp_path, given, written):
    if written is not None:
        (tmp_path / "greenrules.toml").write_text(written)
    assert isinstance(both(tmp_path, given), LintSettings)


def test_settings_of_other_commands_are_checked_too(tmp_path):
    (tmp_path / "greenrules.toml").write_text('level = "exact"\nruns = 7\n')
    assert not isinstance(both(tmp_path, GIVEN), LintSettings)


@pytest.mark.parametrize(
    "written",
    ["pack = 3\n", 'pack = ["a", 1]\n', "per-file-ignores = []\n", "wieghts = 1\n", 'level = "exakt"\n', "pack = [\n"],
)
def test_a_wrong_file_is_refused_as_everywhere(tmp_path, written):
    (tmp_path / "greenrules.toml").write_text(written)
    told = []
    for read in (lint_settings.lint_settings, options.settings):
        with pytest.raises(ConfigError) as caught:
            read(tmp_path)
        told.append(caught.value.render())
    assert told[0] == told[1]
