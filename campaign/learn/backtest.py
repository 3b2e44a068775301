"""A plan made on an old ledger, scored on the new one: hit rates, calibration, yuan captured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from campaign.learn.beyond import rises_of
from campaign.learn.clock import season_span
from campaign.learn.outcomes import customer_outcomes
from campaign.settings import Settings
from campaign.vocabulary import (
    BACKTEST_CALIBRATION,
    BACKTEST_CAPTURE,
    BACKTEST_DECILES,
    Choice,
    Source,
)

DECILES = 10
BANDS = (0.0, 0.05, 0.1, 0.2, 0.4, 1.0)
# Standard normal quantile of an interval that holds 95 of 100.
NORMAL_95 = 1.96
# What the ledger shows of a source: a rise beyond the limit may be any of these three.
LEDGER_SOURCE = {
    Source.RENEWAL.value: Source.RENEWAL.value,
    Source.DRAW.value: Source.DRAW.value,
    Source.TOP_UP.value: Source.TOP_UP.value,
    Source.INDUSTRY.value: Source.TOP_UP.value,
    Source.REFINANCE.value: Source.TOP_UP.value,
}


@dataclass(frozen=True)
class Backtest:
    """How well an old plan foresaw the new ledger; existing customers only.

    Attributes:
        deciles: BACKTEST_DECILES, customers by expected growth.
        calibration: BACKTEST_CALIBRATION, by source and by probability.
        capture: BACKTEST_CAPTURE, the plan's choice against others of the same number.
        predicted: Growth expected of the customers, in yuan, without that beyond.
        actual: Growth that came of them, in yuan, with that beyond.
        predicted_beyond: Growth expected beyond what was held possible, in yuan; unknown
            where no older ledgers tell.
        actual_beyond: What really lay beyond it, with customers that nothing was expected of.
        actual_all: Growth of all customers that owed before, in yuan.
        arrived: Customers that are new in the new ledger.
        arrived_balance: Their balance at the season's end, in yuan, which no list of customers can foresee.
        notes: Chinese sentences on how to read it.
    """

    deciles: pd.DataFrame
    calibration: pd.DataFrame
    capture: pd.DataFrame
    predicted: float
    actual: float
    predicted_beyond: float
    actual_beyond: float
    actual_all: float
    arrived: int
    arrived_balance: float
    notes: tuple[str, ...]

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the three tables by their file name."""
        names = (BACKTEST_DECILES.name, BACKTEST_CALIBRATION.name, BACKTEST_CAPTURE.name)
        return dict(zip(names, (self.deciles, self.calibration, self.capture), strict=True))


def backtest(
    opportunities: pd.DataFrame,
    headroom: pd.DataFrame,
    events: pd.DataFrame,
    settings: Settings,
    *,
    chosen: pd.Index | None = None,
    beyond: pd.DataFrame | None = None,
) -> Backtest:
    """Score what was expected on an old ledger against what the new one shows.

    The probability of an opportunity is its natural one, raised towards the full one by the
    effect of the touches in the log; without a log by the usual share of customers touched. Growth is the
    rise of a balance up to the season's end, whose new money came inside it. A rise beyond the limit cannot
    be told apart by source, so top-up, seasonal need and refinance are judged together.

    Args:
        opportunities: OPPORTUNITIES of the old ledger; prospects are left aside.
        headroom: HEADROOM of the old ledger, for the limits not drawn.
        events: `history.compare_books` of the two ledgers.
        settings: [campaign] for the season, [learn] for what counts.
        chosen: Customers that the old plan visits; without them the best three tenths.
        beyond: Table BEYOND of still older ledgers, if there are any.
    """
    known = opportunities[~is_prospect(opportunities)]
    known = known[known["source"].isin(LEDGER_SOURCE)]
    known = known.assign(chance=_chances(known, events, settings))
    known["source"] = known["source"].map(LEDGER_SOURCE)
    outcomes = customer_outcomes(known, headroom, events, settings)
    people = _people(known[known["source"] != Source.RENEWAL.value], outcomes)
    rises = rises_of(events, headroom, settings)
    arrived = events[events["arrived"].eq(True)]
    return Backtest(
        deciles=_deciles(people),
        calibration=_calibration(known, outcomes, people),
        capture=_capture(people, chosen),
        predicted=round(float(people["predicted"].sum()), 2),
        actual=round(float(people["actual"].sum()), 2),
        predicted_beyond=_beyond_expected(beyond),
        actual_beyond=round(float(rises["beyond"].sum()), 2),
        actual_all=round(float(rises["rise"].sum()), 2),
        arrived=len(arrived),
        arrived_balance=round(float(arrived["season_balance"].sum()), 2),
        notes=_notes(events, settings),
    )


