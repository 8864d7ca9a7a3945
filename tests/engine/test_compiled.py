"""The cache of compiled packs."""

import copy
import os
import pickle
import subprocess
import sys
from dataclasses import replace

import pytest

from greenrules.engine.compiled import load_compiled, load_knowledge, load_rules
from greenrules.engine.loader import load_rule_file
from greenrules.errors import RuleError
from greenrules.packs import discover

RULE = """\
rules:
  - {id: one, tactic: idiom, summary: s, level: exact, match: "numpy.zeros(..., dtype=$T)", where: [$T == "float64"]}
"""
PACK = "name: mine\nsummary: s\nlibraries: {numpy: {modules: [numpy]}}\n"


def pack_at(folder):
    (folder / "rules").mkdir(parents=True, exist_ok=True)
    (folder / "pack.yaml").write_text(PACK)
    (folder / "rules" / "a.yaml").write_text(RULE)
    return folder


def load(folder, cache):
    return load_compiled(folder, name="mine", version="1", origin="mine 1", cache=cache)


def test_a_pack_comes_back_equal(tmp_path):
    folder = pack_at(tmp_path / "pack")
    fresh, again = load(folder, tmp_path / "cache"), load(folder, tmp_path / "cache")
    assert len(list((tmp_path / "cache").iterdir())) == 1
    assert again == fresh
    assert again.spec == fresh.spec
    assert again.rules[0].branches[0].patterns[0].nodes


def test_a_changed_file_is_read_anew(tmp_path):
    folder = pack_at(tmp_path / "pack")
    first = load(folder, tmp_path / "cache")
    (folder / "rules" / "a.yaml").write_text(RULE.replace("id: one", "id: two"))
    assert load(folder, tmp_path / "cache").rules[0].id == "two"
    assert first.rules[0].id == "one"


def test_a_damaged_entry_is_made_anew(tmp_path):
    folder = pack_at(tmp_path / "pack")
    load(folder, tmp_path / "cache")
    (entry,) = (tmp_path / "cache").iterdir()
    for damage in (b"", b"garbage", entry.read_bytes()[:50]):
        entry.write_bytes(damage)
        assert load(folder, tmp_path / "cache").rules[0].id == "one"


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path):
    (tmp_path / "file").write_text("")
    assert load(pack_at(tmp_path / "pack"), tmp_path / "file").rules[0].id == "one"
    assert load(pack_at(tmp_path / "pack"), None).rules[0].id == "one"


def test_a_rule_file_comes_back_equal_and_changes_with_its_name_and_bytes(tmp_path):
    fresh, again = (load_rules("a.yaml", RULE.encode(), cache=tmp_path) for _ in range(2))
    assert again == fresh
    assert again[0].position == fresh[0].position
    assert len(list(tmp_path.iterdir())) == 1
    assert load_rules("a.yaml", RULE.replace("one", "two").encode(), cache=tmp_path)[0].id == "two"
    assert load_rules("b.yaml", RULE.encode(), cache=tmp_path)[0].position.path == "b.yaml"
    assert load_rules("a.yaml", RULE.encode(), cache=None) == fresh


