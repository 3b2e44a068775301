"""Three years of lending: notes that follow one another, top-ups, leavers and bad ends."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from campaign.festival import spring_festival
from campaign.synthetic.behaviour import answered, played_by_day, touches_between
from campaign.synthetic.county import off_holiday, wanted_days
from campaign.synthetic.customers import Town, need_of
from campaign.synthetic.streams import Streams
from campaign.synthetic.values import DAY, NEVER, Days, add_months, days_between, rounded

Floats = NDArray[np.float64]
YEARS_BACK = 3
SEASON_WEEKS, YEAR_WEEKS = range(-12, 9), range(-26, 26)
WHOLE_YEAR = range(-26, 26)
EARLY_LEAVE = 0.025
BAD_SHARE = 0.075
CURED_SHARE = 0.35
# A visit is about the renewal this many days before the maturity at the earliest.
RENEWAL_TALK = 90 * DAY
# The season touches help in, from and to so many days from the festival.
SEASON_DAYS = -90 * DAY, 60 * DAY
# Visits and calls a customer and season in years of which no log is kept.
USUAL_VISITS, USUAL_CALLS = 0.45, 0.55

# repayment method, share, months of a note (least, most)
METHODS = (
    ("monthly_interest", 0.25, (12, 12)),
    ("monthly_interest", 0.27, (36, 36)),
    ("revolving", 0.13, (12, 12)),
    ("quarterly_interest", 0.07, (24, 24)),
    ("equal_instalment", 0.11, (24, 36)),
    ("equal_principal", 0.06, (36, 36)),
    ("instalments", 0.06, (36, 36)),
    ("bullet", 0.05, (6, 10)),
)
BULLET = 7


@dataclass(frozen=True)
class Past:
    """What the history is told from: the people, what they are like, who was touched."""

    town: Town
    customers: pd.DataFrame
    behaviour: pd.DataFrame
    touches: pd.DataFrame
    as_of: date
    streams: Streams

    @property
    def today(self) -> np.datetime64:
        """Return the as-of date."""
        return np.datetime64(self.as_of, "D")

    @property
    def beginning(self) -> np.datetime64:
        """Return the day the story begins."""
        return self.today - YEARS_BACK * 365


def lend(past: Past) -> pd.DataFrame:
    """Return every note of the story: one row a note, in the order they were made.

    Columns: note (number), customer (row), line (a chain of notes), step, start, months,
    maturity, settle (NaT while it stands), replaced (by a renewal without repayment),
    amount, method, occurrence, is_top_up, bad_since (NaT for the sound).
    """
    bad = bad_days(past)
    main = _chain(past, _first_notes(past), bad, "main")
    parts = [main]
    first_line = int(main["line"].max()) + 1
    for years_ago in (2, 1, 0):
        festival_year = past.as_of.year - years_ago
        extra = _top_ups(past, main, festival_year, bad)
        extra["line"] = np.arange(len(extra)) + first_line
        first_line += len(extra)
        parts.append(_chain(past, extra, bad, f"top-ups {years_ago}"))
    notes = pd.concat(parts, ignore_index=True)
    notes = notes.sort_values(["start", "line"], kind="stable", ignore_index=True)
    return notes.assign(note=np.arange(len(notes)), bad_since=bad[notes["customer"].to_numpy()])


def bad_days(past: Past) -> Days:
    """Return by customer the day he stopped paying for good, NaT for the sound."""
    luck = past.streams("bad")
    count = len(past.customers)
    weight = np.exp(-0.9 * past.customers["quality"].to_numpy())
    turns_bad = luck.random(count) < BAD_SHARE * (1 - CURED_SHARE) * weight / 1.5
    span = YEARS_BACK * 365
    day = past.beginning + luck.integers(1, span, count).astype("timedelta64[D]")
    return np.where(turns_bad, day, NEVER)


def _first_notes(past: Past) -> pd.DataFrame:
    """Return the first note that each customer has inside the story."""
    customers, luck = past.customers, past.streams("first notes")
    count = len(customers)
    trade = customers["trade"].to_numpy()
    share = np.cumsum([row[1] for row in METHODS])
    method = np.searchsorted(share / share[-1], luck.random(count))
    season = past.town.county.season_share()[trade]
    method = np.where((luck.random(count) < 2.2 * (season - 0.55)) & (method == 0), BULLET, method)
    months = np.array([row[2] for row in METHODS])[method]
    term = np.where(luck.random(count) < 0.5, months[:, 0], months[:, 1])
    is_old = luck.random(count) < 0.70
    day = wanted_days(past.town.county, trade, past.as_of.year, WHOLE_YEAR, luck)
    years = np.where(
        is_old,
        YEARS_BACK + luck.integers(0, np.maximum(term // 12, 1), count),
        luck.integers(0, YEARS_BACK, count),
    )
    day = day - (years * 364).astype("timedelta64[D]")
    limit_day = np.where(is_old, past.beginning, past.today)
    day = np.where(day > limit_day, day - 364 * DAY, day)
    return pd.DataFrame(
        {
            "customer": np.arange(count),
            "line": np.arange(count),
            "start": day,
            "months": term,
            "amount": rounded(need_of(past.town, customers) * luck.uniform(0.75, 1.1, count)),
            "method": np.array([row[0] for row in METHODS], dtype=object)[method],
            "occurrence": np.where(is_old & (luck.random(count) < 0.6), "repeat", "new"),
            "is_top_up": False,
        }
    )


def _chain(past: Past, notes: pd.DataFrame, bad: Days, name: str) -> pd.DataFrame:
    """Follow each line from note to note until it stands at the as-of date or ends."""
    parts: list[pd.DataFrame] = []
    current = notes.assign(step=0)
    while len(current):
        step = f"{name} step {len(parts)}"
        renew = _renewal_chance(past, current, past.streams(f"{step} touches"))
        current, following = _one_step(past, current, (bad, renew), past.streams(step))
        parts.append(current)
        current = following
    return pd.concat(parts, ignore_index=True)


def _one_step(
    past: Past, current: pd.DataFrame, habits: tuple[Days, Floats], luck: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the notes with their ends, and the notes that follow them."""
    bad, renews = habits
    count = len(current)
    who = current["customer"].to_numpy()
    start = current["start"].to_numpy().astype("datetime64[D]")
    maturity = add_months(start, current["months"].to_numpy())
    stays_bad = ~np.isnat(bad[who]) & (bad[who] < maturity)
    early = luck.random(count) < EARLY_LEAVE * current["months"].to_numpy() / 12
    early_day = start + ((maturity - start) * luck.uniform(0.3, 0.95, count)).astype(
        "timedelta64[D]"
    )
    settle = np.where(early, early_day, maturity - luck.integers(0, 4, count) * DAY)
    goes_on = (luck.random(count) < renews) & ~early & ~stays_bad
    without_repaying = (luck.random(count) < 0.55) & _interest_only(current["method"])
    gap = np.where(without_repaying, 0, luck.integers(1, 18, count)).astype("timedelta64[D]")
    next_start = np.where(without_repaying, maturity, settle + gap)
    next_start = np.where(
        current["method"] == "bullet", _next_season(past, who, settle, luck), next_start
    )
    next_start = off_holiday(next_start)
    settle = np.where(goes_on & without_repaying, next_start, settle)
    settle = np.where(stays_bad | (settle > past.today), NEVER, settle)
    done = current.assign(
        maturity=maturity, settle=settle, replaced=goes_on & without_repaying & ~np.isnat(settle)
    )
    once = current["is_top_up"].to_numpy() & (current["method"] == "bullet").to_numpy()
    follow = goes_on & (next_start <= past.today) & ~once
    bigger = luck.random(count) < 0.12
    factor = np.where(
        bigger, luck.uniform(1.1, 1.5, count), np.where(luck.random(count) < 0.07, 0.8, 1.0)
    )
    following = current.assign(
        start=next_start,
        amount=rounded(current["amount"].to_numpy() * factor),
        occurrence=np.where(without_repaying, "renewed", "repeat"),
        step=current["step"] + 1,
    )[follow]
    return done, following


