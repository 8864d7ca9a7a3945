import sys
x = 'global'
def f():
    x = 'f'
    def g():
        nonlocal x
        x = 'g'
        def h():
            global x
            x = 'h'
        h()
        return x
    return g(), x
print(f(), x)
class A:
    x = 3
    y = [i for i in range(x)]
    def __init_subclass__(cls): print('sub', cls.__qualname__)
    def m(self):
        t = super().__repr__
        return self.__class__.__qualname__, __class__
class B(A):
    def m(self):
        r = super().m()
        s = r
        return s
print(B().m(), A.y, B.__module__)