def test_a_broken_rule_file_is_told_every_time(tmp_path):
    for _ in range(2):
        with pytest.raises(RuleError, match="unknown key"):
            load_rules("a.yaml", RULE.replace("summary", "sumary").encode(), cache=tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_warm_start_reads_no_yaml_and_no_grammar(tmp_path):
    folder = pack_at(tmp_path / "pack")
    load(folder, tmp_path / "cache")
    code = f"""
import sys
from pathlib import Path
from greenrules.engine.compiled import load_compiled
from greenrules.engine.find import find
folder, cache = Path({str(folder)!r}), Path({str(tmp_path / "cache")!r})
pack = load_compiled(folder, name="mine", version="1", origin="mine 1", cache=cache)
assert [rule.full_id for rule in pack.rules] == ["mine/one"]
heavy = {{"yaml", "lark", "libcst"}} & set(sys.modules)
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_rule_of_which_nothing_is_asked_is_not_unpacked(tmp_path):
    folder = pack_at(tmp_path / "pack")
    load(folder, tmp_path / "cache")
    (rule,) = load(folder, tmp_path / "cache").rules
    assert (rule.id, rule.tactic, rule.libraries, rule.asks) == ("one", "idiom", {}, ())
    assert rule.shown and rule.roots == (frozenset({"numpy"}),)
    given = rule.with_predicates({"mine.small": print})
    assert not {"branches", "where", "data", "position"} & (rule.__dict__.keys() | given.__dict__.keys())
    assert given.branches and given.predicates == {"mine.small": print}
    assert "data" not in given.__dict__ and "branches" not in rule.__dict__
    assert given.spec.summary == "s"
    with pytest.raises(AttributeError, match="'Rule' object has no attribute 'nothing'"):
        _ = rule.nothing


def test_what_is_unpacked_can_be_copied_and_pickled_whole(tmp_path):
    folder = pack_at(tmp_path / "pack")
    fresh, again = load(folder, tmp_path / "cache"), load(folder, tmp_path / "cache")
    for made in (pickle.loads(pickle.dumps(again)), copy.deepcopy(again)):
        assert made == fresh
        assert made.rules[0].where == fresh.rules[0].where
    third = replace(load(folder, tmp_path / "cache").rules[0], full_id="mine/other")
    assert third.branches == fresh.rules[0].branches and third.id == "other"


def test_merged_knowledge_comes_back_equal_and_changes_with_a_pack(tmp_path):
    folder, cache = pack_at(tmp_path / "pack"), tmp_path / "cache"
    pack = load(folder, cache)
    first, again = load_knowledge([pack], cache), load_knowledge([pack], cache)
    assert "modules" not in again.__dict__
    assert again.roots == {"numpy": ("numpy",)}
    assert again == first == load_knowledge([pack], None)
    (folder / "pack.yaml").write_text(PACK + "types: {numpy.zeros(...): numpy.ndarray}\n")
    assert load_knowledge([load(folder, cache)], cache).returns == {"numpy.zeros(...)": "numpy.ndarray"}


def test_entries_of_long_ago_go_when_others_are_written(tmp_path):
    folder, cache = pack_at(tmp_path / "pack"), tmp_path / "cache"
    load(folder, cache)
    (old,) = cache.iterdir()
    os.utime(old, (0, 0))
    load(folder, cache)
    assert old.exists()
    (folder / "pack.yaml").write_text(PACK.replace("summary: s", "summary: t"))
    load(folder, cache)
    assert not old.exists()
    assert len(list(cache.iterdir())) == 1


def test_what_a_rule_says_of_itself_is_what_its_schema_reads(tmp_path):
    rules = [rule for pack in discover().packs.values() for rule in pack.rules]
    odd = "\n".join(
        f"  - {{id: odd{number}, tactic: idiom, summary: s, level: numeric, match: f($X), {more}}}"
        for number, more in enumerate(
            ("arguments: {}", "within: {}", "rewrite: ''", "caveat: ' x '", "prepend: import a", "opt-in: true")
        )
    )
    rules += load_rule_file("odd.yaml", f"rules:\n{odd}\n".encode())
    for rule in rules:
        spec = rule.spec
        for name in ("writes", "level", "tactic", "summary", "signature", "alternatives", "opt_in"):
            assert getattr(rule, name) == getattr(spec, name), (rule.full_id, name)
        assert rule.libraries == spec.libraries and list(rule.requires) == spec.requires
        assert rule.caveat == (spec.caveat.strip() or None)
        assert (rule.arguments is None) == (spec.arguments is None)
        for name in rule.arguments._fields if rule.arguments is not None else ():
            mine, read = getattr(rule.arguments, name), getattr(spec.arguments, name)
            assert list(mine) == list(read) and (not hasattr(read, "items") or dict(mine) == read), (rule.full_id, name)
        elsewhere = spec.rewrite is not None or spec.arguments is not None or spec.within
        assert rule.only_prepends == (spec.prepend is not None and not elsewhere), rule.full_id
        chosen = bool(spec.parameters) or spec.alternatives is not None
        assert rule.only_suggests == (rule.only_prepends and chosen), rule.full_id
