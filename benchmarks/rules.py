"""What each rule saves: every rewrite of the built-in packs alone, where it pays and where it does not.

    python -m benchmarks.rules                           what is missing or out of date, of all packs
    python -m benchmarks.rules --pack sklearn --write    the same of one pack, kept in its evidence.json
    python -m benchmarks.rules --rule sklearn/linear-svc --again --runs 9
    python -m benchmarks.rules --refresh --write         measure nothing: tell what is out of date, and say so there

The scripts lie in `benchmarks/evidence/<pack>/<rule>/`: `pays.py` and `idle.py`, or `unmeasured.txt` with the reason
why there are none; where `requirements.txt` names other libraries than the locked ones, they run with these. Each is
rewritten and run by the product's own means: fresh working copies in the sandbox, a clean environment, CPU seconds of
the process tree, blocks of both forms in random order. Values of parameters are tried once each; the best one is then
measured with fresh runs. Rules that train another model have another seed in each block.

Rules about threads and jobs have all CPUs; all others have one, because threads that wait spin, and a figure with
spinning in it hangs on what else the machine does.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from benchmarks.environments import environment
from benchmarks.one_rule import Trial
from benchmarks.processes import table
from greenrules.engine.pack import Rule
from greenrules.errors import GreenrulesError, UsageError
from greenrules.evidence import FILE, PackEvidence, RuleEvidence, RuleMeasurement, read_evidence, rule_digest
from greenrules.verbs.catalogue import find_rule
from greenrules.verbs.catalogue import rules as all_rules

ROOT = Path(__file__).resolve().parents[1]
EVIDENCE = ROOT / "benchmarks" / "evidence"
#: of each form where a rule should not pay: that is no claim to be proven
LEAST_RUNS = 3
CASES: tuple[Literal["pays", "idle"], ...] = ("pays", "idle")


def pack_folder(pack: str) -> Path:
    """Where the files of a built-in pack lie in the repository."""
    return ROOT / "rulepacks" / pack / "src" / f"greenrules_pack_{pack}"


def scripts(rule: Rule) -> dict[Literal["pays", "idle"], Path]:
    """The rule's workloads that there are."""
    folder = EVIDENCE / str(rule.pack) / rule.id
    return {case: folder / f"{case}.py" for case in CASES if (folder / f"{case}.py").is_file()}


def unmeasured(rule: Rule) -> str | None:
    """Why a rule cannot be measured, where somebody said so."""
    file = EVIDENCE / str(rule.pack) / rule.id / "unmeasured.txt"
    return " ".join(file.read_text("utf-8").split()) if file.is_file() else None


def interpreter(rule: Rule) -> Path:
    """What runs a rule's workloads: our own interpreter, or one with the libraries that they require besides.

    Raises:
        UsageError: these cannot be installed.
    """
    folder = EVIDENCE / str(rule.pack) / rule.id
    file = folder / "requirements.txt"
    if not file.is_file():
        return Path(sys.executable)
    packages = file.read_text("utf-8").split()
    try:
        return environment("-".join(packages).replace("==", "-"), *packages, over_ours=True)
    except subprocess.CalledProcessError as error:
        raise UsageError(f"{file}: cannot be installed", remedy="see what pip says above") from error


@contextmanager
def opened(pack: str) -> Iterator[tuple[PackEvidence, Path]]:
    """A pack's evidence as it is now, held against other writers."""
    folder = pack_folder(pack)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield read_evidence(folder), folder / FILE
    finally:
        os.close(descriptor)


def keep(rule: Rule, entry: RuleEvidence) -> None:
    """Write a rule's evidence into its pack, at once: what was measured must not be lost."""
    with opened(str(rule.pack)) as (evidence, file):
        whole = PackEvidence(rules={**evidence.rules, rule.id: entry})
        file.write_text(whole.text(), encoding="utf-8")


def forget_others(pack: str, ids: set[str]) -> None:
    """Drop the evidence of rules that there are no more."""
    with opened(pack) as (evidence, file):
        kept = {name: entry for name, entry in evidence.rules.items() if name in ids}
        if kept != evidence.rules:
            file.write_text(PackEvidence(rules=kept).text(), encoding="utf-8")


