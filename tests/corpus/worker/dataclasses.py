import copy, dataclasses, inspect, typing
@dataclasses.dataclass(order=True, slots=True)
class Point:
    '''A place.'''
    x: int
    y: int = dataclasses.field(default=2, metadata={'unit': 'm'})
    tags: list = dataclasses.field(default_factory=list)
    def __post_init__(self):
        scale = 2
        self.x *= scale
class Row(typing.NamedTuple):
    a: int
    b: str = 'b'
p = Point(1)
q = dataclasses.replace(p, y=5)
print(p, q, p < q, dataclasses.asdict(q), inspect.signature(Point), Point.__doc__, copy.deepcopy(q) == q)
print([f.name for f in dataclasses.fields(Point)], Point.__module__, Point.__qualname__, Row(1)._asdict())
print(inspect.getsource(Point), inspect.getsource(Point.__post_init__), inspect.getsourcelines(Row)[1])
