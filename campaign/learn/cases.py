"""Cases of the past by source and segment: how many there were, and how many came."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from campaign.growth.wording import has_words
from campaign.learn.at_risk import after_every_touch, seen_cases
from campaign.learn.clock import SeasonSpan, season_clock, season_span
from campaign.learn.matching import looked_up
from campaign.learn.season import industry_seasons
from campaign.learn.touches import Followed, with_dose, with_touches
from campaign.settings import LearnRules, Settings
from campaign.vocabulary import CASES, Source, Touched, VisitOutcome

REFINANCE_WORDS = "置换|他行"
NO_SEGMENT = ""


def count_cases(
    events: pd.DataFrame, contacts: pd.DataFrame, headroom_old: pd.DataFrame, settings: Settings
) -> pd.DataFrame:
    """Return what one pair of ledgers says about conversion.

    Only the season that followed the old ledger counts, for money flows faster then. What a
    customer's balance rose by is first his undrawn limit, then top-up. The seasonal need of
    a trade is read off the top-ups of customers in trades that have a season. Refinance and
    referral show in the log alone.

    Args:
        events: `compare_books` of the pair.
        contacts: `touch_log` of the pair.
        headroom_old: HEADROOM of the old ledger: what was possible then.
        settings: [campaign] for the season, [learn] for what counts.

    Returns:
        Table CASES.
    """
    if events.empty:
        return CASES.empty()
    first = events.iloc[0]
    days = first["period_start"].date(), first["period_end"].date()
    span = season_span(*days, settings.campaign)
    log, rules = bool(events["contacted"].notna().any()), settings.learn
    people = with_possible(events, headroom_old)
    contacts = with_dose(contacts, settings.response)
    seen = contacts[contacts["contact_date"] <= span.stop]
    clock = season_clock(events, span, rules.clock_strength, seen)
    parts = {
        Source.RENEWAL: _renewals(events, contacts, span, settings, log=log),
        Source.REFINANCE: _refinances(events, contacts, span, settings),
        Source.REFERRAL: _referrals(events, contacts, span, rules),
    }
    followed = Followed(span.stop, span.last, rules.follow_days)
    parts_of_growth = {**dated_people(people, rules), Source.INDUSTRY: _in_season(people)}
    for source, could in parts_of_growth.items():
        touched = with_touches(could, seen, settings.response, followed)
        parts[source] = seen_cases(touched, span, rules, log=log, clock=clock)
    return add_cases(part.assign(source=source.value) for source, part in parts.items())


def add_cases(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return the sum of several tables CASES."""
    table = pd.concat([CASES.conform(part) for part in parts], ignore_index=True)
    sums: pd.DataFrame = table.groupby(list(CASES.key)).sum().reset_index()
    return CASES.check(CASES.conform(sums[sums["cases"] > 0]))


def dated_people(people: pd.DataFrame, rules: LearnRules) -> dict[Source, pd.DataFrame]:
    """Return who could have drawn or topped up, of `with_possible`; both have their day.

    Each has segment, success, possible and taken besides.
    """
    return {Source.DRAW: _draws(people, rules), Source.TOP_UP: _top_ups(people)}


def with_possible(events: pd.DataFrame, headroom: pd.DataFrame) -> pd.DataFrame:
    """Return the old customers (EVENTS) with what was possible (HEADROOM) and what they did."""
    possible = headroom[["customer_id", "new_money", "undrawn", "grade"]]
    people = events.merge(possible, on="customer_id").assign(size=lambda one: one["old_balance"])
    rise = (people["season_balance"] - people["old_balance"]).clip(lower=0)
    people["drawn"] = np.minimum(rise, people["undrawn"].fillna(0))
    people["more"] = np.minimum(rise - people["drawn"], people["increase"])
    return people


def _top_ups(people: pd.DataFrame) -> pd.DataFrame:
    could = people[people["new_money"] > 0]
    return could.assign(
        segment=could["grade"],
        success=could["topped_up"].eq(True),
        possible=could["new_money"],
        taken=np.minimum(could["more"], could["new_money"]),
    )


def _in_season(people: pd.DataFrame) -> pd.DataFrame:
    trades = people["industry_code"].isin(industry_seasons()["gbt_code"])
    return _top_ups(people[trades]).assign(segment="customer")


