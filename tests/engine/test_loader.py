"""Rule files and packs: what is wrong is told at its place, and nothing costs more than it may."""

import time

import pytest

from greenrules.engine.loader import load_pack, load_rule_file
from greenrules.errors import PackError, RuleError

GOOD = """\
rules:
  - id: one
    tactic: idiom
    summary: Say so
    level: exact
    match: f($X, ...)
    where:
      - $X >= 2
    rewrite: g($X, ...)
"""


def refused(text, path="rules.yaml"):
    data = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(RuleError) as caught:
        load_rule_file(path, data)
    return caught.value


def test_a_loose_rule_is_called_by_its_id():
    (rule,) = load_rule_file("rules.yaml", GOOD.encode())
    assert (rule.full_id, rule.pack, rule.spec.level) == ("one", None, "exact")
    assert rule.position.line == 2
    assert rule.template is not None
    assert rule.required == (frozenset({"f"}),)


BROKEN = [
    # what to replace, by what, line, column, what the message says, what the remedy says
    ("summary:", "sumary:", 4, 5, "unknown key 'sumary'", "summary"),
    ("    level: exact\n", "", 2, 5, "missing key 'level'", None),
    ("level: exact", "level: exakt", 5, 12, "'exact', 'numeric' or 'model'", "exact"),
    ("tactic: idiom", "tactic: [a]", 3, 13, "found a list", None),
    ("summary: Say so", "summary: {a: 1}", 4, 14, "expected text; found a mapping", None),
    ("id: one", "id: One Two", 2, 9, "'One Two' is not a name", None),
    ("match: f($X, ...)", "match: f($x, ...)", 6, 14, "expected a metavariable", None),
    ("match: f($X, ...)", "match: f($X, ...", 6, 20, "expected ')'", None),
    ("match: f($X, ...)", "match: 'f($X, ...'", 6, 21, "expected ')'", None),
    ("match: f($X, ...)", 'match: "f($X, ..) "', 6, 19, "not Python", None),
    ("match: f($X, ...)", "match: |\n      f(\n        $X $Y)", 8, 9, "not Python", None),
    ("match: f($X, ...)", "match: {any: [f($X), {all: []}]}", 6, 26, "no pattern", None),
    ("match: f($X, ...)", "match: {any: [f($X)], all: [g($X)]}", 6, 12, "exactly one of", None),
    ("match: f($X, ...)", "match: {any: [f($X)], wher: []}", 6, 27, "unknown key 'wher'", "where"),
    ("match: f($X, ...)", "match: 3", 6, 12, "expected text; found '3'", None),
    ("- $X >= 2", "- $X => 2", 8, 12, "unexpected", None),
    ("- $X >= 2", "- $Y >= 2", 8, 9, "$Y is not bound", "$X"),
    ("- $X >= 2", "- inside `f(`", 8, 18, "open bracket", None),
    ("rewrite: g($X, ...)", "rewrite: g($XX, ...)", 9, 16, "$XX is not bound", "$X"),
    ("rewrite: g($X, ...)", "rewrite: g(${SIZE})", 9, 16, "${SIZE} is not declared", "declare it"),
    ("rewrite: g($X, ...)", "rewrite: g(<... $X ...>)", 9, 16, "template cannot contain", None),
    ("rewrite: g($X, ...)", "arguments: {renam: {a: b}}", 9, 17, "unknown key 'renam'", "rename"),
    ("rewrite: g($X, ...)", "arguments: {set: {a: $Q}}", 9, 26, "$Q is not bound", "$X"),
    ("rewrite: g($X, ...)", "within: {$...BODY: {a: b}}", 9, 14, "$BODY is not bound", None),
    ("rewrite: g($X, ...)", "parameters: {SIZE: {choices: []}}", 9, 24, "'choices' is empty", None),
    ("rewrite: g($X, ...)", "parameters: {size: {choices: [1]}}", 9, 18, "'size' is not a name", None),
    ("rewrite: g($X, ...)", "examples: [{before: f(1)}]", 9, 16, "wants an 'after'", None),
    ("rewrite: g($X, ...)", "signature: (a b)", 9, 16, "not a signature", None),
    ("rewrite: g($X, ...)", "rewrite: a\n    rewrite: b", 10, 5, "duplicate key 'rewrite', first on line 9", None),
    ("rewrite: g($X, ...)", "why: !!python/object/apply:os.system [ls]", 9, 10, "the tag !!python/object", None),
    ("rewrite: g($X, ...)", "why: !secret a", 9, 10, "the tag !secret", None),
    ("rewrite: g($X, ...)", "libraries: &a {numpy: *a}", 9, 27, "stands inside what it names", None),
    ("rewrite: g($X, ...)", "why: *nowhere", 9, 10, "not YAML", None),
    ("rewrite: g($X, ...)", "? [a, b]\n    : c", 9, 7, "a key must be text", None),
    ("rewrite: g($X, ...)", "why: [", 9, 11, "not YAML", None),
]