@contextmanager
def cpus_for(rule: Rule, cpu: int) -> Iterator[None]:
    """All CPUs for a rule about threads, else a single one."""
    everything = os.sched_getaffinity(0)
    if rule.spec.tactic != "thread-topology":
        os.sched_setaffinity(0, {sorted(everything)[cpu % len(everything)]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, everything)


def still_holds(rule: Rule, script: Path, known: RuleMeasurement, *, wait: bool) -> bool:
    """Whether a measurement is of what the rule makes of the script today."""
    if known.script_sha256 != hashlib.sha256(script.read_bytes()).hexdigest():
        return False
    trial = Trial(rule, script, interpreter(rule), wait=wait)
    return trial.digest(known.parameters) == known.rewritten_sha256


def measured(rule: Rule, known: RuleEvidence | None, options: argparse.Namespace) -> RuleEvidence:
    """A rule's evidence, measured where it is missing or out of date.

    Raises:
        UsageError: a workload is missing.
        ScriptFailed: one does not end well.
    """
    digest = rule_digest(rule.data)
    found = scripts(rule)
    if reason := unmeasured(rule):
        return RuleEvidence(digest=digest, unmeasured=reason)
    results: list[RuleMeasurement] = []
    for case, script in found.items():
        old = known.of(case) if known is not None and not options.again else []
        if old and still_holds(rule, script, old[0], wait=not options.beside):
            results.append(old[0])
            continue
        if options.refresh:
            continue
        trial = Trial(rule, script, interpreter(rule), wait=not options.beside)
        runs = options.runs if case == "pays" else max(LEAST_RUNS, options.runs - 2)
        made = trial.measure(case, str(script.relative_to(ROOT)), runs)
        print(f"{rule.full_id:52} {row(made)}", flush=True)
        results.append(made)
    missing = [case for case in CASES if case not in {one.case for one in results}]
    if options.refresh and missing:
        reason = "its workload was not run again since the rule or the workload changed"
        return RuleEvidence(digest=digest, measurements=results, unmeasured=reason)
    if missing:
        raise UsageError(
            f"no workload for: {', '.join(missing)}", remedy=f"write {EVIDENCE / str(rule.pack) / rule.id}"
        )
    return RuleEvidence(digest=digest, measurements=results)


def row(one: RuleMeasurement) -> str:
    """A measurement in a line."""
    values = " ".join(f"{name}={value}" for name, value in one.parameters.items())
    quality = "" if one.quality.ok else f"  IN DOUBT: {one.quality.reason}"
    saved = f"{one.saving:6.1%} [{one.low:6.1%}, {one.high:6.1%}]"
    return f"{one.case:4} {saved}  {one.cpu_before_s:5.2f} → {one.cpu_after_s:5.2f} s  {values}{quality}"


def chosen(options: argparse.Namespace) -> list[Rule]:
    """The rules to measure."""
    if options.rule:
        return [find_rule(name) for name in options.rule]
    built_in = {path.name for path in (ROOT / "rulepacks").iterdir() if (path / "pyproject.toml").is_file()}
    packs = set(options.pack or built_in)
    return [rule for rule in all_rules() if rule.pack in packs and rule.spec.writes]


def main() -> int:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.rules", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pack", action="append", help="only rules of this pack (repeat)")
    parser.add_argument("--rule", action="append", help="only this rule (repeat)")
    parser.add_argument("--runs", type=int, default=5, help="runs of each form where it pays (5)")
    parser.add_argument("--again", action="store_true", help="measure what is up to date, too")
    parser.add_argument("--write", action="store_true", help="keep the figures in the packs' evidence.json")
    parser.add_argument("--cpu", type=int, default=0, help="which CPU rules have that are not about threads (0)")
    parser.add_argument("--beside", action="store_true", help="do not wait for other measurements on this machine")
    parser.add_argument("--refresh", action="store_true", help="measure nothing; only tell what is out of date")
    parser.add_argument("--quick", action="store_true", help="three runs of each form of three rules, nothing kept")
    options = parser.parse_args()
    if options.quick:
        options.runs, options.write, options.again = 3, False, True
    rules = chosen(options)
    if options.quick and not options.rule:
        rules = [rule for rule in rules if scripts(rule)][:3]
    troubles: list[tuple[str, str]] = []
    for rule in rules:
        with opened(str(rule.pack)) as (evidence, _):
            known = evidence.rules.get(rule.id)
        try:
            with cpus_for(rule, options.cpu):
                entry = measured(rule, known, options)
        except GreenrulesError as error:
            troubles.append((rule.full_id, error.message))
            print(f"{rule.full_id:52} {error.message}", flush=True)
            continue
        if entry.unmeasured and options.refresh:
            troubles.append((rule.full_id, entry.unmeasured))
        if options.write and entry != known:
            keep(rule, entry)
    if options.write and not options.rule:
        for pack in {str(rule.pack) for rule in rules}:
            forget_others(pack, {rule.id for rule in rules if rule.pack == pack})
    if troubles:
        print()
        table(("rule", "trouble"), troubles)
    return 1 if troubles else 0


if __name__ == "__main__":
    sys.exit(main())
