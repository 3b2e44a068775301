"""What the log says of each customer's visits and calls in a season: the first, and the effect."""

from __future__ import annotations

import pandas as pd

from campaign.growth.wording import has_words
from campaign.learn.matching import looked_up
from campaign.plan.response import effect
from campaign.settings import ResponseRules

CALL_WORDS = "电话|微信|短信|线上"


def with_touches(
    people: pd.DataFrame, contacts: pd.DataFrame, rules: ResponseRules
) -> pd.DataFrame:
    """Return people with first_touch and the effect that their touches had (0 without any).

    Args:
        people: customer_id, success and event_date; touches after that day do not count.
        contacts: customer_id, contact_date and dose of the touches that may count.
        rules: What a dose is worth.
    """
    day = people["event_date"].where(people["success"])
    until = pd.Series(day.to_numpy(), index=people["customer_id"])
    last = looked_up(contacts["customer_id"], until[~until.index.duplicated()])
    seen = contacts[~(contacts["contact_date"] > last)]
    grouped = seen.groupby("customer_id")
    reached = effect_of(grouped["dose"].sum(), rules)
    first = grouped["contact_date"].min()
    return people.assign(
        first_touch=looked_up(people["customer_id"], first),
        effect=looked_up(people["customer_id"], reached).fillna(0.0),
    )


def with_dose(contacts: pd.DataFrame, rules: ResponseRules) -> pd.DataFrame:
    """Return contacts with their dose: 1 a visit, `call_dose` a call or message."""
    is_call = has_words(contacts["method"], CALL_WORDS)
    return contacts.assign(dose=is_call.map({True: rules.call_dose, False: 1.0}))


def effect_of(dose: pd.Series, rules: ResponseRules) -> pd.Series:
    """Return the part of the reachable effect of each dose (1 is a visit)."""
    known = {value: effect(float(value), rules) for value in dose.unique()}
    return dose.map(known).astype("float64")