def _renewal_chance(past: Past, notes: pd.DataFrame, luck: np.random.Generator) -> Floats:
    """Return by note the chance of being renewed: only touches before its maturity help."""
    who = notes["customer"].to_numpy()
    start = notes["start"].to_numpy().astype("datetime64[D]")
    maturity = add_months(start, notes["months"].to_numpy())
    visits, calls = touches_between(past.touches, who, maturity - RENEWAL_TALK, maturity)
    logged = maturity > past.today - 365 * DAY
    visits = np.where(logged, visits, luck.poisson(USUAL_VISITS, len(who)))
    calls = np.where(logged, calls, luck.poisson(USUAL_CALLS, len(who)))
    mine = past.behaviour.iloc[who]
    return answered(
        (mine["renew_natural"].to_numpy(), mine["renew_full"].to_numpy()),
        (mine["visit_effect"].to_numpy(), mine["call_effect"].to_numpy()),
        (visits, calls),
    )


def _next_season(
    past: Past, who: NDArray[np.int64], settle: Days, luck: np.random.Generator
) -> Days:
    """Return the next wanted day of a seasonal borrower after he paid back."""
    trade = past.customers["trade"].to_numpy()[who]
    day = wanted_days(past.town.county, trade, past.as_of.year, WHOLE_YEAR, luck)
    behind = np.ceil(days_between(day, settle) / 364).astype(np.int64)
    return day + behind * 364 * DAY + DAY


