"""The same ten rules for greenrules, Semgrep, ast-grep and Fixit, and how each tool is run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

#: name → pattern of greenrules, pattern of Semgrep, rule of ast-grep, matcher of Fixit (LibCST)
RULES: Mapping[str, tuple[str, str, str, str]] = {
    "zeros-float64": (
        "numpy.zeros(..., dtype=numpy.float64)",
        "numpy.zeros(..., dtype=numpy.float64)",
        "any: [{pattern: 'np.zeros($$$A, dtype=np.float64)'}, {pattern: 'np.zeros($$$A, dtype=np.float64, $$$B)'}]",
        (
            "m.Call(func=m.Attribute(value=m.Name('np'), attr=m.Name('zeros')), args=[m.ZeroOrMore(), "
            "m.Arg(keyword=m.Name('dtype'), value=m.Attribute(attr=m.Name('float64'))), m.ZeroOrMore()])"
        ),
    ),
    "iterrows": (
        "for $I, $ROW in $DF.iterrows():\n    ...",
        "for $I, $ROW in $DF.iterrows():\n    ...",
        "pattern: 'for $I, $ROW in $DF.iterrows(): $$$BODY'",
        "m.For(iter=m.Call(func=m.Attribute(attr=m.Name('iterrows'))))",
    ),
    "forest-jobs": (
        "sklearn.ensemble.RandomForestClassifier(..., n_jobs=$N)",
        "sklearn.ensemble.RandomForestClassifier(..., n_jobs=$N, ...)",
        "pattern: 'RandomForestClassifier($$$A, n_jobs=$N)'",
        (
            "m.Call(func=m.Name('RandomForestClassifier'), args=[m.ZeroOrMore(), m.Arg(keyword=m.Name('n_jobs')), "
            "m.ZeroOrMore()])"
        ),
    ),
    "count-distinct": (
        "len($S.unique())",
        "len($S.unique())",
        "pattern: 'len($S.unique())'",
        "m.Call(func=m.Name('len'), args=[m.Arg(m.Call(func=m.Attribute(attr=m.Name('unique')), args=[]))])",
    ),
    "apply-lambda": (
        "$S.apply(lambda $X: $E)",
        "$S.apply(lambda $X: $E)",
        "pattern: '$S.apply(lambda $X: $E)'",
        "m.Call(func=m.Attribute(attr=m.Name('apply')), args=[m.Arg(m.Lambda())])",
    ),
    "vectorize": (
        "numpy.vectorize($F, ...)",
        "numpy.vectorize($F, ...)",
        "pattern: 'np.vectorize($F, $$$A)'",
        "m.Call(func=m.Attribute(value=m.Name('np'), attr=m.Name('vectorize')))",
    ),
    "smallest-of-sorted": (
        "sorted($A)[0]",
        "sorted($A)[0]",
        "pattern: 'sorted($A)[0]'",
        "m.Subscript(value=m.Call(func=m.Name('sorted')), slice=[m.SubscriptElement(m.Index(m.Integer('0')))])",
    ),
    "any-of-list": (
        "any([$E for $X in $IT])",
        "any([$E for $X in $IT])",
        "pattern: 'any([$E for $X in $IT])'",
        "m.Call(func=m.Name('any'), args=[m.Arg(m.ListComp())])",
    ),
    "astype-float64": (
        "$X.astype(numpy.float64)",
        "$X.astype(numpy.float64)",
        "pattern: '$X.astype(np.float64)'",
        "m.Call(func=m.Attribute(attr=m.Name('astype')), args=[m.Arg(m.Attribute(attr=m.Name('float64')))])",
    ),
    "dot-method": (
        "numpy.dot($A, $B)",
        "numpy.dot($A, $B)",
        "pattern: 'np.dot($A, $B)'",
        "m.Call(func=m.Attribute(value=m.Name('np'), attr=m.Name('dot')))",
    ),
}


@dataclass(frozen=True)
class Peer:
    """A tool.

    Attributes:
        name: for the table.
        package: on the package index.
        most: how many times its CPU time ours may be; below 1 we must be ahead.
        every: only every so manieth file is given to it, because it takes minutes for all.
    """

    name: str
    package: str
    most: float
    every: int = 1


PEERS = (Peer("semgrep", "semgrep", 1 / 4), Peer("ast-grep", "ast-grep-cli", 2.5), Peer("fixit", "fixit", 1 / 50, 24))


def _indented(text: str, by: int) -> str:
    return "\n".join(" " * by + line for line in text.splitlines())


def ours(names: Mapping[str, str]) -> str:
    """A rule file of greenrules: rule → pattern."""
    return "rules:\n" + "".join(
        f"  - id: {name}\n    tactic: idiom\n    summary: {name}\n    level: exact\n    match: |\n"
        f"{_indented(pattern, 6)}\n"
        for name, pattern in names.items()
    )


def command(peer: Peer, python: Path, folder: Path, rules: Path) -> list[str | Path]:
    """Write the rules for a peer into a folder; what runs it on the files of another."""
    tools = python.parent
    if peer.name == "semgrep":
        file = rules / "semgrep.yaml"
        file.write_text(
            "rules:\n"
            + "".join(
                f"  - id: {name}\n    languages: [python]\n    severity: INFO\n    message: {name}\n    pattern: |\n"
                f"{_indented(texts[1], 6)}\n"
                for name, texts in RULES.items()
            ),
            "utf-8",
        )
        # Without a list of its own Semgrep leaves tests out.
        (folder / ".semgrepignore").write_text("", "utf-8")
        options = ["--metrics=off", "--disable-version-check", "--no-git-ignore", "--jobs=1", "--json", "--quiet"]
        return [tools / "semgrep", "scan", *options, f"--config={file}", folder]
    if peer.name == "ast-grep":
        file = rules / "ast-grep.yml"
        file.write_text(
            "---\n".join(f"id: {n}\nlanguage: python\nrule: {{{t[2]}}}\n" for n, t in RULES.items()), "utf-8"
        )
        return [tools / "ast-grep", "scan", "--json=stream", "-r", file, folder]
    package = folder / "ten_rules"
    package.mkdir(exist_ok=True)
    classes = "".join(
        f"class Rule{place}(LintRule):\n"
        f"    MESSAGE = {name!r}\n"
        f"    PATTERN = {texts[3]}\n"
        f"    def visit_{texts[3].split('(')[0].removeprefix('m.')}(self, node):\n"
        f"        if m.matches(node, self.PATTERN):\n"
        f"            self.report(node)\n\n"
        for place, (name, texts) in enumerate(RULES.items())
    )
    (package / "__init__.py").write_text(
        f"from fixit import LintRule\nimport libcst.matchers as m\n\n{classes}", "utf-8"
    )
    settings = (
        '[tool.fixit]\nroot = true\nenable-root-import = true\nenable = [".ten_rules"]\ndisable = ["fixit.rules"]\n'
    )
    (folder / "pyproject.toml").write_text(settings, "utf-8")
    return [tools / "fixit", "--quiet", "lint", folder]