@pytest.mark.parametrize(("old", "new", "line", "column", "message", "remedy"), BROKEN)
def test_errors_stand_at_their_place(old, new, line, column, message, remedy):
    assert old in GOOD
    error = refused(GOOD.replace(old, new))
    assert message in error.message
    assert (error.position.line, error.position.column) == (line, column)
    assert remedy is None or remedy in (error.remedy or "")
    assert error.position.path == "rules.yaml"


def test_a_caret_points_into_a_block_scalar():
    error = refused(GOOD.replace("match: f($X, ...)", "match: |\n      for $I in $R:\n          f($i)"))
    assert error.position.frame() == "8 |           f($i)\n  |             ^"


def test_a_caret_points_into_a_folded_sentence():
    error = refused(GOOD.replace("- $X >= 2", "- >\n        $X >= 2\n        andd in loop"))
    assert (error.position.line, error.position.column) == (10, 9)


def test_all_errors_of_a_file_are_told_at_once():
    error = refused(
        GOOD.replace("level: exact", "level: exakt").replace("summary:", "sumary:").replace("id: one", "id: 1 2")
    )
    assert error.position.line == 2
    assert error.detail.count("also ") == 2
    more = refused(GOOD.replace("$X >= 2", "$X =>").replace("g($X, ...)", "g($Q)"))
    assert "rules.yaml:9:16: $Q is not bound" in more.detail


def test_two_rules_of_one_name_are_refused():
    error = refused(GOOD + GOOD.removeprefix("rules:\n"))
    assert "second rule is called 'one'" in error.message
    assert error.position.line == 10


@pytest.mark.parametrize("text", ["", "[]", "3", "rules: 3", "rules:\n  - 3\n", "rules: {a: b}"])
def test_a_file_of_another_shape_is_refused(text):
    assert "expected" in refused(text).message


def test_a_file_of_ten_megabytes_is_refused_at_once():
    started = time.process_time()
    assert "larger than 1 MB" in refused(b"a" * 10_000_000).message
    assert time.process_time() - started < 3


def test_a_bomb_of_aliases_is_refused_at_once():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    started = time.process_time()
    error = refused("\n".join(lines))
    assert "with every alias written out" in error.message
    assert error.position.line == 5
    assert time.process_time() - started < 3


def test_deep_nesting_is_refused():
    error = refused("rules: " + "[" * 5000 + "]" * 5000)
    assert "deeper than 50" in error.message
    assert error.position.line == 1


def test_bytes_that_are_not_text_are_refused():
    error = refused(b"rules:\n  - id: \xff\n")
    assert (error.message.partition(":")[0], error.position.line) == ("not UTF-8", 2)


def test_aliases_and_merge_keys_are_plain_yaml():
    text = GOOD.replace("  - id: one", "  - &base\n    id: one") + "  - <<: *base\n    id: two\n"
    first, second = load_rule_file("rules.yaml", text.encode())
    assert (second.id, second.spec.match, first.spec.match) == ("two", "f($X, ...)", "f($X, ...)")


def test_words_that_yaml_takes_for_values_may_be_keys():
    text = GOOD.replace("rewrite: g($X, ...)", "arguments: {rename: {on: off, n: y}}")
    with pytest.raises(RuleError, match="expected text; found 'False'"):
        load_rule_file("r.yaml", text.encode())
    (rule,) = load_rule_file("r.yaml", text.replace("off", "'off'").encode())
    assert rule.spec.arguments.rename == {"on": "off", "n": "y"}


def test_parameters_are_bound_where_they_are_declared():
    text = GOOD.replace(
        "rewrite: g($X, ...)", "rewrite: g($X, ${SIZE}, ...)\n    parameters: {SIZE: {choices: [1, 2]}}"
    )
    (rule,) = load_rule_file("r.yaml", text.encode())
    assert "__hole_parameter_SIZE" in rule.template.encoded