def is_prospect(opportunities: pd.DataFrame) -> pd.Series:
    """Return which opportunities are of people who are no customers yet."""
    return opportunities["is_prospect"].fillna(False).astype(bool)


def _beyond_expected(beyond: pd.DataFrame | None) -> float:
    if beyond is None or beyond.empty:
        return float("nan")
    return round(float(beyond["expected"].sum()), 2)


def _chances(known: pd.DataFrame, events: pd.DataFrame, settings: Settings) -> pd.Series:
    touched = events.set_index("customer_id")["touch_effect"]
    share = (
        known["customer_id"]
        .map(touched)
        .astype("float64")
        .fillna(0.0 if touched.notna().any() else settings.learn.usual_touch_share)
    )
    uplift = known["full_probability"] - known["natural_probability"]
    return known["natural_probability"] + uplift * share


def _people(growth: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    """Return one row a customer: chance of any growth, expected and actual growth."""
    rows = growth.assign(
        predicted=growth["amount"] * growth["chance"],
        worth=growth["amount"] * (growth["full_probability"] - growth["natural_probability"]),
    )
    sums = rows.groupby("customer_id")[["predicted", "worth"]].sum()
    sums["chance"] = 1 - (1 - _chance_by_source(growth)).groupby("customer_id").prod()
    people = outcomes.join(sums, how="inner").rename_axis("customer_id").reset_index()
    people["actual"] = people["drawn"] + people["more"]
    people["hit"] = people["actual"] > 0
    order = ["worth", "customer_id"]
    return people.sort_values(order, ascending=[False, True], ignore_index=True)


def _deciles(people: pd.DataFrame) -> pd.DataFrame:
    group = np.arange(len(people)) * DECILES // max(len(people), 1) + 1
    grouped = people.groupby(group)
    table = pd.DataFrame(
        {
            "customers": grouped.size(),
            "predicted_rate": grouped["chance"].mean(),
            "actual_rate": grouped["hit"].mean(),
            "predicted": grouped["predicted"].sum(),
            "actual": grouped["actual"].sum(),
        }
    )
    overall = people["hit"].mean()
    table["lift"] = table["actual_rate"] / overall if overall else np.nan
    table = table.rename_axis("decile").reset_index()
    return BACKTEST_DECILES.check(BACKTEST_DECILES.conform(table))


def _calibration(known: pd.DataFrame, outcomes: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    everyone = people.assign(source="", band="")
    bands = pd.cut(people["chance"], list(BANDS), right=False, include_lowest=True)
    names = [f"{low:.0%}—{high:.0%}" for low, high in zip(BANDS, BANDS[1:], strict=False)]
    banded = people.assign(source="", band=bands.cat.rename_categories(names).astype("str"))
    banded["band"] = banded["band"].fillna(names[-1])
    by_source = [_source_rows(known, outcomes, source) for source in known["source"].unique()]
    rows = pd.concat([everyone, banded, *by_source], ignore_index=True)
    grouped = rows.groupby(["source", "band"])
    table = pd.DataFrame(
        {
            "cases": grouped.size(),
            "predicted_rate": grouped["chance"].mean(),
            "actual_rate": grouped["hit"].mean(),
            "predicted": grouped["predicted"].sum(),
            "actual": grouped["actual"].sum(),
        }
    ).reset_index()
    table["low"], table["high"] = wilson_interval(table["actual_rate"], table["cases"])
    predicted = table["predicted"].where(table["predicted"] > 0)
    table["ratio"] = table["actual"] / predicted
    return BACKTEST_CALIBRATION.check(BACKTEST_CALIBRATION.conform(table))


def _source_rows(known: pd.DataFrame, outcomes: pd.DataFrame, source: str) -> pd.DataFrame:
    """Return one row a customer: what was expected of him by one source, and what came."""
    actual = {Source.RENEWAL.value: "renewed", Source.DRAW.value: "drawn"}.get(source, "within")
    rows = known[known["source"] == source]
    predicted = (rows["amount"] * rows["chance"]).groupby(rows["customer_id"]).sum()
    chance = _chance_by_source(rows).droplevel("source")
    expected = pd.DataFrame({"predicted": predicted, "chance": chance})
    came = outcomes["more"] if actual == "within" else outcomes[actual]
    people = expected.join(pd.DataFrame({"actual": outcomes[actual], "came": came}), how="inner")
    return people.assign(source=source, band="", hit=people["came"] > 0)


def _chance_by_source(known: pd.DataFrame) -> pd.Series:
    """Return the chance of each customer and source of the ledger.

    What the ledger cannot tell apart (top-up, seasonal need, a loan moved here) is one event, so
    the likeliest of them counts and not their union: each was learnt from the same rises.
    """
    return known.groupby(["customer_id", "source"])["chance"].max().astype("float64")


def wilson_interval(rate: pd.Series, cases: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return the 95 % interval of a rate seen in a number of cases.

    Formula:
        (p + z²/2n ± z sqrt(p (1 - p) / n + z²/4n²)) / (1 + z²/n), z = 1.96

    Source:
        Wilson 1927, score interval.

    Example:
        >>> low, high = wilson_interval(pd.Series([0.1]), pd.Series([100.0]))
        >>> round(float(low[0]), 4), round(float(high[0]), 4)
        (0.0552, 0.1744)
    """
    square = NORMAL_95**2 / cases
    middle = rate + square / 2
    reach = NORMAL_95 * np.sqrt(rate * (1 - rate) / cases + square / (4 * cases))
    low, high = (middle - reach) / (1 + square), (middle + reach) / (1 + square)
    return low.clip(lower=0.0), high.clip(upper=1.0)


def _capture(people: pd.DataFrame, chosen: pd.Index | None) -> pd.DataFrame:
    if chosen is None:
        chosen = pd.Index(people["customer_id"].head(len(people) * 3 // DECILES))
    planned = people["customer_id"].isin(chosen)
    number = int(planned.sum())
    actual = people["actual"]
    largest = people.sort_values(["old_balance", "customer_id"], ascending=[False, True])
    captured = {
        Choice.PLAN: float(actual[planned].sum()),
        Choice.LARGEST_FIRST: float(largest["actual"].head(number).sum()),
        Choice.EQUAL: _equal_share(people, number),
        Choice.PERFECT: float(actual.sort_values(ascending=False).head(number).sum()),
    }
    table = pd.DataFrame(
        {
            "rule": [choice.value for choice in captured],
            "customers": number,
            "actual": list(captured.values()),
        }
    )
    total, plan = float(actual.sum()), captured[Choice.PLAN]
    table["share"] = table["actual"] / total if total else np.nan
    table["against_plan"] = table["actual"] / plan if plan else np.nan
    return BACKTEST_CAPTURE.check(BACKTEST_CAPTURE.conform(table))


def _equal_share(people: pd.DataFrame, number: int) -> float:
    """Return what each manager's equal number of customers taken blindly brings on average."""
    managers = people.groupby("manager_id", dropna=False)["actual"].agg(["size", "mean"])
    if managers.empty:
        return 0.0
    visits = np.minimum(number / len(managers), managers["size"])
    return float((visits * managers["mean"]).sum())


def _notes(events: pd.DataFrame, settings: Settings) -> tuple[str, ...]:
    if events.empty:
        return ()
    first = events.iloc[0]
    start, end = first["period_start"].date(), first["period_end"].date()
    span = season_span(start, end, settings.campaign)
    notes = [
        f"对照期 {span.start.date()} 至 {span.stop.date()}；只看存量客户，新客户另列。",
        "旧方案并未执行，实际增长含当年自行前来与当年走访所得，因此看的是谁会增长、增多少。",
        "增贷、行业与置换在台账上分不开，合并为存量增贷一项对照。",
    ]
    if events["contacted"].isna().all():
        share = settings.learn.usual_touch_share
        notes.append(f"两期之间没有走访记录，按 {share:.0%} 的客户被触达折算概率（示例假设）。")
    return tuple(notes)
