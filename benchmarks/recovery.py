"""Do the estimates of `learn` find the truth of made-up banks?

`python -m benchmarks.recovery [BANKS] [LOANS] [eight]` makes BANKS (40) banks of LOANS (4,000) notes,
tells each a season, learns from its two ledgers and compares with the truth behind it (`eight`: the
older one with the eight usual columns alone):

- coverage: how many of the stated 90 % intervals hold the true rate (goal 85-95 %);
- season: the same of the index of each week, by classes of the made-up county;
- amounts: expected growth of a second season of the same bank against what it brought
  (goal: under 10 % off in total);
- ranking: what the customers chosen by worth brought in that second season, against as many of
  the largest balances and as many taken evenly (goal: more than both).

Banks are made from seed 4001 on: those below were looked at while the estimators were made. The
told season answers touches in the form that `plan.response` assumes, which favours the estimates.
A coverage stands beside the number of intervals it rests on and its own error, the binomial one of
so many banks: intervals of one bank are not independent, so banks count and not intervals.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.told_banks import ToldBank, told_again, told_bank
from campaign.festival import campaign_window, load_calendar
from campaign.growth.opportunities import find_growth
from campaign.growth.portfolio import portfolio_of
from campaign.learn.backtest import backtest
from campaign.learn.beyond import growth_beyond
from campaign.learn.clock import season_span
from campaign.learn.history import compare_pair
from campaign.learn.matching import ledger_pair
from campaign.learn.past import Past, learn_past
from campaign.learn.past_season import old_headroom
from campaign.learn.weeks import FIRST_WEEK, LAST_WEEK
from campaign.settings import Settings
from campaign.synthetic.county import WEEKS, load_county

SETTINGS = Settings()
GOAL_LOW, GOAL_HIGH = 0.85, 0.95
# A week of a made-up trade is in season from this index on.
IN_SEASON = 1.05
PERCENT = {"covered": "{:.1%}".format, "error": "{:.1%}".format}
FIRST_SEED = 4001
USUAL = (40, 4_000)


def true_rates(told: ToldBank) -> pd.DataFrame:
    """Return natural and full rate by source and segment, of those that could come in the season.

    They are put as a ledger shows things: of a customer, whether any of it happened. A balance
    that rises may be a drawing, more money or another bank's loan moved, whatever it was meant for.
    """
    truth = told.bank.truth
    span = season_span(told.old.as_of, told.new.as_of, SETTINGS.campaign)
    natural = truth["natural_probability"] * truth["wanted_on"].between(span.start, span.stop)
    uplift = truth["full_probability"] - truth["natural_probability"]
    truth = truth.assign(natural=natural, full=natural + uplift)
    headroom = old_headroom(told.old, portfolio_of(told.old), SETTINGS)
    grades = headroom[headroom["new_money"] > 0].set_index("customer_id")["grade"]
    lines = headroom.loc[headroom["undrawn"] >= SETTINGS.learn.top_up_least, "customer_id"]
    top_up = _any_of(truth, ["top_up", "refinance"], grades.index).groupby(grades).mean()
    draw = _any_of(truth, ["draw", "top_up", "refinance"], pd.Index(lines))
    due = truth[truth["source"] == "renewal"].assign(
        natural=truth["natural_probability"], full=truth["full_probability"]
    )
    renewal = _any_of(due, ["renewal"], pd.Index(due["unit_id"].unique()))
    team = truth[truth["is_prospect"]].groupby("reference")[["natural", "full"]].mean()
    parts = {
        "top_up": top_up,
        "draw": draw.mean().to_frame("").T,
        "renewal": renewal.mean().to_frame("").T,
        "team": team,
    }
    return pd.concat(parts, names=["source", "segment"])


def _any_of(truth: pd.DataFrame, sources: list[str], people: pd.Index) -> pd.DataFrame:
    """Return the chances that any row of these sources happens, by customer."""
    mine = truth[truth["source"].isin(sources)]
    none = (1 - mine[["natural", "full"]]).groupby(mine["unit_id"]).prod()
    return (1 - none).reindex(people).fillna(0.0)


def found_rates(told: ToldBank, rates: pd.DataFrame) -> pd.DataFrame:
    """Return the rates learnt beside the true ones, one row a source, segment and kind."""
    known = rates.set_index(["source", "segment"])
    both = true_rates(told).join(known, how="inner")
    rows = []
    for kind in ("natural", "full"):
        rows.append(
            pd.DataFrame(
                {
                    "kind": kind,
                    "true": both[kind],
                    "found": both[f"{kind}_probability"],
                    "low": both[f"{kind}_low"],
                    "high": both[f"{kind}_high"],
                }
            ).reset_index()
        )
    # Where nobody could have come (no limits in a book of eight columns) there is no truth.
    return pd.concat(rows, ignore_index=True).dropna(subset=["true"]).reset_index(drop=True)


def covered(rows: pd.DataFrame) -> pd.Series:
    """Return whether each interval holds the truth."""
    inside: pd.Series = rows["true"].between(rows["low"], rows["high"])
    return inside


def true_season() -> pd.DataFrame:
    """Return industry_code, week and true index, of classes that hold one trade of the county."""
    county = load_county()
    outside = (WEEKS < FIRST_WEEK) | (WEEKS > LAST_WEEK)
    usual = county.demand[:, outside].mean(axis=1, keepdims=True)
    index = pd.DataFrame(county.demand / usual, index=county.trades["gbt_code"], columns=WEEKS)
    index = index[~index.index.duplicated(keep=False)].loc[:, FIRST_WEEK:LAST_WEEK]
    long = index.rename_axis(index="industry_code", columns="week").stack()
    return long.rename("true").reset_index()


def found_season(season: pd.DataFrame) -> pd.DataFrame:
    """Return the season index learnt beside the true one, one row a class and week."""
    classes = season[season["sub_industry"].eq("")]
    seen = classes.groupby("industry_code")["observations"].transform("sum") > 0
    return true_season().merge(classes[seen], on=["industry_code", "week"])


def scored_again(told: ToldBank, again: ToldBank, past: Past) -> pd.DataFrame:
    """Return expected and actual yuan by source in a second season, and of the choices."""
    window = campaign_window(told.old.as_of, SETTINGS.campaign, load_calendar())
    growth = find_growth(told.old, window, SETTINGS, past.rates, past.season)
    events = compare_pair(ledger_pair(told.old, again.new), SETTINGS)
    pair = ledger_pair(told.old, told.new)
    before = [(compare_pair(pair, SETTINGS), growth.headroom)]
    balance = told.old.live_loans.groupby("branch")["balance"].sum()
    beyond = growth_beyond(before, balance, SETTINGS)
    result = backtest(growth.opportunities, growth.headroom, events, SETTINGS, beyond=beyond)
    rows = result.calibration
    rows = rows[rows["band"] == ""]
    rows = rows.assign(hits=rows["cases"] * rows["actual_rate"])
    rows = rows[["source", "predicted", "actual", "hits"]]
    rows.loc[rows["source"] == "", "predicted"] += result.predicted_beyond
    rows.loc[rows["source"] == "", "actual"] = result.actual_all
    over = {
        "source": "beyond",
        "predicted": result.predicted_beyond,
        "actual": result.actual_beyond,
    }
    rows = pd.concat([rows, pd.DataFrame([over])], ignore_index=True)
    choices = result.capture.rename(columns={"rule": "source"})[["source", "actual"]]
    return pd.concat([rows, choices], ignore_index=True)


@dataclass(frozen=True)
class Study:
    """What was recovered, of one bank or of several one under the other; `bank` is the seed.

    Attributes:
        rates: As `found_rates`.
        season: As `found_season`.
        money: As `scored_again`.
    """

    rates: pd.DataFrame
    season: pd.DataFrame
    money: pd.DataFrame


def studied(seeds: Iterable[int], loans: int, *, eight: bool = False) -> Study:
    """Return what is recovered of the banks of these seeds.

    Args:
        seeds: One a bank; its second season has the seed 1,000 later.
        loans: Notes of the book before the season.
        eight: Whether that book has only the eight usual columns.
    """
    parts = []
    for seed in seeds:
        told = told_bank(loans, seed, eight=eight)
        past = learn_past(told.new, [told.old], SETTINGS)
        money = scored_again(told, told_again(told, seed + 1_000), past)
        found = (found_rates(told, past.rates), found_season(past.season), money)
        parts.append([table.assign(bank=seed) for table in found])
    return Study(*(pd.concat(tables, ignore_index=True) for tables in zip(*parts, strict=True)))


def main(banks: int, loans: int, *, eight: bool) -> None:
    """Study so many banks and print what was recovered."""
    study = studied(range(FIRST_SEED, FIRST_SEED + banks), loans, eight=eight)
    rates, season = (
        table.assign(covered=covered(table), off=table[name] - table["true"])
        for table, name in ((study.rates, "found"), (study.season, "index"))
    )
    by_rate = rates.groupby(["source", "segment", "kind"])
    print(by_rate[["true", "found", "off", "covered"]].mean().round(4).to_string())
    by_week = season.groupby("week")[["true", "index", "off", "covered"]]
    print(by_week.mean().round(3).to_string())
    print(coverage(rates, season).to_string(formatters=PERCENT))
    _print_money(study.money, banks)


def coverage(rates: pd.DataFrame, season: pd.DataFrame) -> pd.DataFrame:
    """Return by kind of estimate how many stated intervals hold the truth.

    Args:
        rates: `Study.rates` with `covered`.
        season: `Study.season` with `covered`.

    Returns:
        covered, error (standard error, from how much single banks differ), intervals, in_goal.
    """
    in_season = season["true"] > IN_SEASON
    parts = {
        **{f"{source}": rows for source, rows in rates.groupby("source")},
        **{f"{kind} rates": rows for kind, rows in rates.groupby("kind")},
        "all rates": rates,
        "season index, weeks in season": season[in_season],
        "season index, all weeks": season,
    }
    rows = {}
    for name, part in parts.items():
        banks = part.groupby("bank")["covered"].mean()
        share = part["covered"].mean()
        error = float(banks.std() / np.sqrt(len(banks))) if len(banks) > 1 else float("nan")
        rows[name] = (share, error, len(part), GOAL_LOW <= share <= GOAL_HIGH)
    return pd.DataFrame(rows, index=["covered", "error", "intervals", "in_goal"]).T


def by_source(money: pd.DataFrame) -> pd.DataFrame:
    """Return expected and actual yuan by source over all banks, and how sure their ratio is.

    Returns:
        predicted, actual, ratio, error (standard error of the ratio, from how much single banks
        differ), hits (customers that grew or renewed); index source, the empty one for all.
    """
    foreseen = money[money["predicted"] > 0]
    table = foreseen.groupby("source")[["predicted", "actual", "hits"]].sum()
    table.insert(2, "ratio", table["actual"] / table["predicted"])
    off = foreseen["actual"] - foreseen["source"].map(table["ratio"]) * foreseen["predicted"]
    spread = (off**2).groupby(foreseen["source"]).sum() ** 0.5
    table.insert(3, "error", spread / table["predicted"])
    return table


def _print_money(money: pd.DataFrame, banks: int) -> None:
    print(by_source(money).round(3).to_string())
    choice = money.pivot(index="bank", columns="source", values="actual")
    for other in ("largest_first", "equal"):
        won = int((choice["plan"] > choice[other]).sum())
        print(f"ranking by worth brings more than {other} in {won} of {banks} banks")
    whole = money[money["source"] == ""]
    spread = (whole["actual"] / whole["predicted"]).quantile([0.1, 0.9]).round(2).tolist()
    print(f"actual by expected in single banks: {spread[0]} to {spread[1]} (8 of 10)")


if __name__ == "__main__":
    numbers = [int(text) for text in sys.argv[1:] if text.isdecimal()]
    main(*(numbers + list(USUAL)[len(numbers) :]), eight="eight" in sys.argv)
