"""The ladder of sandboxes, and the traps of each."""

from __future__ import annotations

import os
import subprocess
import tempfile
import venv
from dataclasses import replace
from pathlib import Path

import pytest

from greenrules.bench.confinement import landlock_version
from greenrules.bench.sandbox import open_sandbox, probe_bubblewrap, resolvers
from greenrules.errors import UsageError


def test_the_best_that_works_is_taken_and_the_others_reasons_are_told(monkeypatch, tmp_path):
    best = open_sandbox()
    assert best.kind == ("bubblewrap" if not probe_bubblewrap() else "landlock" if landlock_version() else "none")
    monkeypatch.setenv("PATH", str(tmp_path))
    without = open_sandbox()
    assert without.kind == ("landlock" if landlock_version() else "none")
    assert "apt install bubblewrap" in without.info(network=False).detail
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
    fake.chmod(0o755)
    assert "apparmor" in probe_bubblewrap()
    with pytest.raises(UsageError, match="setting up uid map"):
        open_sandbox("bubblewrap")


def test_an_unknown_sandbox():
    with pytest.raises(UsageError, match="no sandbox is called"):
        open_sandbox("docker")


def test_what_the_report_says(place):
    info = place.sandbox.info(network=False)
    assert info.kind == place.sandbox.kind
    assert info.network is (place.sandbox.kind == "none")
    assert place.sandbox.info(network=True).network is True


def run_with(place, python, source="import sys; print(sys.prefix)", **more):
    (place.root / "train.py").write_text(source)
    runner = place.runner()
    return runner.run(replace(place.spec(source.encode()), python=Path(python), **more))


def test_an_environment_below_tmp_is_visible(place, tmp_path):
    venv.create(tmp_path / "environment", with_pip=False)
    outcome = run_with(place, tmp_path / "environment" / "bin" / "python")
    assert outcome.stdout.decode().strip() == str(tmp_path / "environment"), outcome.stderr


def test_an_environment_in_the_users_folder_is_visible(place):
    venv.create(place.root / ".venv", with_pip=False)
    outcome = run_with(place, place.root / ".venv" / "bin" / "python")
    assert outcome.stdout.decode().strip() == str(place.root / ".venv"), outcome.stderr
    assert outcome.files == {} and outcome.deleted == ()


@pytest.mark.skipif(not Path("/root/.pyenv/versions").is_dir(), reason="no other interpreters here")
def test_other_interpreters(place):
    for python in sorted(Path("/root/.pyenv/versions").glob("3.9.*/bin/python")):
        outcome = run_with(place, python, "import sys; print(sys.version_info[:2])")
        assert outcome.stdout == b"(3, 9)\n", outcome.stderr


def test_a_script_in_a_folder_below(place):
    (place.root / "sub").mkdir()
    (place.root / "sub" / "mine.py").write_text("value = 3\n")
    source = b"import mine, os, sys\nprint(mine.value, os.path.basename(sys.path[0]), sys.argv[0], os.getcwd())\n"
    (place.root / "train.py").write_text("")
    runner = place.runner()
    runner.copy.script = "sub/run.py"
    outcome = runner.run(replace(place.spec(source), script_name="sub/run.py"))
    assert outcome.stdout.decode() == f"3 sub sub/run.py {place.root}\n"


def test_files_in_tmp_that_the_script_names_are_readable(mounted):
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="greenrules-named-") as folder:
        Path(folder, "input.csv").write_text("from tmp")
        named = f"print(open('{folder}/input.csv').read())\n"
        assert mounted.run(named).stdout == b"from tmp\n"
        assert mounted.run(f"import os\nos.remove('{folder}/input.csv')\n").status == "error"
        assert Path(folder, "input.csv").exists()


def test_tmp_is_private(mounted):
    name = f"/tmp/greenrules-private-{os.getpid()}"
    there = f"/tmp/greenrules-outside-{os.getpid()}"
    Path(there).write_text("x")
    try:
        source = (
            f"import os, tempfile\nopen({name!r}, 'w').close()\nprint(os.path.exists({there[:-1]!r} + {there[-1]!r}))\n"
        )
        outcome = mounted.run(source + "print(os.path.exists('" + name + "'), tempfile.gettempdir())\n")
    finally:
        Path(there).unlink()
    assert outcome.stdout == b"False\nTrue /tmp\n" and not Path(name).exists()


def test_neighbours_of_the_users_folder_are_readable(place, tmp_path):
    (tmp_path / "shared.csv").write_text("s")
    assert place.run("print(open('../shared.csv').read())\n" if place.sandbox.mounts else "print('s')").stdout == b"s\n"


def test_processes_outside_are_out_of_reach(mounted):
    victim = subprocess.Popen(["sleep", "30"])
    try:
        source = f"import os\ntry:\n    os.kill({victim.pid}, 9)\nexcept ProcessLookupError:\n    print('nobody')\n"
        assert mounted.run(source).stdout == b"nobody\n"
        assert victim.poll() is None
    finally:
        victim.kill()
        victim.wait()


def test_libraries_may_write_their_caches(place):
    source = "import os\nfor n in ('MPLCONFIGDIR', 'NUMBA_CACHE_DIR'):\n    os.makedirs(os.environ[n], exist_ok=True)\n"
    source += "    open(os.path.join(os.environ[n], 'x'), 'a').write('1')\nprint(open(os.environ[n] + '/x').read())\n"
    (place.root / "train.py").write_text(source)
    runner = place.runner()
    assert [runner.run(place.spec(source.encode())).stdout for _ in range(2)] == [b"1\n", b"11\n"]


def test_libraries_are_compiled_once_and_not_at_every_run(place):
    (place.root / "mine.py").write_text("x = 1\n")
    source = b"import mine, os\nprint(os.path.exists(mine.__cached__))\n"
    (place.root / "train.py").write_bytes(source)
    runner = place.runner()
    environment = {k: v for k, v in place.spec(source).environment.items() if k != "PYTHONDONTWRITEBYTECODE"}
    runner.run(replace(place.spec(source), environment=environment))
    stamps = sorted(p.stat().st_mtime_ns for p in place.scratch.rglob("mine.*.pyc"))
    assert stamps
    assert runner.run(replace(place.spec(source), environment=environment)).stdout == b"True\n"
    assert sorted(p.stat().st_mtime_ns for p in place.scratch.rglob("mine.*.pyc")) == stamps


def test_the_file_that_names_are_resolved_by_is_seen_wherever_it_lies(tmp_path):
    link = tmp_path / "resolv.conf"
    for target, seen in (
        ("/run/NetworkManager/resolv.conf", True),
        ("/run/systemd/resolve/stub-resolv.conf", False),
        ("/etc/resolv.conf.static", False),
    ):
        link.unlink(missing_ok=True)
        link.symlink_to(target)
        assert (Path(target) in resolvers(link)) is seen
        assert Path("/run/systemd/resolve") in resolvers(link), "a folder covers what lies in it"
