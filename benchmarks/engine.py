"""What a lint costs, beside Semgrep, ast-grep and Fixit on the same rules and files in the same run.

    python benchmarks/engine.py [--quick] [--json FILE] [--no-peers]

The corpus is ``examples/`` and ``sklearn/`` of the scikit-learn source distribution. Whole processes in a clean
environment: CPU seconds (user and system) and the most memory resident. Of several runs the cheapest counts, because
other jobs on the machine only ever add. *Cold* means without results of earlier runs; compiled packs and what the
target interpreter says of its libraries are kept, as after any first run, which is a row of its own.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
import tempfile
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.corpus import corpus, files
from benchmarks.environments import environment
from benchmarks.peers import PEERS, RULES, command, ours
from benchmarks.processes import Run, fastest, run, table

NUMPY = re.findall(
    r"\w+",
    """
    abs add all allclose any append apply_along_axis arange argmax argmin argpartition argsort argwhere around
    array array_equal asarray ascontiguousarray asfortranarray atleast_1d atleast_2d average bincount
    broadcast_to ceil clip column_stack concatenate copy corrcoef cos cov cross cumprod cumsum diag diagonal
    diff divide dot empty empty_like equal exp expand_dims expm1 eye fill_diagonal flatnonzero floor full
    full_like geomspace histogram hstack identity in1d inner interp intersect1d isclose isfinite isin isinf
    isnan kron less lexsort linspace log log10 log1p log2 logical_and logical_not logical_or logspace max
    maximum mean median meshgrid min minimum multiply nan_to_num nanmax nanmean nanmedian nanmin nonzero ones
    ones_like outer percentile power prod ptp quantile ravel
    """,
)
HARD = {
    "ellipses in arguments": ("f(..., $A, ..., $B, ..., $A, ..., $B, ...)", "f({args})\n"),
    "ellipses in statements": ("$X = $A\n...\n$Y = $X\n...\n$Z = $Y\n...\n$X = $Z", "{statements}"),
    "code at any depth": ("f(<... <... $X + $Y ...> ...>)", "f({sum})\n"),
    "chain of methods": ("$A. ... .a($B). ... .b($C)", "x = x{chain}\n"),
}


def block(number: int) -> str:
    """Functions of 2 kB or so, in one of which rules find something; in the corpus it is one place in 4 kB."""
    plain = "".join(
        f"def step_{number}_{part}(frame, size):\n"
        f"    total, offset = 0, size + {part}\n"
        "    for place, value in enumerate(frame):\n"
        "        total += sum(value * 2 for value in (place, offset)) % size\n"
        f"    return {{'total': total, 'offset': offset, 'part': {part}}}\n\n\n"
        for part in range(6)
    )
    return plain + (
        f"def hit_{number}(frame, size):\n"
        f"    work = np.zeros((size, {number % 90 + 2}), dtype=np.float64)\n"
        "    for place, row in frame.iterrows():\n"
        "        work[place] += np.dot(row, row)\n"
        "    return work.mean(axis=0)\n\n\n"
    )


def long_script(size: int) -> str:
    """A script of so many bytes."""
    blocks = [block(number) for number in range(size // len(block(0)) + 1)]
    return "import numpy as np\n\n\n" + "".join(blocks)


def hard_script(text: str) -> str:
    return text.format(
        args=", ".join(f"x{i % 40}" for i in range(400)),
        statements="".join(f"x{i} = x{i + 1}\n" for i in range(600)),
        sum=" + ".join(f"x{i}" for i in range(300)),
        chain="".join(f".a({i}).c" for i in range(150)),
    )


def row(name: str, one: Run, limit: str, holds: bool | None = None) -> tuple[str, ...]:
    verdict = "" if holds is None else ("yes" if holds else "NO")
    return name, f"{one.user:.2f}", f"{one.system:.2f}", f"{one.wall:.2f}", f"{one.memory / 1e6:.0f}", limit, verdict


class Bench:
    """One run of the benchmark in a folder of its own."""

    def __init__(self, folder: Path, times: int, quick: bool) -> None:
        self.home = folder / "home"
        self.home.mkdir()
        self.folder, self.times, self.quick = folder, times, quick
        self.rows: list[tuple[str, ...]] = []
        self.figures: dict[str, float | bool] = {}
        self.missed: list[str] = []

    def lint(self, *arguments: str | Path, times: int | None = None) -> Run:
        """The cheapest of several lints."""
        full = [sys.executable, "-m", "greenrules", "lint", "--exit-zero", "--output-format", "concise", *arguments]
        return fastest(full, self.folder, self.home, times or self.times)

    def judge(self, name: str, one: Run, limit: str = "", holds: bool | None = None) -> None:
        """A row of the table."""
        self.rows.append(row(name, one, limit, holds))
        self.figures[f"{name}: user s"] = one.user
        self.figures[f"{name}: cpu s"] = one.cpu
        self.figures[f"{name}: MB"] = one.memory / 1e6
        if holds is False:
            self.missed.append(name)

    def built_in(self, tree: Path) -> None:
        """The built-in rules on the corpus, without and with results of earlier runs, and on one file."""
        command = [sys.executable, "-m", "greenrules", "lint", "--exit-zero", "--no-cache", "--jobs=1", tree]
        self.judge("first run ever", run(command, self.folder, self.home))
        cold = self.lint("--no-cache", "--jobs=1", tree)
        self.judge("cold, one process", cold, "3 s user, 400 MB", cold.user <= 3 and cold.memory < 400e6)
        self.judge("cold, as many processes as it takes", self.lint("--no-cache", tree))
        warm = self.lint(tree)
        self.judge("warm", warm, "0.4 s user", warm.user <= 0.4)
        one = self.folder / "plain.py"
        one.write_text("def double(x):\n    return x + x\n\n\nprint(double(2))\n" * 20, "utf-8")
        plain = self.lint("--no-cache", one, times=max(5, self.times))
        self.judge("one file without a hit", plain, "0.25 s wall", plain.wall <= 0.25)

    def many_rules(self, tree: Path) -> None:
        """Ten rules against a hundred that look for other functions of the same library."""
        found = []
        for count in (10, 100):
            file = self.folder / f"rules{count}.yaml"
            # The ten stand far apart, so that both sets have common and rare names.
            names = NUMPY[:: len(NUMPY) // count][:count]
            file.write_text(ours({name: f"numpy.{name}(..., dtype=$T)" for name in names}), "utf-8")
            found.append(self.lint("--no-cache", "--jobs=1", f"--rule={file}", tree))
        self.judge("10 rules", found[0])
        ratio = found[1].user / found[0].user
        self.figures["100 rules against 10"] = ratio
        self.judge("100 rules", found[1], f"1.3 × 10 rules: {ratio:.2f} ×", ratio <= 1.3)

    def long_files(self) -> None:
        """Cost per megabyte, from a short file to one of 2 MB, the start-up taken off."""
        empty = self.folder / "empty.py"
        empty.write_text("x = 1\n", "utf-8")
        start = self.lint("--no-cache", empty).cpu
        costs = []
        for size in (250_000, 500_000, 1_000_000, 2_000_000):
            file = self.folder / "long.py"
            file.write_text(long_script(size), "utf-8")
            one = self.lint("--no-cache", file, times=2)
            costs.append((one.cpu - start) / size * 1e6)
            steady = costs[-1] <= 1.5 * costs[0]
            self.judge(f"a file of {size / 1e6:g} MB", one, f"linear: {costs[-1]:.2f} s/MB", steady)

    def hard_patterns(self) -> None:
        """Patterns with many ways to match, each on a script made for it."""
        for name, (pattern, text) in HARD.items():
            rules, script = self.folder / "hard.yaml", self.folder / "hard.py"
            rules.write_text(ours({"hard": pattern}), "utf-8")
            script.write_text(hard_script(text), "utf-8")
            one = self.lint("--no-cache", f"--rule={rules}", script, times=1)
            self.judge(f"hard: {name}", one, "5 s", one.cpu <= 5)

    def peers(self, tree: Path) -> None:
        """The same ten rules, each tool in an environment of its own."""
        rules = self.folder / "ten"
        rules.mkdir()
        file = rules / "ten.yaml"
        file.write_text(ours({name: texts[0] for name, texts in RULES.items()}), "utf-8")
        mine = self.lint("--no-cache", "--jobs=1", f"--rule={file}", tree)
        self.judge("ten rules: greenrules", mine)
        for peer in PEERS:
            every = peer.every * (3 if self.quick and peer.every > 1 else 1)
            place = tree if every == 1 else self.sample(tree, every)
            share = sum(one.stat().st_size for one in files(place)) / sum(one.stat().st_size for one in files(tree))
            theirs = fastest(
                command(peer, environment(peer.name, peer.package), place, rules),
                place,
                self.home,
                1 if every > 1 or self.quick else self.times,
                warm=every == 1,
            )
            ratio = mine.user / (theirs.user / share)
            self.figures[f"against {peer.name}"] = ratio
            wanted = f"at most {peer.most:g} ×" if peer.most >= 1 else f"ahead {1 / peer.most:g} ×"
            told = f"{ratio:.2f} ×" if ratio >= 1 else f"{1 / ratio:.1f} × ahead"
            part = "" if every == 1 else f", {share:.1%} of the corpus, compared by size"
            self.judge(f"ten rules: {peer.name}{part}", theirs, f"{wanted}: {told}", ratio <= peer.most)

    def sample(self, tree: Path, every: int) -> Path:
        """Every so manieth file, in a folder of its own."""
        place = self.folder / f"sample{every}"
        place.mkdir()
        for number, source in enumerate(files(tree)[::every]):
            shutil.copy(source, place / f"f{number}_{source.name}")
        return place


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one run of each instead of three")
    parser.add_argument("--no-peers", action="store_true", help="leave the other tools out")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    source = corpus()
    with tempfile.TemporaryDirectory() as name:
        # Outside the repository, whose ignore rules every tool honours.
        tree = Path(name) / "corpus"
        shutil.copytree(source, tree)
        size = sum(file.stat().st_size for file in files(tree))
        print(f"{len(files(tree))} files, {size / 1e6:.1f} MB\n")
        bench = Bench(Path(name), 1 if given.quick else 3, given.quick)
        bench.built_in(tree)
        bench.many_rules(tree)
        bench.long_files()
        bench.hard_patterns()
        if not given.no_peers:
            bench.peers(tree)
    table(("what", "user s", "sys s", "wall s", "MB", "at most", "holds"), bench.rows)
    if given.json:
        given.json.write_text(json.dumps(bench.figures, indent=1), "utf-8")
    if bench.missed:
        print(f"\nmissed: {', '.join(bench.missed)}")
    return int(bool(bench.missed))


if __name__ == "__main__":
    sys.exit(main())
