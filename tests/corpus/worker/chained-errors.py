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
