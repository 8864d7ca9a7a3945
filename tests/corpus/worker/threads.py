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
