import os
from sklearn.ensemble import RandomForestClassifier  # forest
from sklearn.svm import SVC
m = RandomForestClassifier()
