"""Touched customers of a past season with the day of each touch and of their new money."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from campaign.learn.at_risk import touched_people
from campaign.learn.cases import dated_people, with_possible
from campaign.learn.clock import ONE_DAY, SeasonClock, SeasonSpan, season_clock, season_span
from campaign.learn.past_season import PastSeason
from campaign.learn.touches import with_dose, with_touches
from campaign.settings import Settings

# Customers of one season that are looked at; more would only take longer.
MOST_PEOPLE = 20_000
# Further touches of a kind add next to nothing.
MOST_TOUCHES = 6
PEOPLE = ["customer_id", "group", "came", "natural"]
TOUCHES = ["person", "visits", "calls", "is_call", "nth", "shows"]


@dataclass(frozen=True)
class Trails:
    """Touched customers of one season (rows) and their touches.

    Attributes:
        people: customer_id (as `PastSeason.by_number`), `group` (source and segment), `came`, and
            `natural`: the natural chance of coming after the first touch; of those that came, of
            coming on that very day.
        touches: `person` (row of `people`), `visits` and `calls` up to and with this touch,
            `is_call`, `nth` of the customer, and `shows`: how much of its effect should have
            shown by the end of the season; of those that came, on that very day.
    """

    people: pd.DataFrame
    touches: pd.DataFrame


def trails_of(season: PastSeason, settings: Settings) -> Trails:
    """Return the touched customers that could have drawn or topped up, and their touches.

    A loan is held to come within `follow_days` of the touch that won it, every day as likely.
    Touches after the new money count no more. Renewals have their own day and are not looked at.
    """
    events, log, headroom = season.by_number
    nothing = Trails(pd.DataFrame(columns=PEOPLE), pd.DataFrame(columns=TOUCHES))
    if log.empty or events.empty:
        return nothing
    span = season_span(season.pair.old.as_of, season.pair.new.as_of, settings.campaign)
    seen = with_dose(log[log["contact_date"] <= span.stop], settings.response)
    clock = season_clock(events, span, settings.learn.clock_strength, seen)
    could = dated_people(with_possible(events, headroom), settings.learn)
    parts = []
    for source, people in could.items():
        touched = with_touches(people, seen, settings.response)
        touched = touched_people(touched, span, clock)
        parts.append(touched.assign(group=source.value + ":" + touched["segment"].astype("str")))
    people = pd.concat(parts, ignore_index=True)
    if people.empty:
        return nothing
    people = people.iloc[:: -(-len(people) // MOST_PEOPLE)].reset_index(drop=True)
    people = people.assign(came=people["success"] & (people["day"] <= span.stop))
    touches = _touches(people, seen, span, settings.learn.follow_days)
    return Trails(_with_natural(people, span, clock), touches)


def _with_natural(people: pd.DataFrame, span: SeasonSpan, clock: SeasonClock) -> pd.DataFrame:
    """Return the people with their natural chance; nobody came before his first touch."""
    start = pd.Series(span.start, index=people.index)
    first = people["first_touch"].where(people["first_touch"] > start, start)
    begin = people["day"].where(people["came"], first)
    end = (begin + ONE_DAY).where(people["came"], span.stop + ONE_DAY)
    left = 1 - people["like"] * clock.between(start, first)
    natural = people["like"] * clock.between(begin, end) / left
    return people.assign(natural=natural)[PEOPLE]


def _touches(
    people: pd.DataFrame, seen: pd.DataFrame, span: SeasonSpan, follow_days: int
) -> pd.DataFrame:
    asked = people[["customer_id", "came", "day"]].reset_index(names="person")
    rows = asked.merge(seen[["customer_id", "contact_date", "is_call"]], on="customer_id")
    rows = rows[~rows["came"] | (rows["contact_date"] <= rows["day"])]
    rows = rows.sort_values(["person", "contact_date", "is_call"], kind="stable", ignore_index=True)
    by_person = rows["is_call"].groupby(rows["person"])
    nth, calls = by_person.cumcount() + 1, by_person.cumsum()
    until = rows["day"].where(rows["came"], span.stop)
    days = (until - rows["contact_date"]).dt.days.to_numpy(dtype=float)
    that_day = (days <= follow_days) / follow_days
    shows = np.where(rows["came"], that_day, np.clip(days / follow_days, 0.0, 1.0))
    return rows.assign(visits=nth - calls, calls=calls, nth=nth, shows=shows)[TOUCHES]
