"""The script's life inside the user's interpreter: from a clean ``__main__`` to its exit code.

Standard library only, Python >= 3.9. What the interpreter does around a script when it is started as
``python SCRIPT`` is done here by hand where it has to be (``sys.argv``, ``sys.path[0]``, ``__file__``, the uncaught
exception) and left to the interpreter everywhere else (``SystemExit``, threads, ``atexit``, finalisation).
"""

from __future__ import annotations

import ast
import atexit
import os
import signal
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, ModuleType, TracebackType
    from typing import Any

#: what ``__main__`` holds when a script begins, over all versions of Python
NATIVE = (
    "__name__",
    "__doc__",
    "__package__",
    "__loader__",
    "__spec__",
    "__annotations__",
    "__builtins__",
    "__file__",
    "__cached__",
)


def main(path: str, instrument: ModuleType, hooks: ModuleType) -> None:
    """Run the script that the configuration at ``path`` names.

    Args:
        path: a file with a Python literal: script, arguments, python, descriptor, records, roles, recorders.
        instrument: the sibling that compiles.
        hooks: the sibling that records.

    Raises:
        SystemExit: as the script ended, or with 1 after its uncaught exception was shown.
    """
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 -- pathlib is not yet loaded, and need not be
        configuration = ast.literal_eval(file.read())
    name = configuration["script"]
    absolute = os.path.join(os.getcwd(), name)  # noqa: PTH109, PTH118
    sys.argv[:] = [name, *configuration["arguments"]]
    if hasattr(sys, "orig_argv"):
        sys.orig_argv[:] = [configuration["python"], *sys.argv]
    if not getattr(sys.flags, "safe_path", False):
        sys.path.insert(0, os.path.dirname(os.path.realpath(absolute)))  # noqa: PTH120
    space = _clean_main(absolute)
    recorder = hooks.Hooks(configuration["descriptor"], configuration["records"])
    try:
        code = _compile(absolute, configuration, instrument, recorder)
    except Exception as error:
        refused: Exception | None = error
    else:
        refused = None
    recorder.start()
    if refused is not None:
        recorder.end("error")
        _show(type(refused), refused, None)
        raise SystemExit(1)
    _run(code, space, recorder)


def _clean_main(absolute: str) -> dict[str, Any]:
    """``__main__`` as a script finds it; the dictionary is the interpreter's own."""
    module = sys.modules["__main__"]
    space = module.__dict__
    for name in list(space):
        if name not in NATIVE:
            del space[name]
    space.update(__file__=absolute, __doc__=None, __loader__=type(space["__loader__"])("__main__", absolute))
    return space


def _compile(absolute: str, configuration: dict[str, Any], instrument: ModuleType, recorder: Any) -> CodeType:
    with open(absolute, "rb") as file:  # noqa: PTH123
        source = file.read()
    try:
        marked = instrument.instrument(source, absolute, configuration["roles"], configuration["recorders"])
    except RecursionError:
        # An expression too deep for the tree may still be shallow enough for the compiler.
        return compile(source, absolute, "exec", 0, True)
    code: CodeType = instrument.with_hooks(marked, recorder)
    return code


def _run(code: CodeType, space: dict[str, Any], recorder: Any) -> None:
    """Execute the code; an uncaught exception is shown without our frames, as the interpreter would."""
    failure = None
    try:
        exec(code, space)
    except SystemExit:
        recorder.end("exit")
        raise
    except BaseException as error:
        failure = error
    if failure is None:
        recorder.end("ok")
        return
    # Shown outside the handler: an error in the script's own excepthook must not seem to come "during handling".
    kind = type(failure)
    recorder.end("memory" if issubclass(kind, MemoryError) else "error")
    trace = failure.__traceback__
    _show(kind, failure, trace.tb_next if trace else None)
    del failure, trace
    if issubclass(kind, KeyboardInterrupt):
        atexit.register(_die_of_interrupt)
    raise SystemExit(1)


def _show(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What ``PyErr_Print`` does with an uncaught exception."""
    error.__traceback__ = trace
    sys.last_type, sys.last_value, sys.last_traceback = kind, error, trace
    if sys.version_info >= (3, 12):
        sys.last_exc = error
    hook = getattr(sys, "excepthook", None)
    if hook is None:
        print("sys.excepthook is missing", file=sys.stderr)
        hook = sys.__excepthook__
    try:
        hook(kind, error, trace)
    except SystemExit:
        raise
    except BaseException as second:
        sys.stderr.write("Error in sys.excepthook:\n")
        after = second.__traceback__.tb_next if second.__traceback__ else None
        sys.__excepthook__(type(second), second.with_traceback(after), after)
        sys.stderr.write("\nOriginal exception was:\n")
        sys.__excepthook__(kind, error, trace)


def _die_of_interrupt() -> None:
    """End as the interpreter does after an uncaught KeyboardInterrupt: by the signal itself."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGINT)