def _draws(people: pd.DataFrame, rules: LearnRules) -> pd.DataFrame:
    could = people[people["undrawn"] >= rules.top_up_least]
    return could.assign(
        segment=NO_SEGMENT,
        success=could["drawn"] >= rules.top_up_least,
        possible=could["undrawn"],
        taken=could["drawn"],
    )


def _renewals(
    events: pd.DataFrame, contacts: pd.DataFrame, span: SeasonSpan, settings: Settings, *, log: bool
) -> pd.DataFrame:
    """Return the cases of customers of whom notes fell due up to the season's end.

    Later maturities are left out: who has a note due in spring and one in autumn has two
    chances in a year to look renewed, and one in a season. A touch after the maturity is none;
    who was only touched longer before it than a renewal is spoken of counts on neither side.
    """
    rules = settings.learn
    due = events[events["matured"].eq(True) & (events["maturity_date"] <= span.stop)]
    due = due.assign(success=due["season_renewed"] > 0, event_date=_undated(due))
    when = looked_up(contacts["customer_id"], due.set_index("customer_id")["maturity_date"])
    ahead = (when - contacts["contact_date"]).dt.days
    near = contacts[ahead.between(0, rules.renewal_ahead_days)]
    due = with_touches(due, near, settings.response)
    early = due["customer_id"].isin(contacts.loc[ahead > rules.renewal_ahead_days, "customer_id"])
    due = due[due["first_touch"].notna() | ~early]
    touched = due["first_touch"].notna()
    kinds = np.where(touched, Touched.YES, Touched.NO)
    chance = other_money(events, due, rules)
    rows = pd.DataFrame(
        {
            "segment": NO_SEGMENT,
            "touched": kinds if log else Touched.UNKNOWN.value,
            "came": due["success"].astype("float64"),
            "chance": chance,
            "effect": due["effect"],
            "possible": due["season_matured"].where(due["success"], 0.0),
            "taken": due["season_renewed"].where(due["success"], 0.0),
            "squares": due["season_renewed"].where(due["success"], 0.0) ** 2,
        }
    )
    return _counted(rows, rules)


def other_money(events: pd.DataFrame, due: pd.DataFrame, rules: LearnRules) -> pd.Series:
    """Return the chance that money taken for something else falls so near each maturity.

    A customer who lets his note go and borrows for another reason within `renewal_gap_days`
    looks renewed. How often that happens by chance is read off customers of whom nothing fell
    due: as often as their new money falls around the same days. Who was contacted at all
    between the ledgers is compared with others who were.

    Args:
        events: Table EVENTS.
        due: Those of it of whom notes fell due.
        rules: [learn] for the days around a maturity.

    Example:
        Of four customers without a maturity one borrowed in the 60 days around 1 March:

        >>> events = pd.DataFrame({"matured": [False] * 4, "arrived": False, "contacted": False,
        ...     "event_date": pd.to_datetime(["2026-03-20", "2026-08-01", None, None])})
        >>> due = pd.DataFrame({"maturity_date": [pd.Timestamp("2026-03-01")], "contacted": False})
        >>> other_money(events, due, LearnRules()).tolist()
        [0.25]
    """
    free = events[~events["matured"].eq(True) & ~events["arrived"].eq(True)]
    found = pd.Series(0.0, index=due.index)
    reach = pd.Timedelta(days=rules.renewal_gap_days)
    for contacted in (True, False):
        like = free[free["contacted"].fillna(False).eq(contacted)]
        asked = due["contacted"].fillna(False).eq(contacted)
        if like.empty or not asked.any():
            continue
        days = like["event_date"].dropna().sort_values(ignore_index=True)
        last = days.searchsorted(due.loc[asked, "maturity_date"] + reach, "right")
        first = days.searchsorted(due.loc[asked, "maturity_date"] - reach, "left")
        found[asked] = (last - first) / len(like)
    return found


def _undated(rows: pd.DataFrame) -> pd.Series:
    return pd.Series([pd.NaT] * len(rows), index=rows.index, dtype="datetime64[s]")


