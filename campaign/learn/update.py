"""Rates moved in the course of a season, by what the filled-in workbooks say so far."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from campaign.learn.at_risk import after_every_touch
from campaign.learn.pooling import beta_interval
from campaign.learn.shrink import APART, pooled_rates, row_weight
from campaign.learn.touches import effect_of
from campaign.settings import LearnRules, Settings
from campaign.vocabulary import (
    CASES,
    RATES_UPDATED,
    Channel,
    ContactOrigin,
    Source,
    Touched,
    VisitOutcome,
)

WHOLE = ""


def season_cases(
    touches: pd.DataFrame,
    prior: pd.DataFrame,
    day: date,
    settings: Settings,
    segments: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the cases of a season under way: who was touched for what, and who came so far.

    A customer touched yesterday cannot have come yet, so he is a case in part only. A loan of
    a customer who was touched for several sources counts in each as far as the prior makes it
    likely that it came from there.

    Args:
        touches: Touches done, one a row: customer_id, channel, purposes (sources joined by ;),
            done_date, outcome. Rows without an outcome or day, or after `day`, do not count.
        prior: Table RATES.
        day: The last day of which results are known.
        settings: [learn] for the days until a touch must have led to a loan, [response].
        segments: customer_id, source, segment, where known; else the whole source.

    Returns:
        Table CASES; all touched.

    Formula:
        exposure = min(1, (days since the first touch + 1) / follow_days);
        rate = came / exposure; effect = mean effect of the touches by exposure;
        p1 = p0 + (rate - p0) / effect; cases: those that say as much of p1 as so much exposure
        (`at_risk.after_every_touch`); successes = cases x p1;
        came of source s = p_s / (1 - product of (1 - p)) for each customer lent to

    Source:
        docs/method.md#update.
    """
    people = touched_people(touches, prior, day, settings, segments)
    if people.empty:
        return CASES.empty()
    people["weighed"] = people["effect"] * people["exposure"]
    sums = people.assign(people=1.0).groupby(["source", "segment"], as_index=False)[
        ["people", "came", "exposure", "weighed", "natural"]
    ].sum()  # fmt: skip
    effect = (sums["weighed"] / sums["exposure"]).clip(lower=settings.learn.least_effect)
    rate = (sums["came"] / sums["exposure"]).clip(upper=1.0)
    full, cases = after_every_touch(
        rate, sums["natural"] / sums["people"], effect, sums["exposure"]
    )
    money = dict.fromkeys(("possible", "taken", "squares"), 0.0)
    table = sums.assign(touched=Touched.YES.value, cases=cases, successes=cases * full, **money)
    return CASES.check(CASES.conform(table))


def updated_rates(
    prior: pd.DataFrame, outcomes: pd.DataFrame, rules: LearnRules | None = None
) -> pd.DataFrame:
    """Return the rates with the full probability moved by touched cases of the season.

    Natural rates and amount shares stay: nobody knows yet who would have come anyway. A
    segment without cases follows its source; one that the prior does not know counts for the
    whole source.

    Args:
        prior: Table RATES; its `deviation` says how many cases it weighs.
        outcomes: Table CASES, as `season_cases` returns; untouched cases are not used.
        rules: The weight of a prior that gives no deviation.

    Returns:
        Table RATES_UPDATED: the rates as they are now, with before, after, low, high (of
        the full probability, 90 %), tried and won (customers).

    Formula:
        k = before x (1 - before) / deviation² - 1; after = (k m + s) / (k + n), where m is
        `before` moved by the other segments of the source (`shrink.pooled_rates`);
        low, high = 5 % and 95 % points of Beta((k + n) after, (k + n) (1 - after))

    Source:
        Beta-binomial; docs/method.md#update.

    Example:
        Draws were held to succeed in 40 % of cases, known as well as from 40 of them; of 20
        touched to the full 14 came:

        >>> from campaign.learn.conversion import prior_rates
        >>> season = CASES.conform(pd.DataFrame({"source": ["draw"], "segment": [""],
        ...     "touched": ["yes"], "people": [20], "came": [14], "cases": [20],
        ...     "successes": [14]}))
        >>> now = updated_rates(prior_rates(Settings()), season).set_index("source").loc["draw"]
        >>> round(float(now["before"]), 3), round(float(now["after"]), 3)
        (0.4, 0.5)
    """
    rules = rules or LearnRules()
    rates = prior.assign(segment=prior["segment"].fillna(WHOLE))
    seen = outcomes[outcomes["touched"] == Touched.YES.value]
    parts = [
        _updated_source(part, seen[seen["source"] == source], rules)
        for source, part in rates.groupby("source", sort=False)
    ]
    return RATES_UPDATED.check(RATES_UPDATED.conform(pd.concat(parts, ignore_index=True)))


def segments_of(opportunities: pd.DataFrame) -> pd.DataFrame:
    """Return customer_id, source and segment of a plan's opportunities (table OPPORTUNITIES).

    The willingness of refinances stands in no opportunity, so they count for the whole source.
    """
    source = opportunities["source"]
    person = opportunities["is_prospect"].eq(True).map({True: "prospect", False: "customer"})
    segment = pd.Series(WHOLE, index=opportunities.index, dtype="str")
    for which, values in (
        (Source.TOP_UP, opportunities["grade"]),
        (Source.TEAM, opportunities["origin"].fillna(ContactOrigin.UNKNOWN.value)),
        (Source.INDUSTRY, person),
    ):
        segment = segment.mask(source.eq(which.value), values)
    return opportunities[["customer_id", "source"]].assign(segment=segment)


