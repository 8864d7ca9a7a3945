"""Names of a million customers, in one spelling."""

import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n = 800000
people = pd.DataFrame(
    {
        "name": rng.choice(["ADA Lovelace", "Grace HOPPER", "alan turing"], n),
        "city": rng.choice(["LONDON", "new york", "Manchester"], n),
    }
)
people["name"] = people["name"].apply(lambda name: name.title())
people["city"] = people["city"].apply(lambda city: city.upper())
people["key"] = people["name"].apply(lambda name: name.lower())
print(people.groupby(["key", "city"]).size().to_dict())