def _top_ups(past: Past, main: pd.DataFrame, festival_year: int, bad: Days) -> pd.DataFrame:
    """Return the extra notes of one season, for those with a standing main note.

    Who wants more anyway comes on a day of his trade; whom a touch won comes weeks after it.
    """
    streams = past.streams.of(f"top ups {festival_year}")
    luck = streams("luck")
    count = len(past.customers)
    behaviour = past.behaviour
    trade = past.customers["trade"].to_numpy()
    asked = pd.DataFrame(
        {
            "unit_id": np.arange(count),
            "source": "top_up",
            "natural_probability": behaviour["top_up_natural"],
            "full_probability": behaviour["top_up_full"],
            "visit_effect": behaviour["visit_effect"],
            "call_effect": behaviour["call_effect"],
            "luck": luck.random(count),
            "wanted_on": wanted_days(past.town.county, trade, festival_year, YEAR_WEEKS, luck),
            "amount": rounded(
                need_of(past.town, past.customers) * behaviour["top_up_share"].to_numpy()
            ),
        }
    )
    told = played_by_day(asked, _season_touches(past, festival_year, streams), streams)
    wants = told.rename(columns={"unit_id": "customer"})[["customer", "day", "amount", "happened"]]
    wants = wants[wants["happened"] & (wants["amount"] >= 10_000)].drop(columns="happened")
    wants["start"] = off_holiday(wants.pop("day").to_numpy().astype("datetime64[D]"))
    wants = wants[wants["start"] <= past.today]
    wants = wants[_stands(main, wants, bad)]
    short = luck.random(len(wants)) < 0.3
    return wants.assign(
        months=np.where(short, 6, 12),
        method=np.where(short, "bullet", "monthly_interest"),
        occurrence="new",
        is_top_up=True,
    )


def _season_touches(past: Past, festival_year: int, streams: Streams) -> pd.DataFrame:
    """Return the touches of a season: those of the log, or as usual where no log is kept."""
    festival = np.datetime64(spring_festival(festival_year), "D")
    first, last = (festival + days for days in SEASON_DAYS)
    touches = past.touches
    if festival < past.today - 365 * DAY:
        touches = _usual_touches(len(past.customers), (first, last), streams("touches"))
    inside = touches["day"].between(pd.Timestamp(first), pd.Timestamp(last))
    return touches[inside].rename(columns={"customer": "customer_id"})


def _usual_touches(
    count: int, span: tuple[np.datetime64, np.datetime64], luck: np.random.Generator
) -> pd.DataFrame:
    parts = []
    for rate, is_visit in ((USUAL_VISITS, True), (USUAL_CALLS, False)):
        who = np.repeat(np.arange(count), luck.poisson(rate, count))
        length = int((span[1] - span[0]).astype(int)) + 1
        day = span[0] + luck.integers(0, length, len(who)) * DAY
        parts.append(pd.DataFrame({"customer": who, "day": day, "is_visit": is_visit}))
    return pd.concat(parts, ignore_index=True)


def _stands(main: pd.DataFrame, wants: pd.DataFrame, bad: Days) -> NDArray[np.bool_]:
    """Return whether a customer has a standing main note and pays, on the day he wants more."""
    left = wants.reset_index().sort_values("start", kind="stable")
    right = main[["customer", "start", "settle"]].sort_values("start", kind="stable")
    met = pd.merge_asof(left, right.assign(main_start=right["start"]), on="start", by="customer")
    alive = met["main_start"].notna() & (met["settle"].isna() | (met["settle"] > met["start"]))
    day = met["start"].to_numpy().astype("datetime64[D]")
    trouble = bad[met["customer"].to_numpy()]
    sound = np.isnat(trouble) | (trouble > day + 60 * DAY)
    answer = pd.Series((alive & sound).to_numpy(), index=met["index"])
    return np.asarray(answer.reindex(wants.index).to_numpy())


def _interest_only(method: pd.Series) -> NDArray[np.bool_]:
    return np.asarray(method.isin(["monthly_interest", "quarterly_interest", "revolving"]))
