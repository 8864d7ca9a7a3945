"""What is seen while a command works: a live display on a terminal, plain lines elsewhere, nothing when quiet."""

import fcntl
import os
import pty
import struct
import subprocess
import termios

import pytest

pytestmark = pytest.mark.slow

SCRIPT = "total = 0\nfor number in range(1_000_000):\n    total += number\nprint('total', total)\n"


def on_a_terminal(user, *arguments, **environment):
    """Run with stderr, and stdout apart, on a pseudo-terminal; what was written to it."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    process = user.start(
        *arguments, environment={"TERM": "xterm-256color"} | environment, stdout=subprocess.PIPE, stderr=slave
    )
    os.close(slave)
    seen = b""
    while True:
        try:
            data = os.read(master, 65536)
        except OSError:
            break
        if not data:
            break
        seen += data
    os.close(master)
    out = process.stdout.read().decode()
    return process.wait(timeout=60), out, seen.decode()


def test_a_terminal_shows_phase_run_and_time_left(user):
    user.write("train.py", SCRIPT)
    code, out, seen = on_a_terminal(user, "measure", "train.py", "--repeat", "4")
    assert code == 0
    assert "\x1b[" in seen
    assert "run 2 of 4" in seen
    assert "left" in seen
    assert "\x1b" not in out
    assert seen.rstrip().endswith("\x1b[2K") or "\x1b[?25h" in seen, "the cursor is given back"


def test_no_colour_where_it_is_not_wanted(user):
    user.write("train.py", SCRIPT)
    _, _, seen = on_a_terminal(user, "measure", "train.py", "--repeat", "2", NO_COLOR="1")
    assert "\x1b[31m" not in seen
    code, _, seen = on_a_terminal(user, "apply", "nothing.py")
    assert code == 2
    assert "\x1b[31;1m" in seen or "\x1b[1;31m" in seen
    _, _, seen = on_a_terminal(user, "--no-color", "apply", "nothing.py")
    assert "\x1b[31" not in seen


def test_plain_lines_elsewhere_and_nothing_when_quiet(user):
    user.write("train.py", SCRIPT)
    done = user.run("measure", "train.py", "--repeat", "3")
    assert "run 3 of 3: baseline, about" in done.err
    assert "\x1b" not in done.err + done.out
    quiet = user.run("measure", "train.py", "--quiet")
    assert quiet.code == 0
    assert quiet.err == ""
    assert "energy" in quiet.out


def test_arguments_of_the_script_are_its_own_even_when_they_look_like_ours(user):
    user.write("said.py", "import sys\nprint('args', len(sys.argv[1:]))\nassert sys.argv[1:] == ['--quiet', '-x']\n")
    done = user.run("measure", "said.py", "--", "--quiet", "-x")
    assert done.code == 0, done.err
    assert "run 1 of 1" in done.err
