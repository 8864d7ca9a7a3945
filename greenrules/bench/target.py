"""The interpreter that runs the user's script, asked about its libraries; answers are kept until they may be wrong."""

from __future__ import annotations

import hashlib
import json
import os
import selectors
import subprocess
import weakref
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from greenrules.errors import UsageError

FORMAT = 2
ANSWER_S = 120.0
_PROBE = Path(__file__).with_name("probe.py")


class InterpreterTarget:
    """Answers the engine's questions by asking the interpreter, in one process for as many questions as there are.

    Args:
        python: the interpreter.
        cache_dir: where answers are kept; None keeps none.
        environment: of the process that is asked.
        answer_s: how long an answer may take; the first one imports a library.
        synonyms: distribution → other names under which the same library is installed.
    """

    def __init__(
        self,
        python: Path,
        cache_dir: Path | None = None,
        environment: Mapping[str, str] | None = None,
        answer_s: float = ANSWER_S,
        synonyms: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        if not os.access(python, os.X_OK) or python.is_dir():
            raise UsageError(f"no such interpreter: {python}", remedy="name one with --python PATH")
        self.python = python
        self._environment = dict(os.environ if environment is None else environment)
        self._answer_s = answer_s
        self._synonyms = dict(synonyms or {})
        self._process: subprocess.Popen[bytes] | None = None
        self._heard = b""
        self._cache: Path | None = None
        if cache_dir is not None:
            key = f"{python.absolute()}\0{self._environment.get('PYTHONPATH', '')}"
            self._cache = cache_dir / f"target-{hashlib.sha256(os.fsencode(key)).hexdigest()[:24]}.json"
        self._known = self._load()

    def __enter__(self) -> InterpreterTarget:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def python_version(self) -> str:
        """``3.11.7``; empty when the interpreter does not answer."""
        return str(self._inventory().get("python", ""))

    def versions(self) -> dict[str, str]:
        """All installed distributions."""
        found: dict[str, str] = self._inventory().get("versions", {})
        return dict(found)

    @property
    def compiled(self) -> bool:
        """Whether all installed packages have their bytecode, so that importing them compiles nothing."""
        return bool(self._inventory().get("compiled", False))

    def version(self, distribution: str) -> str | None:
        """The installed version of a distribution, or None when it is not installed or not known."""
        if distribution == "python":
            return self.python_version or None
        versions = self.versions()
        names = (distribution, *self._synonyms.get(distribution, ()))
        return next((versions[name] for name in map(_normalised, names) if name in versions), None)

    def has(self, distribution: str) -> bool | None:
        """Whether a distribution is installed; None when the interpreter does not answer."""
        return self.version(distribution) is not None if "versions" in self._inventory() else None

    def signature(self, qualified: str) -> str | None:
        """The signature of a callable as text that parses, ``(a, b=1, *, c=...)``; None when not known."""
        answer = self._answer("signature", qualified)
        return answer if isinstance(answer, str) else None

    def attributes(self, qualified: str) -> frozenset[str] | None:
        """Attributes of a class: of its bases, and those that its methods set on themselves; None when not known."""
        answer = self._answer("attributes", qualified)
        return frozenset(answer) if isinstance(answer, list) else None

    def prefetch(self, signatures: Iterable[str] = (), attributes: Iterable[str] = ()) -> None:
        """Ask many questions and write the answers to disk once."""
        asked = [("signature", name) for name in signatures] + [("attributes", name) for name in attributes]
        new = [self._ask_once(kind, name) for kind, name in asked]
        if any(new):
            self._save()

    def close(self) -> None:
        """End the process that was asked, if there is one."""
        process, self._process = self._process, None
        if process is not None:
            _end(process)

    def _inventory(self) -> dict[str, Any]:
        if "inventory" not in self._known:
            answer = self._ask({"versions": True})
            if "versions" not in answer:
                return {}
            stamps = {folder: _stamp(Path(folder)) for folder in answer.pop("folders")}
            self._known = {
                "format": FORMAT,
                "interpreter": _stamp(self.python),
                "folders": stamps,
                "inventory": answer,
                # Answers of before hold as long as every library is what it was.
                "answers": self._known.get("answers", {}) if self._known.get("last") == answer else {},
            }
            self._save()
        found: dict[str, Any] = self._known["inventory"]
        return found

    def _answer(self, kind: str, name: str) -> Any:
        if self._ask_once(kind, name):
            self._save()
        return self._known.get("answers", {}).get(f"{kind} {name}")

    def _ask_once(self, kind: str, name: str) -> bool:
        """Get an answer unless it is known; whether there is something new to keep."""
        self._inventory()
        answers = self._known.setdefault("answers", {})
        key = f"{kind} {name}"
        if key in answers:
            return False
        answer = self._ask({kind: name})
        if "answer" not in answer:
            return False
        answers[key] = answer["answer"]
        return True

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """One question; an empty answer when the interpreter died or took too long."""
        if self._process is None:
            # Asking must leave no trace: a new bytecode folder would look like something newly installed.
            self._process = subprocess.Popen(
                [str(self.python), "-B", str(_PROBE)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=self._environment,
            )
            self._heard = b""
            weakref.finalize(self, _end, self._process)
        process = self._process
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            line = self._line(process.stdout.fileno())
            answer = json.loads(line) if line else {}
        except (OSError, ValueError):
            answer = {}
        if not answer:
            self.close()
        return answer if isinstance(answer, dict) else {}

    def _line(self, descriptor: int) -> bytes:
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            while b"\n" not in self._heard:
                if not selector.select(self._answer_s):
                    return b""
                data = os.read(descriptor, 1 << 16)
                if not data:
                    return b""
                self._heard += data
        line, _, self._heard = self._heard.partition(b"\n")
        return line

    def _load(self) -> dict[str, Any]:
        """What is kept, if interpreter and library folders are as they were; else what may become valid again."""
        if self._cache is None:
            return {}
        try:
            kept = json.loads(self._cache.read_text("utf-8"))
            if kept["format"] != FORMAT:
                return {}
            same = kept["interpreter"] == _stamp(self.python) and all(
                _stamp(Path(folder)) == stamp for folder, stamp in kept["folders"].items()
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}
        if same:
            return dict(kept)
        return {"answers": kept.get("answers", {}), "last": kept.get("inventory")}

    def _save(self) -> None:
        if self._cache is None or "inventory" not in self._known:
            return
        fresh = self._cache.with_name(f"{self._cache.name}.{os.getpid()}")
        try:
            self._cache.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_text(json.dumps(self._known), "utf-8")
            fresh.replace(self._cache)
        except OSError:
            # A cache that cannot be written costs time only: the next question is asked again.
            fresh.unlink(missing_ok=True)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate()


def _normalised(distribution: str) -> str:
    return distribution.lower().replace("_", "-").replace(".", "-")


def _stamp(path: Path) -> list[int]:
    """Changes when something is installed into a folder, or an interpreter is exchanged."""
    try:
        status = path.stat()
    except OSError:
        return []
    return [status.st_mtime_ns, status.st_size, status.st_ino]
