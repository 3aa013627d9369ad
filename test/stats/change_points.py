"""Prints the values that test/stats/change-points.test.ts compares with (needs numpy, scipy and ruptures):
python3 test/stats/change_points.py > test/stats/change-points.json

With the word `methods` behind it: how often each method finds a change where there is none, and where there is one."""
import json
import sys

import numpy as np
import ruptures
from scipy import stats

draw = np.random.default_rng(11)
shortest = 4


def statistic(values, at, end):
    """Matteson & James (2014), equations 5 and 7 with alpha = 1, as they are written."""
    x, y = values[:at], values[at:end]
    m, k = len(x), len(y)
    between = sum(abs(a - b) for a in x for b in y)
    within = lambda z: sum(abs(z[i] - z[j]) for i in range(len(z)) for j in range(i + 1, len(z)))
    energy = 2 / (m * k) * between - within(x) / (m * (m - 1) / 2) - within(y) / (k * (k - 1) / 2)
    return m * k / (m + k) * energy


def best_split(values):
    places = [(at, end) for at in range(shortest, len(values)) for end in range(at + shortest, len(values) + 1)]
    at, end = max(places, key=lambda place: statistic(values, *place))
    return at, end, statistic(values, at, end)


def series(levels, sigma):
    return np.concatenate([level + sigma * draw.standard_normal(n) for level, n in levels])


def best_t(values):
    """Place and p-value of the largest t statistic, as if the place had been known."""
    places = range(shortest, len(values) - shortest + 1)
    found = [(stats.ttest_ind(values[:at], values[at:]).pvalue, at) for at in places]
    return min(found)


def t_test(values, level):
    p, at = best_t(values)
    return [at] if p < level else []


def pelt(values):
    """Squared distances, with the usual penalty of 2 sigma² ln n; sigma from differences, which a step hardly moves."""
    sigma = np.median(np.abs(np.diff(values))) / 0.6745 / np.sqrt(2)
    penalty = 2 * sigma**2 * np.log(len(values))
    return ruptures.Pelt(model="l2", min_size=shortest, jump=1).fit(values).predict(pen=penalty)[:-1]


def methods():
    noises = {
        "normal": lambda n: draw.standard_normal(n),
        "heavy tails (t, 3 df)": lambda n: draw.standard_t(3, n) / np.sqrt(3),
    }
    rivals = {"best t, p < 0.05": lambda v: t_test(v, 0.05), "best t, p < 0.001": lambda v: t_test(v, 0.001), "PELT": pelt}
    for name, noise in noises.items():
        for rival, find in rivals.items():
            quiet = [len(find(0.03 * noise(50))) > 0 for _ in range(400)]
            step = np.log(1.1) * (np.arange(50) >= 30)
            near = [any(abs(at - 30) <= 2 for at in find(step + 0.03 * noise(50))) for _ in range(400)]
            print(f"{name:24} {rival:20} A/A {np.mean(quiet):6.1%}   +10 % at 30 of 50 within 2: {np.mean(near):6.1%}")


if "methods" in sys.argv:
    methods()
else:
    shapes = [
        [(0, 12)],
        [(0, 9), (0.1, 9)],
        [(0, 20), (0.15, 6), (0, 14)],
        [(0, 15), (0.3, 15), (-0.2, 15)],
    ]
    cases = [series(shape, 0.03) for shape in shapes] + [draw.standard_t(2, 25)]
    strong = [series(shape, 0.02) for shape in [[(0, 20), (0.2, 20)], [(1, 30), (1.3, 12), (1, 30)], [(0, 60), (-0.2, 40), (0.3, 50)]]]
    compared = [(draw.standard_normal(m), 0.8 + 2 * draw.standard_normal(k)) for m, k in [(4, 4), (5, 30), (50, 8)]]
    json.dump(
        {
            "splits": [[values.tolist(), *best_split(values)] for values in cases],
            # Optimal partitions for squared distances: another method, which has to agree where changes are plain.
            "plain": [
                [values.tolist(), ruptures.Pelt(model="l2", min_size=shortest, jump=1).fit(values).predict(pen=20 * 0.02**2 * np.log(len(values)))[:-1]]
                for values in strong
            ],
            "welch": [
                [x.tolist(), y.tolist(), float(y.mean() - x.mean()), stats.ttest_ind(y, x, equal_var=False).pvalue,
                 float(stats.ttest_ind(y, x, equal_var=False).confidence_interval(0.9).high)]
                for x, y in compared
            ],
        },
        sys.stdout,
    )
