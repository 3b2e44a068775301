"""What the template of a backtest may use: every field explained, nothing computed."""

from __future__ import annotations

from dataclasses import dataclass

from campaign.render.briefing.pages import Figure, Stamp, shown
from campaign.render.drawing import Drawing


@dataclass(frozen=True)
class ScoreRow:
    """What was expected and what came, of a tenth, a source or a band; amounts in 万元."""

    name: str = shown("tenth, source or band of probability")
    cases: str = shown("customers in it")
    expected_rate: str = shown("mean probability")
    actual_rate: str = shown("share that came")
    interval: str = shown("interval of that share in 95 of 100 cases; empty for a tenth")
    expected: str = shown("expected amount")
    actual: str = shown("amount that came")
    ratio: str = shown("actual by expected amount")
    lift: str = shown("actual rate by that of all; empty but for a tenth")


@dataclass(frozen=True)
class CaptureRow:
    """What a way of choosing customers would have caught; amounts in 万元."""

    name: str = shown("how the customers are chosen")
    customers: str = shown("how many, the same for all")
    actual: str = shown("growth of those chosen")
    share: str = shown("by the growth of all customers")
    against_plan: str = shown("by that of the plan's own choice")


@dataclass(frozen=True)
class BacktestPage:
    """What the template of a backtest may use; it computes nothing."""

    stamp: Stamp = shown("what the page says of itself")
    title: str = shown("what the page is")
    lead: str = shown("how well the plan foresaw, in one or two sentences")
    figures: tuple[Figure, ...] = shown("the numbers that people look for first")
    bars: Drawing = shown("expected and actual amount of each tenth")
    deciles: tuple[ScoreRow, ...] = shown("customers in ten groups by estimated uplift")
    sources: tuple[ScoreRow, ...] = shown("by source, all together last")
    halves: tuple[ScoreRow, ...] = shown("the same, each half rated by the other; may be none")
    halves_note: str = shown("what the halves say; empty where the rates were learnt")
    bands: tuple[ScoreRow, ...] = shown("by probability")
    capture: tuple[CaptureRow, ...] = shown("who chooses best among as many customers")
    notes: tuple[str, ...] = shown("how to read it")
    caveats: tuple[str, ...] = shown("what the two ledgers cannot show")