def _counted(rows: pd.DataFrame, rules: LearnRules) -> pd.DataFrame:
    """Return the sums of cases without a time at risk; touched ones after every touch.

    What happens by `chance` and only looks like success is taken off: r' = (r - q) / (1 - q).
    """
    grouped = rows.assign(people=1.0).groupby(["segment", "touched"])
    sums = grouped[["people", "came", "possible", "taken", "squares"]].sum()
    chance = grouped["chance"].mean() if "chance" in rows else sums["came"] * 0.0
    rate = ((sums["came"] / sums["people"] - chance) / (1 - chance)).clip(lower=0.0)
    kinds = sums.index.get_level_values("touched")
    free = (sums["people"] * rate)[kinds == Touched.NO.value]
    left = float(sums["people"].reindex(free.index).sum())
    natural = float(free.sum()) / left if left else 0.0
    effect = grouped["effect"].mean().clip(lower=rules.least_effect)
    full, cases = after_every_touch(
        rate,
        natural,
        effect,
        sums["people"],
        natural * (1 - natural) / max(left, 1.0),
    )
    touched = kinds == Touched.YES.value
    cases = cases.where(touched, sums["people"])
    successes = (cases * full).where(touched, sums["people"] * rate)
    return sums.assign(cases=cases, successes=successes).reset_index()


def _refinances(
    events: pd.DataFrame, contacts: pd.DataFrame, span: SeasonSpan, settings: Settings
) -> pd.DataFrame:
    """Return the cases of customers spoken to about their loans elsewhere, long enough ago.

    Only the log can tell what became of them, so nothing is learnt from a log that does not
    note most of the new money that the ledgers show.
    """
    about = has_words(contacts["purpose"], REFINANCE_WORDS)
    spoken = contacts[about & contacts["customer_id"].notna()]
    early = spoken["contact_date"] <= span.last - pd.Timedelta(days=settings.learn.follow_days)
    if recorded_share(events, contacts) < settings.learn.recorded_share or not early.any():
        return CASES.empty()
    spoken = spoken[early].sort_values(
        ["customer_id", "contact_date", "willingness"], kind="stable"
    )
    first = spoken.drop_duplicates("customer_id").set_index("customer_id", drop=False)
    came = contacts[contacts["outcome"].eq(VisitOutcome.DISBURSED.value)]["customer_id"]
    people = first.assign(success=first["customer_id"].isin(came), event_date=_undated(first))
    people = with_touches(people, spoken, settings.response)
    rows = pd.DataFrame(
        {
            "segment": willingness_segments(people["willingness"]),
            "touched": Touched.YES.value,
            "came": people["success"].astype("float64"),
            "effect": people["effect"],
            "possible": 0.0,
            "taken": 0.0,
            "squares": 0.0,
        }
    )
    return _counted(rows, settings.learn)


def recorded_share(events: pd.DataFrame, contacts: pd.DataFrame) -> float:
    """Return how many of the visited customers that grew the log notes as 已放款."""
    grew = events["topped_up"].eq(True) | events["arrived"].eq(True)
    visited = events.loc[grew & events["contacted"].eq(True), "customer_id"]
    paid_out = contacts[contacts["outcome"].eq(VisitOutcome.DISBURSED.value)]["customer_id"]
    return float(visited.isin(paid_out).mean()) if len(visited) else 0.0


def willingness_segments(willingness: pd.Series) -> pd.Series:
    """Return the refinance segment of each willingness of 0 to 5.

    Example:
        >>> willingness_segments(pd.Series([0, 2, 5, None])).tolist()
        ['0', '1-2', '3-5', 'unknown']
    """
    names = np.select(
        [willingness.isna(), willingness < 1, willingness < 3], ["unknown", "0", "1-2"], "3-5"
    )
    return pd.Series(names, index=willingness.index, dtype="str")


def _referrals(
    events: pd.DataFrame, contacts: pd.DataFrame, span: SeasonSpan, rules: LearnRules
) -> pd.DataFrame:
    """Return names given as cases, and customers that came with a referrer as successes.

    Names given too late to have come are no cases.
    """
    early = contacts["contact_date"] <= span.last - pd.Timedelta(days=rules.follow_days)
    names = float(contacts.loc[early, "referrals"].sum())
    came = float((events["arrived"].eq(True) & events["referrer_id"].notna()).sum())
    row = {
        "segment": NO_SEGMENT,
        "touched": Touched.YES.value,
        "people": names,
        "came": min(came, names),
        "cases": names,
        "successes": min(came, names),
        "possible": 0.0,
        "taken": 0.0,
        "squares": 0.0,
    }
    return pd.DataFrame([row])
