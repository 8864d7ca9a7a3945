"""Make the data that the example scripts read, in `data/` below the current folder.

Deterministic, about 12 MB, some ten seconds. Run it from the folder in which the scripts are to run:

    cd examples
    python make_data.py
"""

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.ndimage import shift, zoom
from sklearn.datasets import load_digits, load_sample_images, make_classification, make_regression

OUT = Path("data")


def table(features, target, name, column):
    """Write a table with numbered feature columns and one target column."""
    frame = pd.DataFrame(features, columns=[f"f{i}" for i in range(features.shape[1])])
    frame[column] = target
    frame.to_csv(OUT / name, index=False)


def handwriting(rng, rows=2500):
    """Digits of 28 × 28 pixels, moved about and with noise, made from the 8 × 8 ones that scikit-learn ships."""
    digits = load_digits()
    images, labels = [], []
    for i in rng.integers(len(digits.target), size=rows):
        image = shift(zoom(digits.images[i], 3.5, order=1), rng.uniform(-3, 3, 2), order=1)
        images.append(np.clip(image * 16 + rng.normal(0, 25, image.shape), 0, 255).astype(np.uint8).ravel())
        labels.append(digits.target[i])
    frame = pd.DataFrame(np.array(images), columns=[f"p{i}" for i in range(784)])
    frame.insert(0, "label", labels)
    frame.to_csv(OUT / "digits.csv", index=False)


def credit(rng, rows=6000):
    """Loan applications: numbers, two columns of text, and whether the loan was paid back."""
    frame = pd.DataFrame(
        {
            "age": rng.integers(18, 80, rows),
            "income": rng.lognormal(10.4, 0.5, rows).round(2),
            "debt": rng.lognormal(8.5, 1.1, rows).round(2),
            "late_payments": rng.poisson(0.8, rows),
            "years_employed": rng.exponential(6, rows).round(1),
            "purpose": rng.choice(["car", "house", "study", "other"], rows, p=[0.4, 0.3, 0.1, 0.2]),
            "region": rng.choice(["north", "south", "east", "west"], rows),
        }
    )
    burden = frame["debt"] / frame["income"]
    score = 1.5 - 2.2 * burden - 0.7 * frame["late_payments"] + 0.08 * frame["years_employed"] + 0.01 * frame["age"]
    score += frame["purpose"].map({"car": 0.0, "house": 0.6, "study": -0.3, "other": -0.5})
    frame["repaid"] = (score + rng.logistic(0, 0.8, rows) > 0).astype(int)
    frame.to_csv(OUT / "credit.csv", index=False)


def faces(rng, pictures=12):
    """Photographs with a known number of faces pasted in (needs opencv and scikit-image)."""
    import cv2
    import skimage.data

    folder = OUT / "photos"
    folder.mkdir(exist_ok=True)
    face = cv2.cvtColor(skimage.data.astronaut(), cv2.COLOR_RGB2BGR)[0:260, 90:340]
    grounds = [cv2.cvtColor(image, cv2.COLOR_RGB2BGR) for image in load_sample_images().images]
    grounds += [cv2.cvtColor(image, cv2.COLOR_RGB2BGR) for image in (skimage.data.coffee(), skimage.data.chelsea())]
    counts = []
    for k in range(pictures):
        picture = cv2.resize(grounds[k % len(grounds)], (800, 533)).copy()
        count = [1, 2, 0, 3][k % 4]
        for left in [20, 300, 580][:count]:
            size = int(rng.integers(80, 200))
            top = int(rng.integers(5, 320))
            pasted = cv2.resize(face, (size, size)) * rng.uniform(0.75, 1.2) + rng.normal(0, 5, (size, size, 3))
            picture[top : top + size, left : left + size] = np.clip(pasted, 0, 255).astype(np.uint8)
        cv2.imwrite(str(folder / f"photo_{k:02d}.jpg"), picture)
        counts.append(count)
    (folder / "counts.txt").write_text("\n".join(map(str, counts)) + "\n")


def main():
    """Make everything."""
    OUT.mkdir(exist_ok=True)
    rng = np.random.default_rng(7)
    table(*make_regression(4000, 8, n_informative=6, noise=15, random_state=1), "houses.csv", "price")
    table(*make_classification(3000, 12, n_informative=7, n_classes=3, flip_y=0.03, random_state=2), "flowers.csv", "species")
    handwriting(rng)
    credit(rng)
    faces(rng)


if __name__ == "__main__":
    main()
