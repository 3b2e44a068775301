"""What the log says of each customer's visits and calls in a season: the first, and the effect."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from campaign.growth.wording import has_words
from campaign.learn.matching import looked_up
from campaign.plan.response import effect, effects
from campaign.settings import ResponseRules

CALL_WORDS = "电话|微信|短信|线上"


@dataclass(frozen=True)
class Followed:
    """How long touches are followed.

    Attributes:
        stop: Last day of the season; who was first touched late is followed longer.
        last: Last day that is known.
        days: Days in which the effect of a touch shows, every day as much.
    """

    stop: pd.Timestamp
    last: pd.Timestamp
    days: int


def with_touches(
    people: pd.DataFrame,
    contacts: pd.DataFrame,
    rules: ResponseRules,
    followed: Followed | None = None,
) -> pd.DataFrame:
    """Return people with first_touch and the effect that their touches had (0 without any).

    Args:
        people: customer_id, success and event_date; touches after that day do not count.
        contacts: customer_id, contact_date and dose of the touches that may count.
        rules: What a dose is worth.
        followed: How long touches are followed: a touch too late to have shown all of its
            effect counts in part. None where the day of success is not tied to them.
    """
    day = people["event_date"].where(people["success"])
    until = pd.Series(day.to_numpy(), index=people["customer_id"])
    last = looked_up(contacts["customer_id"], until[~until.index.duplicated()])
    seen = contacts[~(contacts["contact_date"] > last)]
    grouped = seen.groupby("customer_id")
    first = grouped["contact_date"].min()
    if followed is None:
        reached = effect_of(grouped["dose"].sum(), rules)
    else:
        reached = effect_shown(seen, first, rules, followed)
    return people.assign(
        first_touch=looked_up(people["customer_id"], first),
        effect=looked_up(people["customer_id"], reached).fillna(0.0),
    )


def effect_shown(
    contacts: pd.DataFrame, first: pd.Series, rules: ResponseRules, followed: Followed
) -> pd.Series:
    """Return by customer_id the part of the reachable effect that had shown when last looked at.

    Formula:
        sum over touches of (S(dose with it) - S(dose before it)) x min(1, days followed / days);
        followed until the season's end, at least `days` after the first touch

    Args:
        contacts: customer_id, contact_date and dose.
        first: Day of the first touch by customer_id.
        rules: The curve S (`plan.response.effect`).
        followed: How long.
    """
    rows = contacts.sort_values(["customer_id", "contact_date", "dose"], kind="stable")
    dose = rows.groupby("customer_id")["dose"].cumsum().to_numpy(float)
    added = effects(dose, rules) - effects(
        np.maximum(dose - rows["dose"].to_numpy(float), 0), rules
    )
    until = looked_up(rows["customer_id"], first) + pd.Timedelta(days=followed.days)
    until = until.where(until > followed.stop, followed.stop)
    until = until.where(until < followed.last, followed.last)
    days = (until - rows["contact_date"]).dt.days.to_numpy(float)
    shown = added * np.clip(days / max(followed.days, 1), 0.0, 1.0)
    return pd.Series(shown, index=rows.index).groupby(rows["customer_id"]).sum()


def with_dose(contacts: pd.DataFrame, rules: ResponseRules) -> pd.DataFrame:
    """Return contacts with is_call and their dose: 1 a visit, `call_dose` a call or message."""
    is_call = has_words(contacts["method"], CALL_WORDS)
    dose = is_call.map({True: rules.call_dose, False: 1.0})
    return contacts.assign(is_call=is_call, dose=dose)


def effect_of(dose: pd.Series, rules: ResponseRules) -> pd.Series:
    """Return the part of the reachable effect of each dose (1 is a visit)."""
    known = {value: effect(float(value), rules) for value in dose.unique()}
    return dose.map(known).astype("float64")
