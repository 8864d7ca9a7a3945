from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
class Task:
    def __init__(self, n):
        self.n = n
    def __call__(self, x):
        value = self.n * x
        return value
def fail(x):
    y = x
    raise ValueError(y)
if __name__ == '__main__':
    for pool in (ThreadPoolExecutor(2), ProcessPoolExecutor(2)):
        with pool:
            print(list(pool.map(Task(3), range(4))))
            try:
                pool.submit(fail, 7).result()
            except ValueError as error:
                print('failed', error)
