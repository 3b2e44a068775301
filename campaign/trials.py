"""Plans that are tried under other settings and not carried out.

No banking rule of its own lives here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from campaign.estimates import Progress, quiet
from campaign.reading import read, read_history, refuse_unusable
from campaign.request import CampaignRequest, asked_again
from campaign.settings import Rule, Settings, each_setting, parse_assignments, rules_of
from campaign.workflow import plan_from, store_of

if TYPE_CHECKING:
    import pandas as pd

    from campaign.book.loan_book import LoanBook
    from campaign.plan.campaign_plan import CampaignPlan
    from campaign.plan.commitments import Commitments
    from campaign.plan.scenario import Lever, Reach
    from campaign.progress.running import Running

BASE, SCENARIO = "原方案", "情景"
# What may be moved to reach a sum, and by how much at least.
LEVERS = (("capacity", "visits_per_day", 0.5), ("conversion", "uplift_factor", 0.05))


@dataclass(frozen=True)
class Ground:
    """What scenarios stand on: a request whose books have been read.

    Attributes:
        request: What was asked for.
        book: The bank's book.
        old_books: Older ledgers.
        run: The campaign so far, where one is under way: then its rest is planned.
        commitments: What was fixed by hand; None leaves a plan free.
    """

    request: CampaignRequest
    book: LoanBook
    old_books: tuple[LoanBook, ...]
    run: Running | None = None
    commitments: Commitments | None = None

    def plan(self, request: CampaignRequest) -> CampaignPlan:
        """Return the plan under a request for the same books."""
        bound = self.commitments
        if self.run is None:
            return plan_from(self.book, self.old_books, request, commitments=bound)
        from campaign.replan import rest_of

        return rest_of(self.book, self.old_books, request, self.run, by_hand=bound)[0]


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
        effects: CHALLENGE_EFFECTS of each further row.
        day: The last day whose results count, where a campaign is under way.
    """

    table: pd.DataFrame
    changes: tuple[tuple[Change, ...], ...]
    effects: tuple[pd.DataFrame, ...]
    day: date | None = None


def ground_of(
    request: CampaignRequest,
    progress: Progress = quiet,
    *,
    folder: Path | None = None,
    commitments: Commitments | None = None,
) -> Ground:
    """Read the books of a request once, for any number of scenarios.

    Args:
        request: What was asked for.
        progress: Told the stage under way.
        folder: The campaign folder that remembers the request; what came back there counts.
        commitments: What was fixed by hand.

    Raises:
        BookUnreadable: A finding makes the book unusable, or it cannot be read.
    """
    progress("读取台账")
    book = read(request)
    refuse_unusable(book)
    progress("读取往年台账")
    run = None if folder is None else under_way(folder)
    return Ground(request, book, tuple(read_history(request)), run, commitments)


def under_way(folder: Path) -> Running | None:
    """Return the campaign of a folder as far as it has come; None for a first plan without results.

    It has come to the last day with a result, or to the day on which it was planned anew.

    Raises:
        StoreError: The folder holds no campaign, or one that is over.
    """
    from campaign.progress import records
    from campaign.progress.running import running
    from campaign.progress.store import opened

    with opened(store_of(folder)) as connection:
        latest = records.version_in_force(connection)
        run = running(connection, latest.as_of)
        if latest.version == 1 and run.done.empty:
            return None
        last = run.done["date"].max()
        day = latest.as_of if last != last else max(latest.as_of, last.date())
        return running(connection, day)


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
    ground: Ground, tried: Sequence[CampaignRequest], progress: Progress = quiet
) -> Scenarios:
    """Plan as it stands and under other settings; write nothing.

    Args:
        ground: Request and books.
        tried: What `with_settings` made of the request, one a scenario.
        progress: Told the stage under way.
    """
    from campaign.plan.scenario import challenge_effects, compare_plans

    plans = []
    for place, request in enumerate((ground.request, *tried)):
        name = scenario_name(place, len(tried))
        progress(f"试算{name}")
        plans.append((name, ground.plan(request)))
    shown = [
        _in_force(request, plan)
        for request, (_, plan) in zip((ground.request, *tried), plans, strict=True)
    ]
    changes = tuple(_changes(shown[0], settings) for settings in shown[1:])
    effects = tuple(challenge_effects(plans[0][1], plan) for _, plan in plans[1:])
    day = ground.run.day if ground.run else None
    return Scenarios(compare_plans(plans), changes, effects, day)


def scenario_name(place: int, count: int) -> str:
    """Return what a scenario is called, 0 being the plan as it stands.

    Example:
        >>> scenario_name(0, 2), scenario_name(1, 2), scenario_name(1, 1)
        ('原方案', '情景1', '情景')
    """
    if place == 0:
        return BASE
    return SCENARIO if count == 1 else f"{SCENARIO}{place}"


def what_must_be_true(ground: Ground, amount: float, progress: Progress = quiet) -> list[Reach]:
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
            return ground.plan(request).forecast.chance

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
