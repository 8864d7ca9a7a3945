import os
os.closerange(3, 1024)
x = 1
f = open(__file__)
y = 2
print(f.fileno(), x, y)
a = 1
b = 2
c = 3
d = 4
print(len(f.read()) > 10)
