import threading
def work():
    a = 1
    raise ValueError('in thread')
t = threading.Thread(target=work, name='w')
t.start(); t.join()
print('done')
