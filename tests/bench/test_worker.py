"""A script run through the worker cannot tell: same output, same traceback, same exit code."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "greenrules" / "bench"
ROLES = [(1, 3, 0), (4, 6, 1), (7, 10, 2), (11, 400, 4)]

SCRIPTS: dict[str, str] = {}


for _name, _source in {
    "names": """
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
    """,
    "docstring and future": '''
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
    ''',
    "uncaught error in nested functions": """
        import os
        def inner(n):
            value = 1 / n
            return value
        def outer(n):
            total = 0
            total += inner(n)
            return total
        def last():
            x = outer(1)
            y = [outer(k) for k in (2, 1, 0)]
            return x, y
        print('before', flush=True)
        last()
    """,
    "chained errors": """
        class Mine(Exception):
            pass
        def f():
            raise KeyError('first')
        try:
            f()
        except KeyError as error:
            try:
                raise ValueError('second')
            except ValueError:
                raise Mine('third') from error
    """,
    "error in a finally with markers": """
        import sys
        def f(a):
            try:
                x = 1
                y = a['missing']
                z = 3
                w = 4
            finally:
                print('finally')
                print('still')
                print('more')
        def g():
            for i in range(3):
                print(i)
                try:
                    f({})
                except KeyError as e:
                    print(e.__traceback__.tb_lineno, e.__traceback__.tb_next.tb_lineno)
            f({})
        g()
    """,
    "syntax error": """
        import os
        x = (1,
        print('hello'
    """,
    "syntax warning": """
        x = 1
        print(x is 1, "\\d")
    """,
    "exit with a code": "import sys\nprint('x')\nsys.exit(7)\n",
    "exit with a text": "import sys\nprint('x')\nsys.exit('sorry')\n",
    "exit with none": "import sys\nsys.exit()\n",
    "exit in a function": """
        import atexit, sys
        atexit.register(lambda: print('atexit'))
        def main():
            x = 1
            y = 2
            z = 3
            w = 4
            sys.exit(3)
        if __name__ == '__main__':
            main()
    """,
    "raise SystemExit with a tuple": "raise SystemExit((1, 2))\n",
    "os._exit": "import os, sys\nprint('lost?')\nsys.stdout.flush()\nos._exit(5)\n",
    "keyboard interrupt": "print('a', flush=True)\nraise KeyboardInterrupt\n",
    "killed by itself": "import os, signal\nprint('a', flush=True)\nos.kill(os.getpid(), signal.SIGKILL)\n",
    "excepthook": """
        import sys
        def hook(kind, value, trace):
            print('hook', kind.__name__, value, trace.tb_lineno, trace.tb_next)
        sys.excepthook = hook
        x = 1
        raise ValueError(x)
    """,
    "broken excepthook": """
        import sys
        def hook(kind, value, trace):
            raise TypeError('in the hook')
        sys.excepthook = hook
        raise ValueError('original')
    """,
    "atexit and destructors": """
        import atexit, threading, time, weakref
        class Noisy:
            def __init__(self, name): self.name = name
            def __del__(self): print('del', self.name)
        a, b = Noisy('a'), Noisy('b')
        cycle = [Noisy('c')]; cycle.append(cycle)
        atexit.register(print, 'atexit 1')
        atexit.register(print, 'atexit 2')
        t = threading.Thread(target=lambda: (time.sleep(0.1), print('thread')))
        t.start()
        print('end')
    """,
    "threads": """
        import threading
        out = []
        def work(n):
            x = n
            y = x * 2
            z = y + 1
            out.append(z)
        ts = [threading.Thread(target=work, args=(i,)) for i in range(5)]
        for t in ts:
            t.start()
        for t in ts:
            t.join()
        print(sorted(out), threading.current_thread().name, threading.main_thread() is threading.current_thread())
    """,
    "error in a thread": """
        import threading
        def work():
            a = 1
            raise ValueError('in thread')
        t = threading.Thread(target=work, name='w')
        t.start(); t.join()
        print('done')
    """,
    "pickle": """
        import pickle
        from dataclasses import dataclass
        import enum
        @dataclass
        class Point:
            x: int
            y: int = 2
            def norm(self):
                s = self.x + self.y
                return s
        class Colour(enum.Enum):
            RED = 1
        def f(x):
            return x
        data = pickle.dumps([Point(1), Colour.RED, f, Point])
        print(pickle.loads(data), pickle.loads(data)[2] is f, data)
    """,
    "dataclasses": """
        import copy, dataclasses, inspect, typing
        @dataclasses.dataclass(order=True, slots=True)
        class Point:
            '''A place.'''
            x: int
            y: int = dataclasses.field(default=2, metadata={'unit': 'm'})
            tags: list = dataclasses.field(default_factory=list)
            def __post_init__(self):
                scale = 2
                self.x *= scale
        class Row(typing.NamedTuple):
            a: int
            b: str = 'b'
        p = Point(1)
        q = dataclasses.replace(p, y=5)
        print(p, q, p < q, dataclasses.asdict(q), inspect.signature(Point), Point.__doc__, copy.deepcopy(q) == q)
        print([f.name for f in dataclasses.fields(Point)], Point.__module__, Point.__qualname__, Row(1)._asdict())
        print(inspect.getsource(Point), inspect.getsource(Point.__post_init__), inspect.getsourcelines(Row)[1])
    """,
    "functions sent by value": """
        import copy, functools, pickle
        def make(n):
            base = n
            def add(x):
                total = base + x
                return total
            return add
        def twice(f):
            @functools.wraps(f)
            def inner(*a):
                r = f(*a)
                return r * 2
            return inner
        @twice
        def g(x):
            y = x + 1
            return y
        print(make(3)(4), g(1), g.__name__, copy.copy(g) is g, g.__wrapped__.__code__.co_firstlineno)
        try:
            pickle.dumps(make(1))
        except (AttributeError, pickle.PicklingError) as error:
            print(type(error).__name__)
    """,
    "pools of threads and processes": """
        from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
        class Task:
            def __init__(self, n):
                self.n = n
            def __call__(self, x):
                value = self.n * x
                return value
        def fail(x):
            y = x
            raise ValueError(y)
        if __name__ == '__main__':
            for pool in (ThreadPoolExecutor(2), ProcessPoolExecutor(2)):
                with pool:
                    print(list(pool.map(Task(3), range(4))))
                    try:
                        pool.submit(fail, 7).result()
                    except ValueError as error:
                        print('failed', error)
    """,
    "exit in a child process": """
        import multiprocessing, os, sys
        def leave(code):
            x = code
            os._exit(x)
        def stop(code):
            y = code
            sys.exit(y)
        if __name__ == '__main__':
            for target in (leave, stop):
                p = multiprocessing.Process(target=target, args=(3,))
                p.start(); p.join()
                print(p.exitcode)
    """,
    "async": """
        import asyncio
        async def step(n):
            x = n
            await asyncio.sleep(0.001)
            y = x
            return y + 1
        async def stream():
            for i in range(3):
                yield i
        async def main():
            a = await step(1)
            b = await asyncio.gather(step(2), step(3))
            async for c in stream():
                print(c)
            async with asyncio.Lock():
                print(a, b)
            return 9
        print(asyncio.run(main()))
    """,
    "error in async": """
        import asyncio
        async def inner():
            await asyncio.sleep(0)
            x = 1
            raise ValueError('deep')
        async def main():
            y = 2
            await inner()
        asyncio.run(main())
    """,
    "generators": """
        def numbers(n):
            a = 0
            while a < n:
                got = yield a
                a += 1 if got is None else got
            return 'end'
        def outer():
            r = yield from numbers(3)
            print(r)
            yield 'x'
        print(list(outer()))
        g = numbers(10)
        print(next(g), g.send(4), list(g))
    """,
    "classes and scope": """
        import sys
        x = 'global'
        def f():
            x = 'f'
            def g():
                nonlocal x
                x = 'g'
                def h():
                    global x
                    x = 'h'
                h()
                return x
            return g(), x
        print(f(), x)
        class A:
            x = 3
            y = [i for i in range(x)]
            def __init_subclass__(cls): print('sub', cls.__qualname__)
            def m(self):
                t = super().__repr__
                return self.__class__.__qualname__, __class__
        class B(A):
            def m(self):
                r = super().m()
                s = r
                return s
        print(B().m(), A.y, B.__module__)
    """,
    "frames": """
        import sys, inspect
        def f():
            frame = sys._getframe()
            back = frame.f_back
            return frame.f_lineno, back.f_lineno, back.f_code.co_name, back.f_code.co_filename
        print(f(), inspect.currentframe().f_lineno)
        print(inspect.getframeinfo(inspect.currentframe()).code_context)
    """,
    "recursion": """
        def depth(n):
            x = n
            if n == 0:
                return 0
            y = 1
            z = y
            w = z
            return w + depth(n - 1)
        print(depth(300))
    """,
    "match and walrus": """
        import sys
        def kind(v):
            if (n := len(str(v))) > 5:
                a = n
                return 'long'
            return 'short'
        print(kind(1), kind(10**9))
        with open(__file__) as f, open(__file__) as g:
            print(len(f.read()) == len(g.read()))
        for i in range(2):
            print(i)
        else:
            print('else')
        while True:
            break
        else:
            print('never')
    """,
    "file numbers": """
        import os
        with open(__file__) as f:
            print(f.fileno(), f.encoding)
        print(sorted(int(x) for x in os.listdir('/proc/self/fd') if int(x) < 100))
    """,
    "stdin": """
        import sys
        print(repr(sys.stdin.read()), sys.stdin.isatty())
        print(sys.flags, sys.dont_write_bytecode)
    """,
    "cookie": "# -*- coding: latin-1 -*-\nx = 'caf\xe9'\nprint(ascii(x))\n",
    "bom and crlf": "\ufeffx = 1\r\nprint(x)\r\nraise ValueError(x)\r\n",
    "closes every descriptor": """
        import os
        os.closerange(3, 1024)
        x = 1
        f = open(__file__)
        y = 2
        print(f.fileno(), x, y)
        a = 1
        b = 2
        c = 3
        d = 4
        print(len(f.read()) > 10)
    """,
    "fork by hand": """
        import os, sys
        x = 1
        y = 2
        z = 3
        pid = os.fork()
        if pid == 0:
            a = 1
            b = 2
            c = 3
            print('child', flush=True)
            os._exit(4)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    """,
    "warnings": """
        import warnings
        def f():
            warnings.warn('careful', stacklevel=2)
            x = 1
        f()
        warnings.warn('here')
    """,
    "annotations at module level": "x: int = 1\ny: str\nprint(__annotations__)\n",
    "empty": "",
    "one comment": "# nothing\n",
    "deep expression": "x = " + "+".join(["1"] * 600) + "\nprint(x)\n",
}.items():
    lines = _source.split("\n")
    if len(lines) > 1 and lines[0] == "" and lines[1].startswith("        "):
        _source = "\n".join(line[8:] for line in lines[1:])
    SCRIPTS[_name] = _source

MULTIPROCESSING = """
import multiprocessing as mp
from dataclasses import dataclass
@dataclass
class Job:
    n: int
def work(job):
    x = job.n
    y = x * 2
    z = y
    w = z
    return Job(w)
if __name__ == '__main__':
    for method in {methods}:
        with mp.get_context(method).Pool(2) as pool:
            print(method, pool.map(work, [Job(i) for i in range(4)]))
"""
JOBLIB = """
import os
from dataclasses import dataclass
from joblib import Parallel, delayed, hash as digest
@dataclass
class Job:
    n: int
    def double(self):
        twice = self.n * 2
        return Job(twice)
def work(job):
    x = job.double()
    y = x.n
    return Job(y), os.getpid() != PARENT, type(job).__module__
def fail(n):
    m = n
    raise ValueError(m)
PARENT = os.getpid()
if __name__ == '__main__':
    for backend in ('loky', 'threading', 'multiprocessing'):
        done = Parallel(n_jobs=2, backend=backend)(delayed(work)(Job(i)) for i in range(4))
        print(backend, [one[0] for one in done], done[0][2])
    print(digest(Job(1)) == digest(Job(1)))
    try:
        Parallel(n_jobs=2, backend='loky')(delayed(fail)(n) for n in (5,))
    except ValueError as error:
        print('failed', error)
"""
for _method in ("fork", "spawn", "forkserver"):
    SCRIPTS[f"multiprocessing {_method}"] = MULTIPROCESSING.format(methods=[_method])


LOCAL = {"joblib": JOBLIB}


def encoded(source):
    return source.encode("latin-1" if "latin-1" in source else "utf-8")


def run(command, folder, stdin=b"typed\n"):
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    done = subprocess.run(command, cwd=folder, input=stdin, capture_output=True, timeout=60, env=environment)
    return done.returncode, scrubbed(done.stdout), scrubbed(done.stderr)


def scrubbed(text):
    return re.sub(rb"0x[0-9a-f]+", b"0x", text)


def through_worker(folder, arguments, python=sys.executable, roles=ROLES, recorders=()):
    configuration = folder.parent / "configuration"
    records = folder.parent / "records"
    records.mkdir(exist_ok=True)
    messages = folder.parent / "messages"
    descriptor = os.open(messages, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(descriptor, 200)
    os.close(descriptor)
    configuration.write_text(
        repr(
            {
                "script": "script.py",
                "arguments": arguments,
                "python": python,
                "descriptor": 200,
                "records": str(records),
                "roles": list(roles),
                "recorders": list(recorders),
            }
        )
    )
    try:
        environment = {**os.environ, "PYTHONHASHSEED": "0"}
        done = subprocess.run(
            [python, str(BENCH / "worker.py"), str(configuration)],
            cwd=folder,
            input=b"typed\n",
            capture_output=True,
            timeout=60,
            env=environment,
            pass_fds=[200],
        )
    finally:
        os.close(200)
    return (done.returncode, scrubbed(done.stdout), scrubbed(done.stderr)), messages.read_text().splitlines()


def older_interpreters():
    found = (
        sorted(Path("/root/.pyenv/versions").glob("3.*/bin/python")) if Path("/root/.pyenv/versions").exists() else []
    )
    keep = [p for p in found if re.search(r"/3\.(9|1\d)\.", str(p)) and not re.search(r"/3\.11\.", str(p))]
    return [str(p) for p in keep]


@pytest.fixture
def folder(tmp_path):
    inside = tmp_path / "work"
    inside.mkdir()
    return inside


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_cannot_tell(name, folder):
    (folder / "script.py").write_bytes(encoded(SCRIPTS[name]))
    plain = run([sys.executable, "script.py", "a", "--b=c d"], folder)
    ours, _ = through_worker(folder, ["a", "--b=c d"])
    assert ours == plain


@pytest.mark.parametrize("name", LOCAL)
def test_nor_can_one_that_uses_a_library(name, folder):
    pytest.importorskip(name)
    (folder / "script.py").write_text(LOCAL[name])
    plain = run([sys.executable, "script.py"], folder)
    ours, messages = through_worker(folder, [])
    assert plain[0] == 0, plain
    assert ours == plain
    assert messages[-2].startswith("e ok")


@pytest.mark.slow
@pytest.mark.parametrize("python", older_interpreters())
def test_no_supported_python_can_tell(python, folder):
    different = {}
    for name, source in SCRIPTS.items():
        if name == "syntax error" and "/3.9." in python:
            continue  # shows no text of the line unless it reads the file itself
        (folder / "script.py").write_bytes(encoded(source))
        plain = run([python, "script.py", "a"], folder)
        ours, _ = through_worker(folder, ["a"], python)
        if ours != plain:
            different[name] = (plain, ours)
    assert different == {}
