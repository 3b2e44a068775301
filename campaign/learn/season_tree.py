"""Own notes by class and week against a prior, pooled up the tree of GB/T 4754."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from campaign.learn.originations import OUTSIDE
from campaign.learn.pooling import log_gamma
from campaign.resources import reference_file
from campaign.settings import LearnRules

# How closely classes follow their parents is judged from their notes: these many times `season_strength`.
STRENGTHS = np.array([0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0])
# How far that may be off, in its logarithm, before any notes.
STRENGTH_SPREAD = 1.5
# From this prior index on a week belongs to a season.
IN_SEASON = 1.05


def season_lift(
    shape: pd.DataFrame, counts: pd.DataFrame, seen: np.ndarray, spread: float
) -> tuple[float, float]:
    """Return how many times as high as in the prior the season of all trades is, and how sure that is.

    The second number is the standard deviation of its logarithm.

    Formula:
        the L that makes sum over classes of [sum c ln s - C ln(sum seen x s)] - (ln L)² / 2 spread²
        greatest, s = 1 + L (prior - 1), c the notes of a week, C those of a class

    Source:
        Poisson counts given their total; a normal prior on ln L around 0.

    Example:
        Two weeks, a usual one and one of index 2, with 100 and 400 notes: index 4, three times the hump:

        >>> shape = pd.DataFrame([[1.0, 2.0]])
        >>> counts = pd.DataFrame([[100.0, 400.0]])
        >>> lift, spread = season_lift(shape, counts, np.array([1.0, 1.0]), 5.0)
        >>> round(lift, 1), round(spread, 2)
        (3.0, 0.15)
    """
    lifts = np.exp(np.linspace(np.log(0.1), np.log(10.0), 181))
    humps, notes = shape.to_numpy() - 1, counts.to_numpy()
    likely = []
    for lift in lifts:
        index = 1 + lift * humps
        fit = (notes * np.log(index)).sum() - (notes.sum(axis=1) * np.log(index @ seen)).sum()
        likely.append(fit - np.log(lift) ** 2 / (2 * spread**2))
    weight = np.exp(np.array(likely) - max(likely))
    off = np.log(lifts) - np.log(lifts[int(np.argmax(likely))])
    return float(lifts[int(np.argmax(likely))]), float(np.sqrt((weight @ off**2) / weight.sum()))


def industry_levels(codes: pd.Index) -> pd.DataFrame:
    """Return the bank as a whole, 门类, 大类, 中类 and 小类 of each industry code.

    Example:
        >>> industry_levels(pd.Index(["5226"])).loc["5226"].tolist()
        ['', 'F', '52', '522', '5226']
    """
    tree = pd.read_csv(reference_file("gbt4754_2017.csv"), dtype="str", encoding="utf-8-sig")
    section = tree.set_index("code")["parent"]
    text = codes.to_series()
    division = text.str[:2]
    return pd.DataFrame(
        {
            "all": "",
            "section": division.map(section).fillna(""),
            "division": division,
            "group": text.str[:3],
            "class": text,
        },
        index=codes,
    )


@dataclass(frozen=True)
class OwnWeeks:
    """Own notes against the prior, by class (rows) and week column.

    Attributes:
        shape: Prior index.
        counts: Notes counted.
        expected: Notes that the prior expects of the same total of the class.
        level: Notes in a week of index 1.
        rules: Weight of the prior in notes a week, and of a parent.
        lift_spread: Standard deviation of the logarithm of the height of all seasons.
        strength: Notes a week that a parent weighs against a child's own.
    """

    shape: pd.DataFrame
    counts: pd.DataFrame
    expected: pd.DataFrame
    level: pd.Series
    rules: LearnRules
    lift_spread: float
    strength: float = 0.0

    def likeliest_strength(self) -> float:
        """Return the notes a week that a parent should weigh, as the classes' own notes have it.

        Where classes follow the shape of their parents as closely as counts can show, a parent
        weighs more and intervals are narrower; where they do not, less. Only weeks that the prior
        puts in season tell: in a usual week there is no shape to be wrong about.

        Formula:
            the k that makes the sum over classes and weeks of ln NB(c | shape k q, mean e q) - (ln k /
            `season_strength`)² / 2 `STRENGTH_SPREAD`² greatest, q = q_parent^r

        Source:
            Empirical Bayes; the marginal distribution of gamma-Poisson counts.
        """
        usual = self.rules.season_strength
        parent, counted, hoped = replace(self, strength=usual).leaned_on("class")
        tells = self.shape.to_numpy() > IN_SEASON
        on = parent.to_numpy()[tells] ** self.rules.parent_share
        notes, hoped_for = counted.to_numpy()[tells], hoped.to_numpy()[tells]
        likely = []
        for factor in STRENGTHS:
            shape = usual * factor * on
            rate = usual * factor + hoped_for
            fit = log_gamma(shape + notes) - log_gamma(shape) - notes * np.log(rate)
            fit += shape * (np.log(usual * factor) - np.log(rate))
            likely.append(fit.sum() - np.log(factor) ** 2 / (2 * STRENGTH_SPREAD**2))
        return float(usual * STRENGTHS[int(np.argmax(likely))])

    def quotients(self, depth: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return what the prior is multiplied by in each week at a depth, and the notes behind it.

        Behind the quotient to the weeks outside the season stand as many notes as make its
        relative variance, 1 / notes of the week + 1 / notes outside.
        """
        parent, counted, hoped = self.leaned_on(depth)
        weight = self.strength * parent**self.rules.parent_share + counted
        quotient = self._leaned(parent, counted, hoped)
        outside = quotient[OUTSIDE], weight[OUTSIDE]
        behind = 1 / (1 / weight).add(1 / outside[1], axis=0)
        return quotient.div(outside[0], axis=0), behind

    def leaned_on(self, depth: str) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        """Return the parent's quotient at a depth, the notes counted there and those hoped for."""
        levels = industry_levels(self.counts.index)
        path = list(levels)[: list(levels).index(depth) + 1]
        counted, hoped = self._sums(levels[path[0]])
        quotient = self.counts * 0 + 1.0
        for name in path[1:]:
            inner_counted, inner_hoped = self._sums(levels[name])
            apart = counted - inner_counted, hoped - inner_hoped
            quotient = self._leaned(quotient, *apart)
            counted, hoped = inner_counted, inner_hoped
        return quotient, counted, hoped

    def unsure_of_lift(self, index: pd.Series, notes: np.ndarray) -> np.ndarray:
        """Return the notes behind an index, fewer for what is not known of the season's height."""
        part = (index.to_numpy(float) - 1) / index.to_numpy(float)
        return np.asarray(1 / (1 / notes + (part * self.lift_spread) ** 2))

    def _sums(self, label: pd.Series) -> tuple[pd.DataFrame, pd.DataFrame]:
        return (
            self.counts.groupby(label).transform("sum"),
            self.expected.groupby(label).transform("sum"),
        )

    def _leaned(self, on: pd.DataFrame, counted: pd.DataFrame, hoped: pd.DataFrame) -> pd.DataFrame:
        strength = self.strength
        return (strength * on**self.rules.parent_share + counted) / (strength + hoped)
