import sys
print(repr(sys.stdin.read()), sys.stdin.isatty())
print(sys.flags, sys.dont_write_bytecode)