def touched_people(
    touches: pd.DataFrame,
    prior: pd.DataFrame,
    day: date,
    settings: Settings,
    segments: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return who was touched for what up to a day, what was hoped of him, and what came of it.

    Arguments as of `season_cases`.

    Returns:
        customer_id, source, segment, natural, full, effect, exposure, came (0 to 1).
    """
    people = _people(touches, day, settings)
    people = people[people["source"].isin(prior["source"])].reset_index(drop=True)
    people = people.assign(segment=_segment_of(people, segments))
    people = _with_rates(people, prior)
    return people.assign(came=_part_won(people))


def _people(touches: pd.DataFrame, day: date, settings: Settings) -> pd.DataFrame:
    """Return customer_id, source, exposure, effect and won of everybody touched up to a day."""
    done = touches[touches["outcome"].notna() & (touches["done_date"] <= pd.Timestamp(day))]
    rules = settings.response
    dose = done["channel"].map({Channel.VISIT.value: 1.0, Channel.CALL.value: rules.call_dose})
    won = done["outcome"].eq(VisitOutcome.DISBURSED.value)
    rows = done.assign(dose=dose, won=won, source=done["purposes"].str.split(";"))
    rows = rows.explode("source").dropna(subset=["source"])
    grouped = rows.groupby(["customer_id", "source"])
    people = grouped.agg(first=("done_date", "min"), dose=("dose", "sum"), won=("won", "any"))
    days = (pd.Timestamp(day) - people["first"]).dt.days + 1
    exposure = (days / max(settings.learn.follow_days, 1)).clip(upper=1.0)
    return people.assign(exposure=exposure, effect=effect_of(people["dose"], rules)).reset_index()


def _segment_of(people: pd.DataFrame, segments: pd.DataFrame | None) -> np.ndarray:
    if segments is None:
        return np.full(len(people), WHOLE)
    keys = ["customer_id", "source"]
    known = segments.drop_duplicates(keys).set_index(keys)["segment"]
    return known.reindex(pd.MultiIndex.from_frame(people[keys])).fillna(WHOLE).to_numpy()


def _with_rates(people: pd.DataFrame, prior: pd.DataFrame) -> pd.DataFrame:
    """Return people with the natural and full rate of their segment, else of the source."""
    table = prior.assign(segment=prior["segment"].fillna(WHOLE)).set_index(["source", "segment"])
    measures = table[["natural_probability", "full_probability"]]
    own = measures.reindex(pd.MultiIndex.from_frame(people[["source", "segment"]]))
    whole = measures.reindex([(source, WHOLE) for source in people["source"]])
    values = np.where(own.isna(), whole, own)
    return people.assign(natural=values[:, 0], full=values[:, 1])


def chance_of(people: pd.DataFrame) -> pd.Series:
    """Return the chance that each comes in the end, by the touches he had (natural, full, effect)."""
    chance: pd.Series = people["natural"] + (people["full"] - people["natural"]) * people["effect"]
    return chance


def _part_won(people: pd.DataFrame) -> pd.Series:
    """Return how much of the loan of each customer lent to counts for each of his sources.

    Example:
        >>> rows = pd.DataFrame({"customer_id": ["a", "a", "b"], "won": [True, True, False],
        ...     "natural": [0.0, 0.0, 0.0], "full": [0.8, 0.2, 0.3], "effect": [1.0, 1.0, 1.0]})
        >>> _part_won(rows).round(3).tolist()  # 1 - 0.2 x 0.8 = 0.84
        [0.952, 0.238, 0.0]
    """
    chance = chance_of(people).clip(1e-6, 1 - 1e-6)
    won = people["won"].astype(bool)
    none = np.log1p(-chance.where(won)).groupby(people["customer_id"]).transform("sum")
    part: pd.Series = (chance / -np.expm1(none)).where(won, 0.0).clip(upper=1.0)
    return part


def _updated_source(part: pd.DataFrame, cases: pd.DataFrame, rules: LearnRules) -> pd.DataFrame:
    part = part.sort_values("segment", key=lambda names: names != WHOLE, kind="stable")
    segment = cases["segment"].fillna(WHOLE)
    known = segment.where(segment.isin(part["segment"]), WHOLE)
    sums = cases.groupby(known)[["cases", "successes", "people", "came"]].sum()
    own = sums.reindex(part["segment"]).fillna(0.0)
    before = part["full_probability"].to_numpy(float)
    strength = _strength(before, part["deviation"].to_numpy(float), rules)
    cases_own, came = own["cases"].to_numpy(), own["successes"].to_numpy()
    alike = part["source"].iloc[0] not in APART
    after = pooled_rates(before, cases_own, came, strength, alike=alike)
    after = np.maximum(after, part["natural_probability"].to_numpy(float))
    behind = strength + row_weight(cases_own)
    low, high = beta_interval(behind * after, behind * (1 - after))
    tried, won = row_weight(own["people"].to_numpy()), row_weight(own["came"].to_numpy())
    return part.assign(
        before=before,
        after=after,
        low=low,
        high=high,
        tried=tried,
        won=won,
        full_probability=after,
        full_low=np.maximum(low, part["natural_low"]),
        full_high=np.maximum(high, part["natural_high"]),
        deviation=np.sqrt(after * (1 - after) / (behind + 1)),
        observations=part["observations"] + tried,
        basis=[
            f"{text}；本季触达 {people:.0f} 户成 {came:.1f} 户" if people else text
            for text, people, came in zip(part["basis"].fillna(""), tried, won, strict=True)
        ],
    )


def _strength(mean: np.ndarray, deviation: np.ndarray, rules: LearnRules) -> np.ndarray:
    """Return how many cases each prior weighs: those whose beta has its deviation."""
    known = (deviation > 0) & (mean > 0) & (mean < 1)
    spread = np.where(known, deviation, 1.0)
    return np.where(known, np.maximum(mean * (1 - mean) / spread**2 - 1, 1.0), rules.prior_strength)
