"""What is known of Python's own functions and methods: which have effects, which change their object."""

from __future__ import annotations

_PURE = [
    "abs",
    "all",
    "any",
    "ascii",
    "bin",
    "bool",
    "bytes",
    "callable",
    "chr",
    "complex",
    "dict",
    "dir",
    "divmod",
    "enumerate",
    "filter",
    "float",
    "format",
    "frozenset",
    "getattr",
    "hasattr",
    "hex",
    "id",
    "int",
    "isinstance",
    "issubclass",
    "iter",
    "len",
    "list",
    "map",
    "max",
    "min",
    "object",
    "oct",
    "ord",
    "pow",
    "range",
    "repr",
    "reversed",
    "round",
    "set",
    "slice",
    "sorted",
    "str",
    "sum",
    "tuple",
    "type",
    "zip",
    "hash",
]

#: builtin functions without side effects
PURE = frozenset(f"builtins.{name}" for name in _PURE)
#: builtin functions that keep no hold on their arguments and do not change them
HARMLESS = PURE | {"builtins.print"}
#: builtin functions whose result changes from run to run
FICKLE = frozenset({"builtins.id", "builtins.hash", "builtins.input", "builtins.open", "builtins.object"})
#: builtin functions that call what they are given
CALLERS = frozenset({"builtins.map", "builtins.filter", "builtins.sorted", "builtins.min", "builtins.max"})
#: those of them whose first argument is the function
TAKES_FUNCTION_FIRST = frozenset({"builtins.map", "builtins.filter"})
#: modules of the standard library of which every function is pure
PURE_MODULES = ("math.", "cmath.", "os.path.join", "os.path.basename", "os.path.dirname", "os.path.splitext")
#: modules of the standard library whose functions give something else each time
FICKLE_MODULES = ("time.", "random.", "secrets.", "uuid.", "datetime.datetime.now", "os.urandom")

#: types whose objects never change
IMMUTABLE = frozenset(
    f"builtins.{name}"
    for name in ("int", "float", "complex", "str", "bytes", "bool", "NoneType", "range", "ellipsis", "slice")
)
_MUTATORS = {
    "list": "append extend insert remove pop clear sort reverse",
    "dict": "clear pop popitem setdefault update",
    "set": "add remove discard pop clear update intersection_update difference_update symmetric_difference_update",
    "bytearray": "append extend insert remove pop clear reverse",
}
_READERS = {
    "list": "copy count index",
    "dict": "copy get items keys values",
    "set": "copy difference intersection isdisjoint issubset issuperset symmetric_difference union",
    "frozenset": "copy difference intersection isdisjoint issubset issuperset symmetric_difference union",
    "tuple": "count index",
}
#: methods that change their object, by qualified name
MUTATORS = frozenset(f"builtins.{kind}.{name}" for kind, names in _MUTATORS.items() for name in names.split())
#: methods that only read their object, by qualified name
READERS = frozenset(f"builtins.{kind}.{name}" for kind, names in _READERS.items() for name in names.split())
#: names of methods that only read whatever builtin container they are called on
READER_NAMES = frozenset(name.rpartition(".")[2] for name in READERS)
#: names of methods that change a list, dict or set; on an unknown object they very likely change it
MUTATOR_NAMES = frozenset(name.rpartition(".")[2] for name in MUTATORS)


def reads_only(name: str) -> bool:
    """Whether a method, by qualified name, leaves its receiver as it is: those of immutable types always do."""
    return name in READERS or name.rpartition(".")[0] in IMMUTABLE
