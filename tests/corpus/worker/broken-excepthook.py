import sys
def hook(kind, value, trace):
    raise TypeError('in the hook')
sys.excepthook = hook
raise ValueError('original')
