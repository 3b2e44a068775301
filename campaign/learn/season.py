"""Demand by trade and week around the Spring Festival: the prior, and what own ledgers add."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from campaign.book.loan_book import LoanBook
from campaign.learn.originations import (
    COLUMNS,
    festival_weeks_together,
    festivals_seen,
    originations,
    weeks_seen,
)
from campaign.learn.pooling import NORMAL_90
from campaign.learn.season_tree import OwnWeeks, industry_levels, season_lift
from campaign.learn.weeks import FIRST_WEEK, LAST_WEEK
from campaign.resources import reference_file
from campaign.settings import LearnRules
from campaign.vocabulary import SEASON_INDEX, RateBasis

PARENTS = ("division", "group")
WEEKS = np.arange(FIRST_WEEK, LAST_WEEK + 1)


def industry_seasons() -> pd.DataFrame:
    """Return the shipped table of trades: window, peak, strength, reason and source."""
    path = reference_file("industry_season.csv")
    return pd.read_csv(path, dtype={"gbt_code": "str"}, encoding="utf-8-sig")


def prior_season(rules: LearnRules | None = None) -> pd.DataFrame:
    """Return the season index of the shipped table, before any own data.

    Weeks run from -20 to +12, counted from the festival's own week, which is 0; 1 is a
    usual week outside the season. A trade with a wave before and one after the festival
    has two rows of names in the table, and keeps them. The row of a class without a trade
    is the mean over its trades: what is expected of a firm whose trade is not known.

    Formula:
        index = 1 + strength x peak_lift x hump(week), where the hump is a half cosine
        from 0 the week before `start_week` up to 1 at `peak_week`, and down to 0 the
        week after `end_week`.

    Returns:
        Table SEASON_INDEX.

    Example:
        >>> table = prior_season().set_index(["sub_industry", "week"])["index"]
        >>> round(float(table["烟酒零售（烟酒店）", -5]), 2)
        2.35
        >>> float(table["烟酒零售（烟酒店）", 6])
        1.0
    """
    rules = rules or LearnRules()
    trades = industry_seasons()
    lift = trades["strength"].to_numpy()[:, None] * rules.peak_lift * _humps(trades)
    long = pd.DataFrame(
        {
            "industry_code": np.repeat(trades["gbt_code"].to_numpy(), len(WEEKS)),
            "sub_industry": np.repeat(trades["sub_industry"].to_numpy(), len(WEEKS)),
            "week": np.tile(WEEKS, len(trades)),
            "index": 1 + lift.ravel(),
            "basis": np.repeat(_prior_basis(trades), len(WEEKS)),
        }
    )
    mean = long.groupby(["industry_code", "week"])["index"].mean()
    classes: pd.DataFrame = mean.reset_index()
    classes["sub_industry"] = ""
    classes["basis"] = f"{RateBasis.PRIOR.label}：示例行业旺季表，该小类各细分行业平均"
    table = SEASON_INDEX.conform(pd.concat([classes, long], ignore_index=True))
    table["observations"] = 0.0
    table["low"], table["high"] = _interval(
        table["index"], np.full(len(table), (rules or LearnRules()).season_strength)
    )
    order = list(SEASON_INDEX.key)
    return SEASON_INDEX.check(table.sort_values(order, ignore_index=True))


def learn_season(books: Sequence[LoanBook], prior: pd.DataFrame, rules: LearnRules) -> pd.DataFrame:
    """Return the prior index moved by the bank's own disbursements, week by week.

    Own weeks are counted from each year's own festival and compared with what the prior
    expects of the same total. The quotient of a class leans on that of its 中类, 大类, 门类
    and the whole bank in turn (gamma-Poisson), so a class of few notes follows its parents,
    the less the farther up they are.
    First all humps are made higher or lower by one factor, which a bank of any size shows well.
    A trade keeps the shape of its own row and moves with its class. Codes of two and three
    digits that have notes get a row too. A ledger shows only what is alive or kept as
    settled: short loans paid back since are missing, so weeks long ago may look weak.

    Formula:
        index = prior x q(week) / q(weeks outside), q = (k q_parent^r + c) / (k + e), with c
        the notes counted, e those expected by the prior, k = `season_strength` and
        r = `parent_share`; the parent is judged without the child's own notes.

    Returns:
        Table SEASON_INDEX; without any notes the prior.
    """
    counts = originations(books, rules)
    if counts.to_numpy().sum() == 0:
        return prior
    shape = _class_shapes(prior, counts.index)
    counts = counts.reindex(shape.index, fill_value=0.0)
    seen = weeks_seen(books, rules)
    counts = festival_weeks_together(counts, shape * seen)
    lift, lift_spread = season_lift(shape, counts, seen, rules.lift_spread)
    prior = prior.assign(index=1 + lift * (prior["index"] - 1))
    shape = 1 + lift * (shape - 1)
    expected = shape * seen
    level = counts.sum(axis=1) / expected.sum(axis=1)
    own = OwnWeeks(shape, counts, expected.mul(level, axis=0), level, rules, lift_spread)
    own = replace(own, strength=own.likeliest_strength())
    years = festivals_seen(books, rules)
    table = pd.concat(
        [_moved_prior(prior, own, years), *(_parent_rows(own, depth, years) for depth in PARENTS)],
        ignore_index=True,
    )
    table = SEASON_INDEX.conform(table)
    return SEASON_INDEX.check(table.sort_values(list(SEASON_INDEX.key), ignore_index=True))


def _class_shapes(prior: pd.DataFrame, seen: pd.Index) -> pd.DataFrame:
    """Return the prior of each class by week column; flat for classes it does not know."""
    classes = prior[prior["sub_industry"] == ""]
    shape = classes.pivot(index="industry_code", columns="week", values="index")
    shape = shape.reindex(index=shape.index.union(seen), columns=COLUMNS)
    return shape.fillna(1.0).rename_axis(index="industry_code", columns="week")


def _moved_prior(prior: pd.DataFrame, own: OwnWeeks, years: int) -> pd.DataFrame:
    """Return the prior's rows, and flat ones of classes it does not know, moved by own data."""
    new = own.counts.index.difference(pd.Index(prior["industry_code"].unique())).drop("", "ignore")
    flat = pd.MultiIndex.from_product([new, WEEKS], names=["industry_code", "week"]).to_frame(False)
    rows = pd.concat([prior, flat.assign(sub_industry="", index=1.0)], ignore_index=True)
    quotient, weight = own.quotients("class")
    long = pd.DataFrame(
        {
            "quotient": quotient.stack(),
            "weight": weight.stack(),
            "counted": own.counts.stack(),
        }
    ).reset_index()
    rows = rows.merge(long, on=["industry_code", "week"], how="left")
    total = rows["industry_code"].map(own.counts.sum(axis=1))
    rows["index"] *= rows["quotient"]
    behind = own.unsure_of_lift(rows["index"], rows["weight"].to_numpy())
    rows["low"], rows["high"] = _interval(rows["index"], behind)
    rows["observations"] = rows["counted"]
    return rows.assign(basis=_own_basis(total, own.strength, years))


