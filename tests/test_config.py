"""``[tool.greenrules]``: found, checked, and every value with its origin."""

import pytest

from greenrules import config
from greenrules.errors import ConfigError


def test_the_nearest_file_counts_and_the_command_line_wins(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[tool.greenrules]\nweights = "1,0,0"\nruns = 7\n')
    inner = tmp_path / "package"
    inner.mkdir()
    loaded = config.load(inner, {"runs": 9, "seed": None})
    assert loaded.settings.weights == "1,0,0"
    assert loaded.settings.runs == 9
    assert loaded.origins["weights"] == str(tmp_path / "pyproject.toml")
    assert loaded.origins["runs"] == "command line"
    assert loaded.origins["seed"] == "default"


def test_a_project_without_our_table_is_passed_over(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.greenrules]\nruns = 6\n")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert config.load(inner).settings.runs == 6


def test_an_unknown_setting_is_shown_with_a_caret_and_the_nearest_name(tmp_path):
    (tmp_path / "greenrules.toml").write_text('pack = ["sklearn"]\nwieghts = "1,0,0"\n')
    with pytest.raises(ConfigError) as caught:
        config.load(tmp_path)
    text = caught.value.render()
    assert "greenrules.toml:2:1" in text
    assert "^^^^^^^" in text
    assert "weights" in caught.value.remedy


def test_a_value_of_the_wrong_kind_names_its_key_and_line(tmp_path):
    (tmp_path / "greenrules.toml").write_text("runs = 'many'\n")
    with pytest.raises(ConfigError) as caught:
        config.load(tmp_path)
    assert "'runs'" in caught.value.message
    assert caught.value.position.line == 1


def test_broken_toml_is_an_error_at_its_line(tmp_path):
    (tmp_path / "greenrules.toml").write_text("runs = 5\npack = [\n")
    with pytest.raises(ConfigError) as caught:
        config.load(tmp_path)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("setting", ["tdp-watts", "carbon-intensity", "pue"])
def test_an_endless_figure_is_refused(tmp_path, setting):
    with pytest.raises(ConfigError):
        config.load(tmp_path, {setting.replace("-", "_"): float("inf")})
    (tmp_path / "greenrules.toml").write_text(f"{setting} = inf\n")
    with pytest.raises(ConfigError):
        config.load(tmp_path)
