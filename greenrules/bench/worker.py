"""Run a script exactly as ``python SCRIPT ARGUMENTS`` would, with stage markers.

Standard library only, Python >= 3.9: this file runs inside the user's interpreter, as ``python worker.py CONFIG``.
It loads its siblings by path and then gives ``__main__`` to the script.
"""

import sys

# The folder of this file must not be importable: ``copy.py`` here would stand before the standard library's.
if sys.path and sys.path[0] and __file__.startswith(sys.path[0]):
    sys.path.pop(0)


def _load(name):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    from importlib.machinery import SourceFileLoader
    from importlib.util import module_from_spec, spec_from_loader

    loader = SourceFileLoader("greenrules_" + name, __file__[: -len("worker.py")] + name + ".py")
    module = module_from_spec(spec_from_loader(loader.name, loader))  # type: ignore[arg-type]
    loader.exec_module(module)
    return module


if __name__ == "__main__":
    _load("script").main(sys.argv[1], _load("instrument"), _load("hooks"))  # type: ignore[no-untyped-call]
