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
