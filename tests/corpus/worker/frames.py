import sys, inspect
def f():
    frame = sys._getframe()
    back = frame.f_back
    return frame.f_lineno, back.f_lineno, back.f_code.co_name, back.f_code.co_filename
print(f(), inspect.currentframe().f_lineno)
print(inspect.getframeinfo(inspect.currentframe()).code_context)
