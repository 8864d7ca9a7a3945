"""Packs found at an earlier start: remembered without their code, and looked for anew when anything has changed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACK = """\
from importlib.resources import files
from greenrules import hookimpl
{more}

@hookimpl
def greenrules_pack():
    return files(__name__)

@hookimpl
def greenrules_predicates():
    return {{"{name}.{predicate}": lambda arguments, match, facts: True}}
"""
RULE = """\
rules:
  - {{id: one, tactic: idiom, summary: s, level: exact, match: "f($X)", rewrite: "g($X)", where: ["{predicate}($X)"]}}
"""
#: finds packs twice, the second time as a later start would, and tells what was loaded for it
ASK = """\
import sys
from pathlib import Path
from greenrules.packs import discover
found = discover(Path(sys.argv[1]))
print(sorted(found.packs), [rule.full_id for name in found.packs if name == "acme" for rule in found.packs[name].rules])
print([f"{one.name}: {one.error.message}" for one in found.broken])
print("acme" in sys.modules, "pluggy" in sys.modules, "importlib.metadata" in sys.modules)
for name in sys.argv[2:]:
    try:
        print(found.predicates[name](None, None, None))
    except Exception as error:
        print(type(error).__name__, error)
"""


class Site:
    """A folder on the path with distributions in it, and starts that look there."""

    def __init__(self, folder: Path) -> None:
        self.site, self.cache = folder / "site", folder / "cache"
        self.site.mkdir()

    def install(self, name: str, version: str = "1", predicate: str = "yes", more: str = "", asks: str = "") -> None:
        module = self.site / name
        (module / "rules").mkdir(parents=True, exist_ok=True)
        (module / "__init__.py").write_text(PACK.format(name=name, predicate=predicate, more=more))
        (module / "pack.yaml").write_text(f"name: {name}\nsummary: s\n")
        (module / "rules/a.yaml").write_text(RULE.format(predicate=asks or f"{name}.{predicate}"))
        info = self.site / f"{name}-{version}.dist-info"
        info.mkdir(exist_ok=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[greenrules.packs]\n{name} = {name}\n")

    def start(self, *predicates: str) -> list[str]:
        """What a start finds: packs and rules; broken packs; what was loaded; answers of predicates."""
        done = subprocess.run(
            [sys.executable, "-c", ASK, str(self.cache), *predicates],
            capture_output=True,
            text=True,
            check=True,
            cwd=self.site.parent,
            env={**os.environ, "PYTHONPATH": f"{self.site}{os.pathsep}{ROOT}"},
        )
        return done.stdout.splitlines()


LATER = "False False False"


@pytest.fixture
def site(tmp_path):
    made = Site(tmp_path)
    made.install("acme")
    return made


def test_a_later_start_finds_the_same_without_loading_any_pack(site):
    first, second = site.start(), site.start()
    assert "'acme'" in first[0] and "acme/one" in first[0]
    assert first[:2] == second[:2]
    assert first[2] == "True True True"
    assert second[2] == LATER


def test_a_predicate_is_loaded_when_it_is_asked_for(site):
    site.start()
    assert site.start("acme.yes", "acme.no")[2:] == [LATER, "True", "KeyError 'acme.no'"]


def test_a_pack_that_is_installed_or_removed_is_seen(site):
    site.start()
    site.install("bolt")
    assert "'bolt'" in site.start()[0]
    (site.site / "bolt-1.dist-info/entry_points.txt").unlink()
    assert "'bolt'" not in site.start()[0]
    assert site.start()[2] == LATER


def test_an_entry_point_written_in_place_is_seen(site):
    site.start()
    (site.site / "acme-1.dist-info/entry_points.txt").write_text("[greenrules.packs]\nacne = acme\n")
    assert "registered as 'acne'" in site.start()[1]


def test_a_rule_that_is_changed_is_seen(site):
    site.start()
    rules = site.site / "acme/rules/a.yaml"
    rules.write_text(rules.read_text().replace("id: one", "id: two"))
    assert "acme/two" in site.start()[0]
    rules.write_text("rules: [")
    assert site.start()[1].startswith("['acme: ")


def test_code_that_is_changed_is_loaded_again(site):
    site.start()
    site.install("acme", predicate="other")
    told = site.start("acme.other")
    assert told[2:] == ["True True True", "True"]


def test_a_predicate_that_is_gone_makes_its_pack_a_broken_one(site):
    site.start()
    site.install("acme", predicate="other", asks="acme.yes")
    assert "no installed pack registers the predicate 'acme.yes'" in site.start()[1]


def test_a_predicate_that_another_module_no_longer_gives_is_an_error_once(site):
    names = site.site / "names.py"
    names.write_text("NAME = 'acme.more'\n")
    site.install("acme")
    code = site.site / "acme/__init__.py"
    code.write_text(
        code.read_text().replace("    return {", "    import names\n    return {names.NAME: lambda *_: None, ")
    )
    site.start()
    names.write_text("NAME = 'acme.less'\n")
    told = site.start("acme.more")
    assert told[3].startswith("PackError a pack no longer registers acme.more")
    assert site.start("acme.less")[2:] == ["True True True", "None"]


def test_a_module_that_fails_later_is_an_error_once_and_a_broken_pack_then(site):
    (site.site / "names.py").write_text("")
    site.install("acme", more="import names")
    site.start()
    (site.site / "names.py").unlink()
    assert site.start("acme.yes")[3].startswith(
        "PackError the pack 'acme' can no longer be loaded: ModuleNotFoundError"
    )
    assert "No module named 'names'" in site.start()[1]


def test_a_broken_pack_is_told_at_every_start(site):
    site.install("bolt", more="import nothing_of_this_name")
    first, second = site.start(), site.start()
    assert "nothing_of_this_name" in first[1]
    assert first == second


def test_a_damaged_memory_is_done_without(site):
    first = site.start()
    (memory,) = site.cache.glob("discovered-*")
    smallest = min(site.cache.glob("pack-*"), key=lambda entry: entry.stat().st_size)
    whole = smallest.read_bytes()
    for damage in (b"", whole[:-7], whole[:-7] + whole[-6:] + b"."):
        for entry in (memory, smallest):
            entry.write_bytes(damage)
        assert site.start()[:2] == first[:2]


def test_a_folder_that_cannot_be_written_is_done_without(site):
    site.cache.write_text("")
    assert site.start() == site.start()
