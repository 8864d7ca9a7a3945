"""Doc of the script."""
from __future__ import annotations
import inspect
def f(x: Unknown) -> Missing:
    "doc of f"
    y = x
    return y
class C:
    """doc of C"""
    field: Nothing = 3
    def method(self):
        "doc of method"
        return self.field
print(__doc__, f.__doc__, C.__doc__, C.method.__doc__, f.__annotations__, C().method(), __annotations__)
print(inspect.getsource(f), inspect.getsource(C), inspect.getsourcefile(C))
