"""What ``pip install`` gives, in an environment that has nothing else; and a stranger's pack beside it. No network."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WHEELHOUSE = ROOT / ".wheelhouse"
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("packaging")]


def run(*command, cwd, check=True, **more):
    keep = {key: value for key, value in os.environ.items() if key in ("PATH", "LANG", "HOME")}
    keep |= {"XDG_CACHE_HOME": str(cwd), "XDG_DATA_HOME": str(cwd)}
    done = subprocess.run([str(one) for one in command], cwd=cwd, capture_output=True, text=True, env=keep, **more)
    if check and done.returncode != 0:
        pytest.fail(f"{command}\n{done.stdout}\n{done.stderr}")
    return done


def wheel(source, target):
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", target, source, cwd=target)
    return max(target.glob("*.whl"), key=lambda path: path.stat().st_mtime_ns)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("packaging")


@pytest.fixture(scope="module")
def built(folder):
    target = folder / "dist"
    target.mkdir()
    return wheel(ROOT, target)


@pytest.fixture(scope="module")
def clean(folder, built):
    """A clean environment with greenrules installed from its wheel."""
    assert WHEELHOUSE.is_dir(), "`make setup` fills it"
    place = folder / "env"
    venv.create(place, with_pip=False)
    install(place / "bin/python", built)
    return place / "bin"


def install(python, *wheels):
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--disable-pip-version-check")
    run(*pip, "--no-index", "--find-links", WHEELHOUSE, *wheels, cwd=python.parent)


def test_the_wheel_holds_the_packs_and_no_strangers(built):
    names = zipfile.ZipFile(built).namelist()
    for pack in ("sklearn", "numpy_pandas", "opencv"):
        assert f"greenrules_pack_{pack}/pack.yaml" in names
        assert any(name.startswith(f"greenrules_pack_{pack}/rules/") for name in names)
    assert "greenrules/meters/data/tdp.csv" in names
    assert "greenrules/py.typed" in names
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {
        "greenrules",
        "greenrules_pack_sklearn",
        "greenrules_pack_numpy_pandas",
        "greenrules_pack_opencv",
    }


def test_the_installed_product_knows_its_packs_and_rewrites(clean, folder):
    packs = run(clean / "greenrules", "packs", cwd=folder).stdout
    assert [line.split()[0] for line in packs.splitlines()] == ["numpy_pandas", "opencv", "sklearn"]
    script = folder / "plain.py"
    script.write_text("import numpy as np\na = np.arange(9)\nprint(len(np.where(a > 3)[0]))\n")
    done = run(clean / "greenrules", "lint", "plain.py", cwd=folder, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "numpy_pandas/count-true" in done.stdout


def test_it_measures_with_the_core_alone_and_says_that_pdf_is_missing(clean, folder):
    script = folder / "sum.py"
    script.write_text("print('sum:', sum(i * i for i in range(10**6)))\n")
    done = run(clean / "greenrules", "apply", "sum.py", cwd=folder)
    assert "no change" in done.stdout.lower()
    assert (folder / "sum.greenrules/report.html").is_file()
    assert not (folder / "sum.greenrules/report.pdf").exists()
    assert "greenrules[pdf]" in done.stdout + done.stderr


@pytest.fixture(scope="module")
def acme(clean, folder):
    """A stranger's pack, made, built as a wheel and installed."""
    made = folder / "greenrules-pack-acme"
    run(clean / "greenrules", "pack", "new", "acme", cwd=folder)
    install(clean / "python", wheel(made, made))
    return made


def test_a_strangers_pack_is_built_installed_linted_with_and_applied(clean, folder, acme):
    assert "all hold" in run(clean / "greenrules", "pack", "test", acme, cwd=folder).stdout
    assert "nothing to complain" in run(clean / "greenrules", "pack", "check", acme, cwd=folder).stdout
    assert "acme" in run(clean / "greenrules", "packs", cwd=folder).stdout
    script = folder / "smallest.py"
    script.write_text(
        "times = [(i * 7919) % 1000003 for i in range(2_000_000)]\n"
        "first = sorted(times)[0]  # the quickest\n"
        "print('score:', first)\n"
    )
    done = run(clean / "greenrules", "lint", "smallest.py", "--pack", "acme", cwd=folder, check=False)
    assert done.returncode == 1
    assert "acme/smallest-without-sorting" in done.stdout
    run(clean / "greenrules", "apply", "smallest.py", "--pack", "acme", cwd=folder)
    green = (folder / "smallest.green.py").read_text()
    assert "first = min(times)  # the quickest" in green
    assert "greenrules" not in green


def test_two_distributions_that_claim_one_name_are_both_named(clean, folder, acme):
    twin = folder / "twin"
    run(clean / "greenrules", "pack", "new", "acme", "--directory", twin, cwd=folder)
    project = twin / "pyproject.toml"
    project.write_text(project.read_text().replace('name = "greenrules-pack-acme"', 'name = "other-acme"'))
    source = twin / "src/greenrules_pack_acme"
    source.rename(twin / "src/other_acme")
    project.write_text(project.read_text().replace("greenrules_pack_acme", "other_acme"))
    install(clean / "python", wheel(twin, twin))
    done = run(clean / "greenrules", "packs", cwd=folder)
    assert "greenrules-pack-acme" in done.stderr and "other-acme" in done.stderr
    assert "sklearn" in done.stdout
