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
