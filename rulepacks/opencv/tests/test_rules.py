"""The pack as its users meet it: registered, complete, and every example of its rules holds."""

from __future__ import annotations

from importlib.metadata import entry_points

import yaml

import greenrules_pack_opencv as pack


def test_the_pack_is_registered_under_its_name():
    registered = {point.name: point.value for point in entry_points(group="greenrules.packs")}
    assert registered["opencv"] == "greenrules_pack_opencv"


def test_the_hook_names_the_folder_of_the_rules():
    folder = pack.greenrules_pack()
    assert yaml.safe_load((folder / "pack.yaml").read_text(encoding="utf-8"))["name"] == "opencv"
    assert any(file.name.endswith(".yaml") for file in (folder / "rules").iterdir())
