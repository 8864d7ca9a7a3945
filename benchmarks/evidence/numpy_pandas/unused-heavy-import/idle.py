import matplotlib.pyplot as plt
import numpy as np
from matplotlib import pyplot, ticker
from matplotlib.figure import Figure

figure = Figure(figsize=(4, 3))
axes = figure.subplots()
axes.plot(np.sin(np.linspace(0, 6, 100)))
axes.xaxis.set_major_locator(ticker.MultipleLocator(20))
pyplot.figure()
figure.savefig("sine.png")
print("one picture of", axes.lines[0].get_xdata().size, "points")
