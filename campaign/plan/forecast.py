"""What the season may bring: the bridge to the closing balance, ranges, the target's chance."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.book.loan_book import LoanBook
from campaign.plan.campaign_plan import Bridge, Forecast
from campaign.plan.seasons import UNKNOWN, Seasons
from campaign.settings import QuotaRules
from campaign.vocabulary import OUTLOOK, Level, Source

BANK = "bank"


def fill_renewed(run_off: pd.DataFrame, opportunities: pd.DataFrame) -> pd.DataFrame:
    """Return RUN_OFF with the renewals and the loss expected under the plan.

    A customer's expected renewals are shared over his renewable notes by what matures; a
    note whose customer is not planned for keeps its natural expectation.
    """
    is_renewal = opportunities["source"] == Source.RENEWAL.value
    renewals = opportunities.loc[is_renewal, ["customer_id", "expected"]]
    expected = renewals.groupby("customer_id")["expected"].sum()
    customer, names = pd.factorize(np.asarray(run_off["customer_id"], dtype=object))
    maturing = run_off["maturing"].where(run_off["renewable"].fillna(False).astype(bool), 0.0)
    maturing = maturing.fillna(0.0)
    whole = maturing.groupby(customer).transform("sum")
    planned = pd.Series(expected.reindex(names).to_numpy()[customer], run_off.index)
    planned = planned.clip(upper=whole)
    share = (planned * maturing / whole.where(whole > 0)).round(2)
    # Fen lost in rounding go to the note that renews most.
    missing = (planned - share.groupby(customer).transform("sum")).round(2)
    ranks = share.groupby(customer).rank(method="first", ascending=False)
    share = share + missing.where(ranks == 1, 0.0)
    renewed = share.where(share.notna(), run_off["renewed"]).round(2)
    return run_off.assign(renewed=renewed, lost=(run_off["maturing"] - renewed).round(2))


def make_bridge(
    book: LoanBook, run_off: pd.DataFrame, opportunities: pd.DataFrame, target: float
) -> Bridge:
    """Return the way from the opening to the expected closing balance, adding up to the fen.

    Formula:
        opening - run_off + renewed + draw + top_up + refinance + industry + team + referral
        = closing; gap = target - (closing - opening)

    Args:
        book: The loan book; its live loans make the opening balance.
        run_off: Table RUN_OFF with `renewed` under the plan.
        opportunities: Table OPPORTUNITIES under the plan.
        target: Net growth wanted, NaN where unknown.
    """
    expected = opportunities.groupby("source")["expected"].sum()
    grown = {source: _fen(expected.get(source.value, 0.0)) for source in Source}
    opening = _fen(book.loans.loc[book.is_live, "balance"].sum())
    gross = _fen(run_off["run_off"].sum())
    renewed = _fen(run_off["renewed"].sum())
    grown.pop(Source.RENEWAL)
    closing = _fen(opening - gross + renewed + sum(grown.values()))
    return Bridge(
        opening=opening,
        run_off=gross,
        renewed=renewed,
        **{source.value: amount for source, amount in grown.items()},
        closing=closing,
        target=_fen(target),
        gap=_fen(target - _fen(closing - opening)),
    )


def make_outlook(seasons: Seasons, targets: pd.Series, quotas: QuotaRules) -> pd.DataFrame:
    """Return ranges of net growth of the bank, each branch and each manager.

    The bank's season is the sum of its managers' seasons, so the ranges fit together.

    Args:
        seasons: What `plan.seasons.draw_seasons` returned.
        targets: Net growth wanted, by (level, subject); NaN where unknown.
        quotas: Quantiles of the floor and the stretch.

    Returns:
        Table OUTLOOK; `chance` is the part of the seasons that reach the target.
    """
    groups = [(Level.BANK, BANK, seasons.net.sum(axis=1))]
    for level, names in ((Level.BRANCH, seasons.branch), (Level.MANAGER, seasons.manager)):
        for subject in sorted(set(names) - {UNKNOWN}):
            groups.append((level, subject, seasons.net[:, names == subject].sum(axis=1)))
    levels = (0.1, 0.5, 0.9, quotas.floor_quantile, quotas.stretch_quantile)
    rows = []
    for level, subject, net in groups:
        target = float(targets.get((level.value, subject), float("nan")))
        chance = float("nan") if np.isnan(target) else float((net >= target).mean())
        quantiles = np.quantile(net, levels).round(2).tolist()
        rows.append([level.value, subject, *quantiles, target, chance])
    return OUTLOOK.check(OUTLOOK.conform(pd.DataFrame(rows, columns=OUTLOOK.columns)))


def make_forecast(outlook: pd.DataFrame) -> Forecast:
    """Return the bank's range and the chance of its target from table OUTLOOK."""
    bank = outlook[outlook["level"] == Level.BANK.value].iloc[0]
    return Forecast(
        p10=float(bank["p10"]),
        p50=float(bank["p50"]),
        p90=float(bank["p90"]),
        chance=float(bank["chance"]),
    )


def _fen(amount: float) -> float:
    """Return an amount in whole fen; -0.0 becomes 0.0, unknown stays unknown."""
    return round(float(amount), 2) + 0.0
