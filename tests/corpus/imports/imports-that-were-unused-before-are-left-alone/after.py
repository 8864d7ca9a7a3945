import os
from unused import thing
a = None
