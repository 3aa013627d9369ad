"""Prints the values that test/stats compares with: python3 test/stats/golden.py > test/stats/golden.json (needs scipy)."""
import json

import numpy as np
from scipy import optimize, special, stats

draw = np.random.default_rng(7)


def pairs(n, noise, levels):
    """n pairs whose second figure follows the first, give or take `noise`; ties where `levels` are few."""
    x = draw.integers(0, levels, n)
    return [x.tolist(), np.round(x + noise * levels * draw.standard_normal(n)).astype(int).tolist()]


ranked = [pairs(n, noise, levels) for n in [2, 5, 30, 90] for noise in [0.02, 0.3, 10] for levels in [3, 999]]
ranked += [[list(range(20)), list(range(20))], [list(range(20)), list(range(20, 0, -1))]]


def wealth(stretches, dispersion):
    """Mean of bets on 2, 4, … 32 times the control's share. Of single hits: the ratio of binomial likelihoods of the canary's hits, given
    all hits. Of events of geometric sizes: the factor of a control's hit is that to the power of 1 / dispersion, and that of a canary's hit
    is found such that an event changes nothing in the mean, its sizes added up one by one."""
    bets = []
    for ratio in [2, 4, 8, 16, 32]:
        log = 0.0
        for (control_hits, control_of), (hits, of) in stretches:
            part = of / (of + control_of)
            bet = ratio * part / (ratio * part + 1 - part)
            all_hits = hits + control_hits
            if dispersion == 1:
                log += stats.binom.logpmf(hits, all_hits, bet) - stats.binom.logpmf(hits, all_hits, part)
                continue
            sizes = np.arange(1, 4000)
            chances = stats.geom.logpmf(sizes, 2 / (dispersion + 1))
            b = ((1 - bet) / (1 - part)) ** (1 / dispersion)
            most = 1 / (1 - 2 / (dispersion + 1))

            def off(a):
                mean = [np.sum(np.exp(chances + sizes * np.log(x))) for x in (a, b)]
                return part * mean[0] + (1 - part) * mean[1] - 1

            a = optimize.brentq(off, 1, most * 0.99, xtol=1e-15, rtol=1e-14)
            log += hits * np.log(a) + control_hits * np.log(b)
        bets.append(np.exp(log))
    return float(np.mean(bets))


canaries = [
    ([[[3, 900], [1, 100]]], 1),
    ([[[1, 900], [2, 100]], [[0, 450], [3, 50]], [[2, 700], [4, 300]]], 1),
    ([[[1, 900], [2, 100]], [[0, 450], [3, 50]], [[2, 700], [4, 300]]], 2.5),
    ([[[9, 990], [40, 10]]], 1),
    ([[[400, 9000], [38, 1000]], [[395, 9000], [51, 1000]]], 1.3),
    ([[[1, 180], [0, 20]]] * 40, 1),
]
degrees = [1, 2, 3, 5, 7, 11, 30, 200.5]
json.dump(
    {
        "logGamma": [[x, special.gammaln(x)] for x in [0.1, 0.5, 1.7, 2.5, 10.3, 171.6, 5000.25]],
        "incompleteBeta": [
            [x, a, b, special.betainc(a, b, x)]
            for x in [0.001, 0.03, 0.2, 0.7, 0.97]
            for a, b in [[0.5, 0.5], [2, 3.5], [15, 0.5], [0.5, 40]]
        ],
        "studentTail": [[t, df, stats.t.sf(t, df)] for t in [-4.1, -1.2, 0.9, 2.3, 3.7, 9.0, 40.0] for df in degrees],
        "studentUpper": [[p, df, stats.t.isf(p, df)] for p in [1e-6, 0.0029, 0.017, 0.05, 0.2, 0.8, 0.99] for df in degrees],
        "kendallTau": [[x, y, stats.kendalltau(x, y).statistic] for x, y in ranked if len(set(x)) > 1 and len(set(y)) > 1],
        "canary": [[stretches, dispersion, wealth(stretches, dispersion)] for stretches, dispersion in canaries],
        "normalTail": [[z, stats.norm.sf(z)] for z in [-6.0, -2.5, -0.8, 0.7, 1.6, 2.9, 2.999, 3.001, 4.5, 8.0, 20.0]],
    },
    __import__("sys").stdout,
)
