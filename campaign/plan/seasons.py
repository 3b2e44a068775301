"""Draws of whole seasons: what each manager's net growth could come to, luck shared and own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from campaign.settings import ForecastRules
from campaign.vocabulary import Source

UNKNOWN = ""
SUMMED = ["expected", "whole", "variance"]
# A rate known so badly that it could be anything is drawn no wider than this.
WIDEST = 1.0
# One customer is all or nothing; a certain amount does not vary.
LEAST_WEIGHT, MOST_WEIGHT, TINY = 0.01, 1e12, 1e-9


@dataclass(frozen=True)
class Seasons:
    """Net growth in yuan of each drawn season (rows) and manager of a branch (columns)."""

    net: np.ndarray
    manager: np.ndarray
    branch: np.ndarray


def draw_seasons(
    opportunities: pd.DataFrame,
    run_off: pd.DataFrame,
    rates: pd.DataFrame,
    rules: ForecastRules,
    seed: int,
) -> Seasons:
    """Return what seasons under the plan could bring; the same seed draws the same.

    Formula:
        growth of a manager and source = whole amount x part won x ticket luck;
        net = growth - run-off x run-off luck.
        The season's rate has the planned odds x source's luck x manager's luck, moved so that
        its mean stays what is expected; the part won is a beta draw around it, as wide as the
        customers' own yes and no make it.
        luck = exp(s z); a source's z = sqrt(c) x common + sqrt(1 - c) x own

    Source:
        示例假设 for the spreads, the deviation of table RATES for what is not known of a
        rate; docs/method.md#forecast.

    Args:
        opportunities: Table OPPORTUNITIES under the plan.
        run_off: Table RUN_OFF.
        rates: Table RATES; `deviation` by source widens the draw.
        rules: Forecast settings.
        seed: Of the draws.
    """
    sums, cells = _cells(opportunities, run_off)
    draw = np.random.default_rng(seed)
    common, tickets, fall = draw.standard_normal((3, rules.draws, 1))
    size = (rules.draws, len(cells))
    person = rules.manager_spread * draw.standard_normal(size)
    ticket = np.exp(rules.ticket_spread * tickets - rules.ticket_spread**2 / 2)
    net = np.zeros(size)
    for source in Source:
        own = draw.standard_normal((rules.draws, 1))
        mixed = np.sqrt(rules.common_share) * common + np.sqrt(1 - rules.common_share) * own
        luck = np.exp(rate_spread(rates, source, rules) * mixed + person)
        expected, whole, variance = (sums[f"{source.value}_{name}"].to_numpy() for name in SUMMED)
        grown = whole * _part_won(draw, lucky_rates(expected, whole, luck), whole, variance)
        net += grown if source is Source.RENEWAL else grown * ticket
    net -= sums["run_off"].to_numpy() * (1.0 + rules.run_off_spread * fall)
    return Seasons(net, cells["manager_id"].to_numpy(), cells["branch"].to_numpy())


def lucky_rates(expected: np.ndarray, whole: np.ndarray, luck: np.ndarray) -> np.ndarray:
    """Return rates of seasons whose odds are `luck` times the expected ones.

    Their mean is what is expected of the whole.

    Example:
        Half of 100 expected; odds three to one, then one to three:

        >>> lucky_rates(np.array([50.0]), np.array([100.0]), np.array([[3.0], [1 / 3]])).tolist()
        [[0.75], [0.25]]
    """
    usual = expected / np.where(whole > 0, whole, 1.0)
    won, lost = usual * luck, np.maximum(1.0 - usual, 0.0)
    rates = won / np.where(won + lost > 0, won + lost, 1.0)
    centred: np.ndarray = np.clip(rates + usual - rates.mean(axis=0), 0.0, 1.0)
    return centred


def _part_won(
    draw: np.random.Generator, rates: np.ndarray, whole: np.ndarray, variance: np.ndarray
) -> np.ndarray:
    """Return the part of the amounts won: around the rate, between nothing and everything."""
    mean = rates.mean(axis=0)
    most = whole**2 * mean * (1 - mean)
    # The beta's weight (alpha + beta) that gives the customers' own variance.
    weight = np.maximum(most / np.where(variance > 0, variance, np.inf) - 1.0, LEAST_WEIGHT)
    weight = np.where(variance > 0, weight, MOST_WEIGHT)
    part: np.ndarray = draw.beta(
        np.maximum(rates * weight, TINY), np.maximum((1 - rates) * weight, TINY)
    )
    return part


def rate_spread(rates: pd.DataFrame, source: Source, rules: ForecastRules) -> float:
    """Return how far the odds of a source's rate may be off, as a standard deviation of logs.

    Formula:
        sqrt(season-to-season spread ^ 2 + (deviation / (rate x (1 - rate))) ^ 2), at most 1
    """
    whole = rates[(rates["source"] == source.value) & (rates["segment"].fillna("") == "")]
    rate = whole["full_probability"]
    known = (whole["deviation"] / (rate * (1 - rate)))[rate.between(0, 1, inclusive="neither")]
    unknown = float(known.dropna().iloc[0]) if known.notna().any() else 0.0
    return min(float(np.hypot(rules.rate_spread, unknown)), WIDEST)


def _cells(opportunities: pd.DataFrame, run_off: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return sums by branch and manager, and these two as columns; sorted by them.

    Renewals are taken from the notes: some renew of themselves without an opportunity.
    """
    keys = ["branch", "manager_id"]
    names = [*keys, "source", "amount", "expected", "probability"]
    grown = opportunities.loc[opportunities["source"] != Source.RENEWAL.value, names]
    amount = grown["amount"].fillna(0.0)
    rows = grown[[*keys, "source"]].assign(
        whole=amount, expected=grown["expected"].fillna(0.0), rate=grown["probability"]
    )
    renewing = run_off["renewable"].fillna(False).astype(bool)
    notes = run_off[keys].assign(
        source=Source.RENEWAL.value,
        whole=run_off["maturing"].where(renewing, 0.0).fillna(0.0),
        expected=run_off["renewed"].fillna(0.0),
        rate=run_off["renewed"] / run_off["maturing"].where(run_off["maturing"] > 0),
    )
    table = pd.concat([rows, notes], ignore_index=True)
    table[keys] = table[keys].fillna(UNKNOWN)
    rate = table["rate"].fillna(0.0).clip(0.0, 1.0)
    table["variance"] = table["whole"] ** 2 * rate * (1 - rate)
    summed = table.groupby([*keys, "source"])[SUMMED].sum()
    wide = [summed[name].unstack().add_suffix(f"_{name}") for name in SUMMED]
    gross = run_off[["run_off"]].assign(**{key: run_off[key].fillna(UNKNOWN) for key in keys})
    sums = pd.concat([*wide, gross.groupby(keys)[["run_off"]].sum()], axis=1)
    sums = sums.astype("float64").fillna(0.0).sort_index()
    for source in Source:
        for name in SUMMED:
            if f"{source.value}_{name}" not in sums:
                sums[f"{source.value}_{name}"] = 0.0
    return sums, sums.index.to_frame(index=False)
