"""The cache of compiled packs."""

import subprocess
import sys

from greenrules.engine.compiled import load_compiled

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