def test_within_may_bind_metavariables_of_its_own():
    text = GOOD.replace("f($X, ...)", "|\n      for $X in $R:\n          $...BODY", 1).replace(
        "rewrite: g($X, ...)", 'within: {$...BODY: {"$X[$COL]": "$X.$COL"}}'
    )
    (rule,) = load_rule_file("r.yaml", text.encode())
    ((old, new),) = rule.within["BODY"]
    assert (old.metavariables, new.metavariables) == ({"X", "COL"}, {"X", "COL"})


PACK = "name: mine\nsummary: s\nlibraries: {numpy: {modules: [numpy]}}\nstages: {training-loop: [$M.fit(...)]}\n"


def pack_at(folder, pack=PACK, **files):
    (folder / "rules").mkdir(parents=True)
    (folder / "pack.yaml").write_text(pack)
    for name, text in files.items():
        (folder / "rules" / f"{name}.yaml").write_text(text)
    return folder


def load(folder):
    return load_pack(folder, name="mine", version="1.2", origin="mine 1.2")


def test_a_pack_has_its_rules_in_declared_order(tmp_path):
    two = GOOD.replace("id: one", "id: two")
    pack = load(pack_at(tmp_path, b=GOOD, a=two))
    assert [rule.full_id for rule in pack.rules] == ["mine/two", "mine/one"]
    assert pack.spec.name == "mine"
    assert [rule.order for rule in pack.rules] == [("mine", "rules/a.yaml", 0), ("mine", "rules/b.yaml", 0)]


def test_the_digest_changes_with_any_file(tmp_path):
    first = load(pack_at(tmp_path / "a", a=GOOD)).digest
    assert load(pack_at(tmp_path / "b", a=GOOD)).digest == first
    assert load(pack_at(tmp_path / "c", a=GOOD + "\n")).digest != first


@pytest.mark.parametrize(
    ("pack", "message"),
    [
        (PACK.replace("name: mine", "name: other"), "calls itself 'other'"),
        (PACK.replace("$M.fit(...)", "$m.fit(...)"), "expected a metavariable"),
        (PACK.replace("training-loop", "trainingloop"), "expected 'imports'"),
        (PACK + "metrics: {a.b: {beter: higher}}", "unknown key 'beter'"),
        (PACK + "pure: ['f(']", "open bracket"),
        (PACK + "signatures: {a.b: (a b)}", "not a signature"),
        (PACK + "bases: {a.b: c}", "expected a list"),
    ],
)
def test_a_broken_pack_file_is_told_at_its_place(tmp_path, pack, message):
    with pytest.raises(RuleError) as caught:
        load(pack_at(tmp_path, pack))
    assert message in caught.value.message
    assert caught.value.position.line


def test_a_folder_without_pack_file_is_refused(tmp_path):
    with pytest.raises(PackError, match=r"no pack\.yaml"):
        load(tmp_path)


def test_a_name_used_in_two_files_is_refused(tmp_path):
    with pytest.raises(RuleError) as caught:
        load(pack_at(tmp_path, a=GOOD, b=GOOD))
    assert caught.value.position.path.endswith("b.yaml")


def test_arguments_that_a_template_would_lose_are_told():
    error = refused(GOOD.replace("f($X, ...)", "f(..., k=$X, ...)").replace("g($X, ...)", "g($X, ...)"))
    assert "the pattern has 2 runs of arguments; those that the template leaves out would be lost" in error.message
    load_rule_file("r.yaml", GOOD.replace("f($X, ...)", "f(..., k=$X, ...)").replace("g($X, ...)", "g($X)").encode())


@pytest.mark.parametrize(
    ("fields", "message", "text"),
    [
        ("libraries: {numpy: '>>1'}", "not a version specifier: '>>1'", "'>>1'"),
        ("rewrite: g(...)", "repeats a '...' that the pattern does not have", "...)"),
        ("arguments: {keep: [a], drop: [b, a]}", "argument 'a' is in 'keep' and in 'drop'", "[b, a]"),
        ("arguments: {rename: {a: b}, keep: [a]}", "argument 'a' is in 'keep' and in 'rename'", "{a: b}"),
        ("prepend: a = $X", "$X cannot stand at the top of the script", "$X"),
        ("prepend: {code: a = $...X, before: []}", "$...X cannot stand at the top of the script", "$...X"),
        ("signature: (a, a)", "not a signature: duplicate argument", "(a, a)"),
    ],
)
def test_a_rule_that_contradicts_itself_or_could_write_nothing_is_told_at_its_place(fields, message, text):
    error = refused(GOOD.replace("f($X, ...)", "f($X)").replace("rewrite: g($X, ...)", fields))
    assert message in error.message
    place = error.position
    assert place.text[place.column - 1 :].startswith(text)
