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
