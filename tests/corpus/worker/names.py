import sys
print(sorted(k for k in globals()), __name__, __file__, __doc__, __spec__, __package__)
print(type(__builtins__), __builtins__.__name__, type(__loader__).__name__, __loader__.name, __loader__.path)
print(sys.argv, sys.path[0], sys.modules['__main__'].__dict__ is globals())
print(getattr(sys, 'orig_argv', [''])[1:], dir(__builtins__)[-3:])
def f():
    a = 1
    return locals()
print(f(), f.__code__.co_name, f.__code__.co_varnames, f.__module__)
print(sorted(vars()))