def _parent_rows(own: OwnWeeks, depth: str, years: int) -> pd.DataFrame:
    """Return the rows of all 大类 or 中类 that have notes, the prior weighted by notes."""
    label = industry_levels(own.counts.index)[depth]
    total = own.counts.sum(axis=1).groupby(label).sum()
    total = total[(total > 0) & (total.index != "")]
    prior = own.shape.mul(own.level, axis=0).groupby(label).sum()
    prior = prior.div(own.level.groupby(label).sum(), axis=0)
    quotient, weight = (part.groupby(label).first() for part in own.quotients(depth))
    index = (prior * quotient).loc[total.index, list(WEEKS)]
    counted = own.counts.groupby(label).sum().loc[total.index, list(WEEKS)]
    rows = pd.DataFrame({"index": index.stack(), "observations": counted.stack()})
    behind = weight.loc[total.index, list(WEEKS)].stack()
    notes = own.unsure_of_lift(rows["index"], behind.to_numpy())
    rows["low"], rows["high"] = _interval(rows["index"], notes)
    rows = rows.rename_axis(["industry_code", "week"]).reset_index()
    basis = _own_basis(rows["industry_code"].map(total), own.strength, years)
    return rows.assign(sub_industry="", basis=basis)


def _interval(index: pd.Series, notes: np.ndarray) -> tuple[pd.Series, pd.Series]:
    """Return the 5 % and 95 % points of an index that rests on so many notes.

    Formula:
        index x (1 - 1 / 9a ± 1.645 / (3 sqrt(a)))^3, a = notes counted and those of the prior

    Source:
        Wilson and Hilferty 1931, quantiles of a gamma distribution.

    Example:
        >>> low, high = _interval(pd.Series([2.0]), np.array([40.0]))
        >>> round(float(low[0]), 2), round(float(high[0]), 2)
        (1.51, 2.55)
    """
    middle, reach = 1 - 1 / (9 * notes), NORMAL_90 / (3 * np.sqrt(notes))
    return index * np.clip(middle - reach, 0, None) ** 3, index * (middle + reach) ** 3


def _own_basis(total: pd.Series, strength: float, years: int) -> np.ndarray:
    label = RateBasis.SHRUNK.label
    own = f"{label}：本行 " + total.round().astype("int64").astype("str")
    own += f" 笔、{years} 个春节，先验每周折 {strength:.0f} 笔"
    return np.where(total > 0, own, f"{label}：本行该行业无放款，示例旺季表随上级行业升降")


def _humps(trades: pd.DataFrame) -> np.ndarray:
    """Return one row a trade and one column a week: 0 outside the window, 1 at the peak."""
    start = trades["start_week"].to_numpy(float)[:, None]
    peak = trades["peak_week"].to_numpy(float)[:, None]
    end = trades["end_week"].to_numpy(float)[:, None]
    before = (peak - WEEKS) / (peak - start + 1)
    after = (WEEKS - peak) / (end - peak + 1)
    distance = np.clip(np.maximum(before, after), 0, 1)
    humps: np.ndarray = (1 + np.cos(np.pi * distance)) / 2
    return humps


def _prior_basis(trades: pd.DataFrame) -> np.ndarray:
    opening = f"{RateBasis.PRIOR.label}：示例行业旺季表，"
    sourced = opening + "公开报道支持时段，强度为示例假设"
    return np.where(trades["source"].ne("knowledge"), sourced, opening + "示例假设")
