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
