import sys
def kind(v):
    if (n := len(str(v))) > 5:
        a = n
        return 'long'
    return 'short'
print(kind(1), kind(10**9))
with open(__file__) as f, open(__file__) as g:
    print(len(f.read()) == len(g.read()))
for i in range(2):
    print(i)
else:
    print('else')
while True:
    break
else:
    print('never')
