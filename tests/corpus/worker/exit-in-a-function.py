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
