"""Plans that are tried and not carried out: on last year's ledger, or under other settings.

No banking rule of its own lives here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from campaign.errors import BookUnreadable, CampaignError, QuestionOpen
from campaign.request import CampaignRequest, asked_again
from campaign.settings import Rule, Settings, each_setting, parse_assignments, rules_of
from campaign.workflow import (
    Progress,
    plan_from,
    read,
    read_history,
    refuse_unusable,
    store_of,
)

if TYPE_CHECKING:
    import pandas as pd

    from campaign.book.loan_book import LoanBook
    from campaign.learn.scored import ScoredPlan
    from campaign.plan.campaign_plan import CampaignPlan
    from campaign.plan.scenario import Lever, Reach

BASE, SCENARIO = "原方案", "情景"
# What may be moved to reach a sum, and by how much at least.
LEVERS = (("capacity", "visits_per_day", 0.5), ("conversion", "uplift_factor", 0.05))


def _quiet(_stage: str) -> None:
    """Say nothing."""


@dataclass(frozen=True)
class Ground:
    """What scenarios stand on: a request whose books have been read.

    Attributes:
        request: What was asked for.
        book: The bank's book.
        old_books: Older ledgers.
    """

    request: CampaignRequest
    book: LoanBook
    old_books: tuple[LoanBook, ...]


@dataclass(frozen=True)
class Change:
    """One setting that a scenario changes.

    Attributes:
        key: As section.name.
        label: Chinese label.
        unit: Chinese unit.
        before: Value of the plan as it stands.
        now: Value of the scenario.
    """

    key: str
    label: str
    unit: str
    before: object
    now: object


@dataclass(frozen=True)
class Scenarios:
    """Plans under other settings, beside the plan as it stands.

    Attributes:
        table: SCENARIOS, the plan as it stands first.
        changes: What each further row changes.
    """

    table: pd.DataFrame
    changes: tuple[tuple[Change, ...], ...]


def score_old_plan(
    request: CampaignRequest, new_book: Path, progress: Progress = _quiet
) -> ScoredPlan:
    """Plan on an old ledger with what was known then, and score it on a new one.

    Args:
        request: The old ledger as its book; `history` holds still older ones alone.
        new_book: The ledger to score it on; nothing is learnt from it.
        progress: Told the stage under way.

    Raises:
        CampaignError: A ledger cannot be used, or is not older than the one after it.
    """
    from campaign.learn.past import past_beyond
    from campaign.learn.scored import score_plan

    progress("读取新旧台账")
    old = _read_dated(request)
    new = _read_dated(replace(request, books=(new_book,)))
    older = [_read_dated(replace(request, books=(path,))) for path in request.history]
    for book in older:
        if book.as_of >= old.as_of:
            raise CampaignError(
                f"--history 的台账（{book.as_of}）不早于被回测的 {old.as_of}。",
                "回测只能用当时已经知道的；请只给更早的台账。",
            )
    progress("用旧台账做方案")
    plan = plan_from(old, older, request)
    progress("对照两期台账")
    return score_plan(plan, new, past_beyond(old, older, request.settings))


def write_backtest(scored: ScoredPlan, out: Path) -> list[Path]:
    """Write the page and the tables of a backtest into a folder and return their paths.

    Raises:
        OutputBlocked: The folder cannot be written.
    """
    from campaign.render.backtest_page import write_backtest as write

    return write(scored, out)


def ground_of(request: CampaignRequest, progress: Progress = _quiet) -> Ground:
    """Read the books of a request once, for any number of scenarios.

    Raises:
        BookUnreadable: A finding makes the book unusable, or it cannot be read.
    """
    progress("读取台账")
    book = read(request)
    refuse_unusable(book)
    progress("读取往年台账")
    return Ground(request, book, tuple(read_history(request)))


def remembered(folder: Path, password: str | None = None) -> CampaignRequest:
    """Return what the plan of a campaign folder was made from.

    Raises:
        StoreError: The folder holds no campaign, or its books have moved or changed.
    """
    from campaign.progress.kept_request import kept_request, refuse_changed

    kept = kept_request(store_of(folder))
    refuse_changed(kept)
    return asked_again(kept, password)


def settings_of(folder: Path) -> Settings:
    """Return the settings that the plan of a campaign folder was made under.

    Raises:
        StoreError: The folder holds no campaign, or one that keeps no request.
    """
    from campaign.progress.kept_request import kept_request

    return Settings().with_values(kept_request(store_of(folder)).settings)


def try_scenarios(
    ground: Ground, tried: Sequence[CampaignRequest], progress: Progress = _quiet
) -> Scenarios:
    """Plan as it stands and under other settings; write nothing.

    Args:
        ground: Request and books.
        tried: What `with_settings` made of the request, one a scenario.
        progress: Told the stage under way.
    """
    from campaign.plan.scenario import compare_plans

    plans = []
    for place, request in enumerate((ground.request, *tried)):
        name = scenario_name(place, len(tried))
        progress(f"试算{name}")
        plans.append((name, plan_from(ground.book, ground.old_books, request)))
    shown = [
        _in_force(request, plan)
        for request, (_, plan) in zip((ground.request, *tried), plans, strict=True)
    ]
    changes = tuple(_changes(shown[0], settings) for settings in shown[1:])
    return Scenarios(compare_plans(plans), changes)


def scenario_name(place: int, count: int) -> str:
    """Return what a scenario is called, 0 being the plan as it stands.

    Example:
        >>> scenario_name(0, 2), scenario_name(1, 2), scenario_name(1, 1)
        ('原方案', '情景1', '情景')
    """
    if place == 0:
        return BASE
    return SCENARIO if count == 1 else f"{SCENARIO}{place}"


def what_must_be_true(ground: Ground, amount: float, progress: Progress = _quiet) -> list[Reach]:
    """Return how far each lever alone must move until a net growth is likely.

    Args:
        ground: Request and books; the request may be that of a scenario.
        amount: Net growth wanted, in yuan.
        progress: Told the stage under way.
    """
    from campaign.plan.scenario import least_reaching

    wanted = replace(ground.request, target=amount)
    found = []
    for lever in levers(wanted.settings):
        label = rule_of(lever.section, lever.name).label

        def chance_at(value: float, lever: Lever = lever, label: str = label) -> float:
            progress(f"试算{label} {value:g}")
            values = {lever.section: {lever.name: value}}
            request = replace(wanted, settings=wanted.settings.with_values(values))
            return plan_from(ground.book, ground.old_books, request).forecast.chance

        found.append(least_reaching(lever, chance_at))
    return found


def levers(settings: Settings) -> list[Lever]:
    """Return what may be moved to reach a sum, from where the settings stand."""
    from campaign.plan.scenario import Lever

    made = []
    for section, name, step in LEVERS:
        group = getattr(settings, section)
        most = rules_of(group)[name].most
        now = float(getattr(group, name))
        made.append(Lever(section, name, now, now if most is None else float(most), step))
    return made


def with_settings(request: CampaignRequest, texts: Sequence[str]) -> CampaignRequest:
    """Return a request under other settings; what they set goes before what was fixed.

    Raises:
        SettingsError: A text sets nothing that is known, or a value out of its range.
    """
    values = parse_assignments(request.settings, texts)
    settings = request.settings.with_values(values)
    named = values.get("campaign", {})
    return replace(
        request,
        settings=settings,
        target=None if "target" in named else request.target,
        start=None if "start_month_day" in named else request.start,
        end=None if "end_month_day" in named else request.end,
    )


def rule_of(section: str, name: str) -> Rule:
    """Return what is known of a setting."""
    return rules_of(getattr(Settings(), section))[name]


def _changes(before: Settings, now: Settings) -> tuple[Change, ...]:
    """Return every setting that differs, in order."""
    pairs = zip(each_setting(before), each_setting(now), strict=True)
    return tuple(
        Change(f"{section}.{name}", known.label, known.unit, was, value)
        for (section, name, known, was), (*_, value) in pairs
        if was != value
    )


def _in_force(request: CampaignRequest, plan: CampaignPlan) -> Settings:
    """Return the settings of a request with the target that the plan really has."""
    target, settings = plan.bridge.target, request.settings
    if target != target:
        return settings
    return replace(settings, campaign=replace(settings.campaign, target=target))


def _read_dated(request: CampaignRequest) -> LoanBook:
    """Return a usable book; what only the user could answer is asked of its file name."""
    try:
        book = read(replace(request, as_of=None))
    except QuestionOpen as question:
        if "--as-of" not in question.hint:
            raise
        raise BookUnreadable(
            f"{request.books[0].name}：{question.message}",
            "请把日期写进文件名，如 台账20251115.xlsx。",
        ) from question
    refuse_unusable(book)
    return book
