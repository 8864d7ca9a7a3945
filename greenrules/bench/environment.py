"""The environment of a run: an allow-list, the same for every form of the script, recorded."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from greenrules.errors import UsageError

#: paths, user, locale, time zone
NAMES = frozenset(
    {
        *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "CONDA_PREFIX"),
        *("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "MPLBACKEND", "MPLCONFIGDIR"),
        *("LANG", "LANGUAGE", "TZ", "TERM"),
        *("CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER", "NVIDIA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES"),
        *("ROCR_VISIBLE_DEVICES", "GPU_DEVICE_ORDINAL", "ZE_AFFINITY_MASK", "ONEAPI_DEVICE_SELECTOR"),
    }
)
#: Python's own, and the thread and BLAS variables: part of how the script runs, and sometimes the waste itself
PREFIXES = (
    *("PYTHON", "LC_", "OMP_", "OPENBLAS_", "MKL_", "NUMEXPR_", "NUMBA_", "POLARS_", "LOKY_"),
    *("KMP_", "GOMP_", "GOTO_", "BLIS_", "VECLIB_", "JOBLIB_", "RAYON_"),
)
#: these would keep an interpreter from ending, or from running the script at all
REFUSED = frozenset({"PYTHONINSPECT", "PYTHONSTARTUP", "PYTHONBREAKPOINT"})


def allowed(name: str) -> bool:
    """Whether a variable is passed on without being named."""
    return name not in REFUSED and (name in NAMES or name.startswith(PREFIXES))


def run_environment(inherited: Mapping[str, str], extra: Iterable[str] = ()) -> dict[str, str]:
    """The environment of every run.

    Args:
        inherited: our own.
        extra: names that the user adds with ``--env``.

    Returns:
        Sorted by name. ``PYTHONHASHSEED`` is the user's number, else 0, so that sets keep their order between runs.

    Raises:
        UsageError: a name that is not set, or is not a name.
    """
    chosen = {name: value for name, value in inherited.items() if allowed(name)}
    for name in extra:
        if not name or "=" in name:
            raise UsageError(f"--env takes the name of a variable, not {name!r}", remedy="--env NAME, without a value")
        if name not in inherited:
            raise UsageError(f"--env {name}: no such variable is set", remedy=f"export {name}=… before the command")
        chosen[name] = inherited[name]
    if not chosen.get("PYTHONHASHSEED", "").isdigit():
        chosen["PYTHONHASHSEED"] = "0"
    return dict(sorted(chosen.items()))


def recorded(environment: Mapping[str, str], extra: Iterable[str] = (), *, show: bool = False) -> dict[str, str]:
    """The environment as the report keeps it: values that the user added are digests unless ``show``."""
    named = {name for name in extra if not allowed(name)}
    return {
        name: value if show or name not in named else "sha256:" + hashlib.sha256(value.encode()).hexdigest()
        for name, value in environment.items()
    }


def private_places(
    environment: Mapping[str, str], folder: Path, temporary: Path, caches: Path, mounts: bool, compiles: bool
) -> dict[str, str]:
    """The environment with the places a run may write to: it must not find the user's.

    Libraries that keep caches in the home folder would fail, or fill them again at every run, when it is read-only:
    they get a folder that stays between the runs.

    Args:
        environment: of the run.
        folder: the run's current directory as it sees it.
        temporary: an empty folder on our side.
        caches: a folder that stays between runs.
        mounts: whether ``temporary`` is mounted as ``/tmp``.
        compiles: whether runs would compile libraries again and again, because these are not compiled and the
            interpreter's own folders are read-only.
    """
    chosen = {**environment, "PWD": str(folder)}
    if mounts:
        if "TMPDIR" in chosen:
            chosen["TMPDIR"] = "/tmp"
    else:
        chosen["TMPDIR"] = str(temporary)
    if compiles and not {"PYTHONPYCACHEPREFIX", "PYTHONDONTWRITEBYTECODE"} & chosen.keys():
        chosen["PYTHONPYCACHEPREFIX"] = str(caches / "bytecode")
    if "NUMBA_CACHE_DIR" not in chosen:
        chosen["NUMBA_CACHE_DIR"] = str(caches / "numba")
    if "MPLCONFIGDIR" not in chosen:
        chosen["MPLCONFIGDIR"] = str(caches / "matplotlib")
        _seed_matplotlib(Path(chosen.get("HOME", "/")), caches / "matplotlib")
    return chosen


def _seed_matplotlib(home: Path, folder: Path) -> None:
    """The user's settings and font list: one variable moves both away from the home folder."""
    if folder.exists():
        return
    folder.mkdir(parents=True)
    found = [home / ".config" / "matplotlib" / "matplotlibrc", *(home / ".cache" / "matplotlib").glob("fontlist*.json")]
    for path in found:
        if path.is_file():
            shutil.copyfile(path, folder / path.name)
