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
    seen = contacts.loc[~(contacts["contact_date"] > last), ["customer_id", "contact_date", "dose"]]
    customer, names = pd.factorize(np.asarray(seen["customer_id"], dtype=object))
    place = pd.Series(pd.Index(names).get_indexer(pd.Index(people["customer_id"])), people.index)
    grouped = seen[customer >= 0].groupby(customer[customer >= 0])
    first = grouped["contact_date"].min()
    if followed is None:
        reached = effect_of(grouped["dose"].sum(), rules)
    else:
        reached = _shown(seen, customer, first, rules, followed)
    return people.assign(
        first_touch=looked_up(place, first),
        effect=looked_up(place, reached).fillna(0.0),
    )


def effect_shown(contacts: pd.DataFrame, rules: ResponseRules, followed: Followed) -> pd.Series:
    """Return by customer_id the part of the reachable effect that had shown when last looked at.

    Formula:
        sum over touches of (S(dose with it) - S(dose before it)) x min(1, days followed / days);
        followed until the season's end, at least `days` after the first touch

    Args:
        contacts: customer_id, contact_date and dose.
        rules: The curve S (`plan.response.effect`).
        followed: How long.
    """
    customer, names = pd.factorize(np.asarray(contacts["customer_id"], dtype=object))
    first = contacts["contact_date"].groupby(customer).min()
    shown = _shown(contacts, customer, first, rules, followed)
    return shown.set_axis(names[shown.index])


def _shown(
    contacts: pd.DataFrame,
    customer: np.ndarray,
    first: pd.Series,
    rules: ResponseRules,
    followed: Followed,
) -> pd.Series:
    """Return what `effect_shown` does, by the customer's number; -1 is nobody."""
    known = np.flatnonzero(customer >= 0)
    moment = contacts["contact_date"].to_numpy().astype(np.int64)[known]
    given = contacts["dose"].to_numpy(float)[known]
    order = np.lexsort((given, moment, customer[known]))
    rows, whose, given = known[order], customer[known][order], given[order]
    dose = pd.Series(given).groupby(whose).cumsum().to_numpy()
    added = effects(dose, rules) - effects(np.maximum(dose - given, 0), rules)
    date = contacts["contact_date"].iloc[rows].reset_index(drop=True)
    until = looked_up(pd.Series(whose), first) + pd.Timedelta(days=followed.days)
    until = until.where(until > followed.stop, followed.stop)
    until = until.where(until < followed.last, followed.last)
    days = (until - date).dt.days.to_numpy(float)
    shown = added * np.clip(days / max(followed.days, 1), 0.0, 1.0)
    return pd.Series(shown).groupby(whose).sum()


def with_dose(contacts: pd.DataFrame, rules: ResponseRules) -> pd.DataFrame:
    """Return contacts with is_call and their dose: 1 a visit, `call_dose` a call or message."""
    is_call = has_words(contacts["method"], CALL_WORDS)
    dose = is_call.map({True: rules.call_dose, False: 1.0})
    return contacts.assign(is_call=is_call, dose=dose)


def effect_of(dose: pd.Series, rules: ResponseRules) -> pd.Series:
    """Return the part of the reachable effect of each dose (1 is a visit)."""
    known = {value: effect(float(value), rules) for value in dose.unique()}
    return dose.map(known).astype("float64")
