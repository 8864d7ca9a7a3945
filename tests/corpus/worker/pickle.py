import pickle
from dataclasses import dataclass
import enum
@dataclass
class Point:
    x: int
    y: int = 2
    def norm(self):
        s = self.x + self.y
        return s
class Colour(enum.Enum):
    RED = 1
def f(x):
    return x
data = pickle.dumps([Point(1), Colour.RED, f, Point])
print(pickle.loads(data), pickle.loads(data)[2] is f, data)
