"""The rooms of the house, who may enter which, and how large a module may grow."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "greenrules"
MODULES = sorted(PACKAGE.rglob("*.py"))

#: room → rooms it may import; a room is a top-level module or folder of the package
TABLE = {
    "__init__": {"api", "errors", "hookspecs", "meters"},
    "__main__": {"cli"},
    "api": {"requests", "verbs", "report", "models", "errors", "events"},
    "requests": {"models"},
    "models": set(),
    "found": {"models"},
    "events": set(),
    "errors": set(),
    "config": {"errors", "models", "project"},
    "project": set(),
    "hookspecs": set(),
    "evidence": {"errors", "models"},
    "discovered": {"engine"},
    "packs": {"discovered", "engine", "errors", "evidence", "hookspecs", "models"},
    "schemas": {"config", "engine", "evidence", "models"},
    "engine": {"__init__", "models", "errors", "found"},
    "meters": {"models", "errors"},
    "selection": {"models", "errors"},
    "bench": {"meters", "models", "errors", "events"},
    "writing": {"errors"},
    "report": {"models", "errors", "found", "writing"},
    "verbs": {
        "bench",
        "config",
        "engine",
        "errors",
        "events",
        "evidence",
        "found",
        "meters",
        "models",
        "packs",
        "report",
        "requests",
        "selection",
        "writing",
        "__init__",
    },
    "cli": {"api", "config", "errors", "events", "models", "project", "report", "writing", "__init__"},
}
LIBRARIES = [
    "sklearn",
    "scikit-learn",
    "numpy",
    "pandas",
    "polars",
    "numba",
    "scipy",
    "xgboost",
    "lightgbm",
    "torch",
    "tensorflow",
    "keras",
    "opencv",
    "cv2",
    "matplotlib",
    "seaborn",
    "joblib",
    "pyarrow",
    "catboost",
]


def room(path: Path) -> str:
    """The room a module stands in."""
    inside = path.relative_to(PACKAGE)
    return inside.parts[0] if len(inside.parts) > 1 else inside.stem


def imports(path: Path) -> set[str]:
    """Rooms of ours that a module imports, type-checking imports left out."""
    found: set[str] = set()

    def visit(node: ast.AST) -> None:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            return
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "greenrules":
                names = [f"greenrules.{alias.name}" for alias in node.names]
            else:
                names = [node.module]
        for name in names:
            parts = name.split(".")
            if parts[0] == "greenrules":
                first = parts[1] if len(parts) > 1 else "__init__"
                known = (PACKAGE / first).is_dir() or (PACKAGE / f"{first}.py").is_file()
                found.add(first if known else "__init__")
        for child in ast.iter_child_nodes(node):
            visit(child)

    visit(ast.parse(path.read_text(encoding="utf-8")))
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_imports_only_what_the_table_allows(path):
    here = room(path)
    assert here in TABLE, f"{here} has no line in the import table"
    assert imports(path) - {here} <= TABLE[here]


def test_nothing_of_ours_imports_a_rule_pack():
    for path in MODULES:
        assert "greenrules_pack_" not in "\n".join(
            line for line in path.read_text(encoding="utf-8").splitlines() if re.match(r"\s*(import|from)\b", line)
        ), path


def test_modules_are_short():
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    too_long = {str(path.relative_to(ROOT)): n for path, n in lengths.items() if n > 500}
    assert not too_long
    assert statistics.median(lengths.values()) <= 170


def test_the_engine_names_no_library():
    pattern = re.compile(r"(?<![\w-])(" + "|".join(map(re.escape, LIBRARIES)) + r")(?![\w-])", re.IGNORECASE)
    for path in sorted((PACKAGE / "engine").rglob("*")):
        if path.suffix in {".py", ".lark"}:
            found = pattern.findall(path.read_text(encoding="utf-8"))
            assert not found, f"{path.relative_to(ROOT)} names {sorted(set(found))}"


def test_pack_folders_do_not_shadow_the_libraries_they_serve():
    assert not (ROOT / "rulepacks/__init__.py").exists()
    assert not list((ROOT / "rulepacks").glob("*/__init__.py"))


def test_packs_import_only_the_facade():
    for path in (ROOT / "rulepacks").glob("*/src/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "greenrules":
                assert node.module == "greenrules", path
            if isinstance(node, ast.Import):
                assert not any(alias.name.startswith("greenrules.") for alias in node.names), path


def test_nobody_imports_the_matchers_of_libcst():
    assert not [path for path in MODULES if "libcst.matchers" in path.read_text(encoding="utf-8")]


def loaded_by(arguments: list[str]) -> set[str]:
    """Top-level modules that a greenrules command imports."""
    code = (
        "import sys\n"
        "from greenrules.cli.main import main\n"
        f"try:\n    main({arguments!r})\n"
        "except SystemExit:\n    pass\n"
        "print('\\n'.join(sorted(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stderr.split())


def test_help_loads_nothing_heavy():
    heavy = {"numpy", "pandas", "sklearn", "libcst", "weasyprint", "lark", "pydantic", "rich", "jinja2", "psutil"}
    assert not heavy & loaded_by(["--help"])


def test_lint_of_a_clean_file_loads_no_ml_library_and_no_libcst(tmp_path):
    script = tmp_path / "clean.py"
    script.write_text("import os\n\n\ndef name(path):\n    return os.path.basename(path)\n\n\nprint(name(__file__))\n")
    loaded_by(["lint", str(script)])
    heavy = {
        "numpy",
        "pandas",
        "sklearn",
        "polars",
        "numba",
        "libcst",
        "weasyprint",
        "lark",
        "rich",
        "jinja2",
        "pydantic",
    }
    loaded = loaded_by(["lint", "--no-cache", str(script)])
    assert not heavy & loaded
    # Nor the part of the engine that looks at parsed scripts.
    assert not {"greenrules.engine.facts", "greenrules.engine.find", "greenrules.engine.conditions"} & loaded
    assert not heavy & loaded_by(["lint", str(script)])


def test_lint_of_a_file_with_a_finding_loads_no_validator(tmp_path):
    script = tmp_path / "hit.py"
    script.write_text(
        "import numpy as np\nimport pandas as pd\n\nframe = pd.read_csv('a.csv')\n"
        "frame['a'] = frame['b'].apply(lambda value: np.log(value))\nprint(frame)\n"
    )
    loaded_by(["lint", str(script)])
    heavy = {"pydantic", "greenrules.models", "libcst", "lark"}
    loaded = loaded_by(["lint", "--no-cache", "--jobs=1", str(script)])
    assert "greenrules.engine.rewrite" in loaded
    assert not heavy & loaded
    assert not heavy & loaded_by(["lint", str(script)])


def test_public_names_are_sorted_and_exist():
    import greenrules

    assert greenrules.__all__ == sorted(greenrules.__all__)
    assert all(getattr(greenrules, name) is not None for name in greenrules.__all__)


def test_every_hook_is_documented():
    import inspect

    from greenrules import hookspecs

    text = (ROOT / "docs/packs.md").read_text(encoding="utf-8")
    hooks = [one for name, one in vars(hookspecs).items() if name.startswith("greenrules_") and inspect.isfunction(one)]
    assert hooks
    for hook in hooks:
        assert hook.__doc__
        assert hook.__name__ in text
