"""行业研判: what branches judged of each trade, and afterwards who judged well."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.growth.trades import TradeBook, recognise
from campaign.settings import IndustryRules
from campaign.vocabulary import VOTE_SCORES

LEAST, MOST = -2.0, 2.0


def told_votes(votes: pd.DataFrame, trades: TradeBook) -> pd.DataFrame:
    """Return the votes that say something on a known trade, with `trade`."""
    told = votes[votes["outlook"].notna()].copy()
    told["main_business"], told["customer_name"] = told["sub_industry"], None
    told["industry"] = None
    told["trade"] = recognise(told, trades).to_numpy()
    return told[told["trade"].ne("")]


def branch_outlook(
    votes: pd.DataFrame,
    trades: TradeBook,
    rules: IndustryRules,
    scores: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return how branches judge trades (行业研判), -2 much weaker to +2 much stronger.

    Formula:
        w x mean vote of the branch + (1 - w) x mean vote of all; the mean of all where a
        branch did not vote. Means are weighed by what `score_votes` gave each voter, 1
        for whoever was not scored.

    Args:
        votes: Table VOTES.
        trades: The trades of the season table.
        rules: Settings [industry].
        scores: Table VOTE_SCORES of last season, where there is one.

    Returns:
        trade, branch, outlook; branch is empty for the bank as a whole.
    """
    told = told_votes(votes, trades)
    told["weight"] = _weights(told, scores)
    told["weighed"] = told["outlook"] * told["weight"]
    bank = _means(told, ["trade"]).assign(branch="")
    own = _means(told, ["trade", "branch"])
    whole = own["trade"].map(bank.set_index("trade")["outlook"])
    weight = rules.own_branch_weight
    own["outlook"] = weight * own["outlook"] + (1 - weight) * whole
    table: pd.DataFrame = pd.concat([bank, own], ignore_index=True)
    return table.reindex(columns=["trade", "branch", "outlook"])


def _weights(told: pd.DataFrame, scores: pd.DataFrame | None) -> np.ndarray:
    if scores is None or scores.empty:
        return np.ones(len(told))
    keys = ["branch", "voter"]
    known = scores.assign(voter=scores["voter"].fillna("")).set_index(keys)["weight"]
    wanted = pd.MultiIndex.from_frame(told[keys].fillna(""))
    return np.asarray(known.reindex(wanted).fillna(1.0), dtype=float)


def _means(told: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    sums = told.groupby(keys, as_index=False)[["weighed", "weight"]].sum()
    return sums.assign(outlook=sums["weighed"] / sums["weight"])


def realised_outlook(lift: pd.Series, rules: IndustryRules) -> pd.Series:
    """Return on the scale of the votes what came true, -2 to +2.

    Formula:
        (lift - 1) / vote_weight, where lift is the season's money of a trade by what the
        table without votes expected; the same scale by which a vote moves the table

    Source:
        docs/method.md#industry.

    Example:
        A trade that took 15 % more than expected was one step stronger:

        >>> realised_outlook(pd.Series([1.15, 0.5]), IndustryRules(vote_weight=0.15)).tolist()
        [1.0, -2.0]
    """
    step = max(rules.vote_weight, 1e-9)
    return ((lift - 1) / step).clip(LEAST, MOST).round(6)


def score_votes(
    votes: pd.DataFrame, trades: TradeBook, lifts: pd.DataFrame, rules: IndustryRules
) -> pd.DataFrame:
    """Return who judged well: each voter of a branch against what came true.

    Formula:
        error = |vote - realised outlook|; blind = |realised outlook| (what saying "as
        usual" costs); weight = (k + sum of blind) / (k + sum of error), between a quarter
        and 4, with k = vote_cases

    Args:
        votes: Table VOTES as cast before the season.
        trades: The trades of the season table.
        lifts: trade, branch (empty: the whole bank), lift; a branch without its own row
            takes the bank's.
        rules: Settings [industry].

    Returns:
        Table VOTE_SCORES; votes on trades of which nothing is known are not judged.
    """
    told = told_votes(votes, trades)
    known = lifts.set_index(["trade", "branch"])["lift"]
    own = known.reindex(pd.MultiIndex.from_frame(told[["trade", "branch"]].fillna("")))
    bank = known.reindex([(trade, "") for trade in told["trade"]])
    lift = pd.Series(own.to_numpy(), index=told.index).fillna(
        pd.Series(bank.to_numpy(), index=told.index)
    )
    told = told.assign(realised=realised_outlook(lift, rules))[lift.notna()]
    told["error"] = (told["outlook"] - told["realised"]).abs()
    told["blind"] = told["realised"].abs()
    told["hits"] = np.sign(told["outlook"]) == np.sign(told["realised"].round())
    keys = {name: told[name].fillna("") for name in ("branch", "voter")}
    sums = told.assign(**keys).groupby(["branch", "voter"], as_index=False).agg(
        votes=("error", "size"), hits=("hits", "sum"), error=("error", "mean"),
        errors=("error", "sum"), blind=("blind", "sum"),
    )  # fmt: skip
    ratio = (rules.vote_cases + sums["blind"]) / (rules.vote_cases + sums["errors"])
    sums["weight"] = ratio.clip(0.25, 4.0).round(6)
    return VOTE_SCORES.check(VOTE_SCORES.conform(sums))
