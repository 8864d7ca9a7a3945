"""Values of options, as people write them."""

import math
from pathlib import Path

import pytest

from greenrules.cli import options
from greenrules.errors import UsageError


@pytest.mark.parametrize(
    ("text", "megabytes"),
    [("8G", 8000), ("500M", 500), ("2GiB", 2147.483648), ("1048576", 1.048576), ("1.5 GB", 1500), ("64k", 0.064)],
)
def test_memory_sizes(text, megabytes):
    assert math.isclose(options.byte_size(text), megabytes)


@pytest.mark.parametrize("text", ["", "lots", "-1G", "0", "8X", "G"])
def test_what_is_no_size_is_refused_with_an_example(text):
    with pytest.raises(UsageError) as caught:
        options.byte_size(text)
    assert "8G" in caught.value.remedy


@pytest.mark.parametrize(
    ("text", "expected"),
    [("10m", (600, None)), ("90s", (90, None)), ("5kJ", (None, 5000)), ("300J", (None, 300)), ("1.5h", (5400, None))],
)
def test_budgets_are_times_or_energies(text, expected):
    assert options.budget(text) == expected


@pytest.mark.parametrize("text", ["0s", "ten minutes", "5 parsecs", "-3m"])
def test_what_is_no_budget_is_refused(text):
    with pytest.raises(UsageError):
        options.budget(text)


def test_weights_are_normalised_to_one():
    assert options.weights("2,1,1") == (0.5, 0.25, 0.25)


@pytest.mark.parametrize("text", ["1,2", "a,b,c", "-1,1,1", "0,0,0", "inf,1,1", "nan,1,1", ""])
def test_weights_that_mean_nothing_are_refused(text):
    with pytest.raises(UsageError):
        options.weights(text)


@pytest.mark.parametrize("text", ["0.5%", "0.005", " 1 % ", "1e-3", "0"])
def test_quality_losses_that_are_understood(text):
    assert options.quality_loss(text) == text.strip()


@pytest.mark.parametrize("text", ["-1%", "half", "%", "0.5 percent"])
def test_quality_losses_that_are_not(text):
    with pytest.raises(UsageError):
        options.quality_loss(text)


def test_an_unknown_format_is_refused_with_the_known_ones():
    with pytest.raises(UsageError) as caught:
        options.formats("html,docx", ("html", "pdf"))
    assert "html, pdf" in caught.value.remedy


def test_options_win_over_the_file_even_when_they_are_zero(tmp_path):
    (tmp_path / "greenrules.toml").write_text('seed = 7\npack = ["sklearn"]\npue = 1.5\n')
    of = options.settings(tmp_path, seed=0, pack=[], pue=None, allow_network=False, rule=[Path("a.yaml")])
    assert (of.seed, of.pack, of.pue, of.allow_network, of.rule) == (0, ["sklearn"], 1.5, False, ["a.yaml"])


def test_settings_of_a_script_stand_beside_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "deep").mkdir()
    assert options.folder_of(tmp_path / "deep" / "train.py") == tmp_path / "deep"
    assert options.folder_of(tmp_path / "gone" / "train.py") == tmp_path
    assert options.folder_of(None) == tmp_path


def test_options_that_exclude_each_other_are_told_with_the_reason():
    options.exclusive({"--json": True, "--diff": False})
    with pytest.raises(UsageError, match="--json and --static exclude each other: nothing runs"):
        options.exclusive({"--json": True, "--static": True}, "nothing runs")


def test_a_pue_acts_on_an_intensity(tmp_path):
    with pytest.raises(UsageError, match="PUE alone"):
        options.carbon_choice(options.settings(tmp_path, pue=1.5))
    assert options.carbon_choice(options.settings(tmp_path, pue=1.5, country="DEU")).pue == 1.5


def test_only_one_word_says_how_the_power_is_made(tmp_path):
    with pytest.raises(UsageError, match="country"):
        options.settings(tmp_path, country="DEU", carbon_intensity=300.0)
    (tmp_path / "greenrules.toml").write_text('country = "DEU"\n')
    of = options.settings(tmp_path, carbon_intensity=300.0)
    assert (of.carbon_intensity, of.country) == (300.0, None)
    (tmp_path / "greenrules.toml").write_text("carbon-intensity = 300\n")
    of = options.settings(tmp_path, country="DEU")
    assert (of.carbon_intensity, of.country) == (None, "DEU")
    (tmp_path / "greenrules.toml").write_text('carbon-intensity = 300\ncountry = "DEU"\n')
    with pytest.raises(UsageError, match="country"):
        options.settings(tmp_path)
