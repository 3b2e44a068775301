"""Outings of the team: stops at the managers' own areas that bring home new contacts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import numpy as np
import pandas as pd

from campaign.book.loan_book import LoanBook
from campaign.festival import CampaignWindow, week_start
from campaign.settings import TeamRules
from campaign.vocabulary import OUTING, ContactOrigin, Source

LEAST_DAYS = 3


def is_outing(customers: pd.Series) -> np.ndarray:
    """Return which ids stand for a day out and not for a customer.

    >>> is_outing(pd.Series(["外拓M01W1", "K1"])).tolist()
    [True, False]
    """
    return np.array([name.startswith(OUTING) for name in customers.tolist()], dtype=bool)


def outing_opportunities(
    book: LoanBook,
    staff: pd.DataFrame,
    ticket: tuple[float, str],
    window: CampaignWindow,
    rules: TeamRules,
    unlisted: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Return a stop a manager and week: the loan that its contacts may bring.

    A stop is a visit to a place, not to a person: each manager keeps to his own area for
    the whole season, for being seen again and again is what wins new customers. The same
    place yields fewer new numbers each time. Weeks with under three working days have none.
    New managers with one partner go out as a small team, to the area of each in turn; by
    turns and together they see each place as often as each would see his own.

    Formula:
        cases = contacts_per_stop x stop_yield ^ (n - 1), for the n-th stop; the stop wins a
        loan of the usual ticket with the chance cases x rate of contacts gathered at own
        visits (RATES: team, own_visit)

    Source:
        contacts a stop: source_notes (ten valid numbers a market); the rest 示例假设.

    Args:
        book: The book, for the rows of the roster.
        staff: Table STAFF.
        ticket: Usual first loan in yuan, and where it comes from in words.
        window: The campaign.
        rules: Contacts a stop, how fast a place is used up, stops a week.
        unlisted: Area to how many there nobody knows yet (`markets.unlisted_households`); all
            stops of all managers there find no more than these in all, by turns.

    Returns:
        Rows of OPPORTUNITIES before rates (with possible, cases and segment).
    """
    weeks = [week for week in window.weeks if _is_working(week, window)]
    stops = [(week, turn) for week in weeks for turn in range(rules.outings_per_week)]
    people = staff.sort_values("manager_id", kind="stable").reset_index(drop=True)
    rows = people.loc[people.index.repeat(len(stops))].reset_index(drop=True)
    number = np.tile(np.arange(1, len(stops) + 1), len(people))
    place, together = _places(people, number)
    contacts = rules.contacts_per_stop * rules.stop_yield ** (number - 1.0)
    contacts, of_all = _found_there(place, number, contacts, unlisted or {})
    first = np.tile(np.array([_first_day(week, window) for week, _ in stops]), len(people))
    ordinal = pd.Series(number).astype("str")
    roster = zip(book.managers["manager_id"].fillna(""), book.managers["source_row"], strict=True)
    sheet_rows = dict(roster)
    most = rows["most_ticket"].fillna(np.inf)
    return pd.DataFrame(
        {
            "customer_id": OUTING + "-" + rows["manager_id"] + "-" + ordinal.str.zfill(2),
            "is_prospect": True,
            "is_outing": True,
            "manager_id": rows["manager_id"],
            "branch": rows["branch"],
            "area": place,
            "source": Source.TEAM.value,
            "segment": ContactOrigin.OWN_VISIT.value,
            "possible": np.minimum(ticket[0], most),
            "cases": contacts,
            "window_start": pd.to_datetime(first),
            "window_end": pd.to_datetime(first) + pd.Timedelta(days=6),
            "reason": place + "驻点外拓第" + ordinal + "次" + together + "，预计采集 "
            + pd.Series(contacts.round(1)).astype("str") + " 个有效联系方式" + of_all
            + f"；{ticket[1]}",
            "grade": "B",
            "source_rows": [sheet_rows.get(manager, "") for manager in rows["manager_id"]],
        }
    )  # fmt: skip


def _places(people: pd.DataFrame, number: np.ndarray) -> tuple[pd.Series, pd.Series]:
    """Return where each stop of each manager is, and a word where a small team goes there.

    Args:
        people: Table STAFF in order.
        number: The stop's number, for every manager all of them in turn.
    """
    home = people["area"].fillna(people["branch"]).fillna("")
    home.index = pd.Index(people["manager_id"])
    places, words = [], []
    stops = number.reshape(len(people), -1) if len(people) else number
    teams = small_teams(people)
    for manager, turns in zip(people["manager_id"], stops, strict=True):
        areas = list(dict.fromkeys(home[teams.get(manager, [manager])]))
        places += [areas[(turn - 1) % len(areas)] for turn in turns]
        words += ["（小组同去）" if manager in teams else ""] * len(turns)
    return pd.Series(places, dtype="str"), pd.Series(words, dtype="str")


def _found_there(
    place: pd.Series, number: np.ndarray, contacts: np.ndarray, unlisted: Mapping[str, float]
) -> tuple[np.ndarray, pd.Series]:
    """Return the contacts of each stop, no more than are left at the place, and words on that."""
    left = place.map(dict(unlisted)).astype(float)
    order = pd.DataFrame({"place": place, "number": number, "contacts": contacts})
    order = order.sort_values("number", kind="stable")
    until = order.groupby("place")["contacts"].cumsum().reindex(place.index).to_numpy()
    most = (left - (until - contacts)).clip(lower=0).to_numpy()
    words = "（摸排还有 " + left.fillna(0).astype("int64").astype("str") + " 户未掌握）"
    return np.fmin(contacts, most), words.where(left.notna(), "")


def small_teams(people: pd.DataFrame) -> dict[str, list[str]]:
    """Return the new managers who go out at once, by each of them; nobody who goes alone.

    They share an experienced partner, or where a branch has none go out with each other.

    Example:
        >>> people = pd.DataFrame({"manager_id": ["M1", "M3", "M5"], "is_new": [False, True, True],
        ...                        "partner": ["M3", "M1", "M1"]})
        >>> small_teams(people)
        {'M3': ['M3', 'M5'], 'M5': ['M3', 'M5']}
    """
    new = people[people["is_new"].fillna(False).astype(bool) & people["partner"].notna()]
    found: dict[str, list[str]] = {}
    own = new["partner"].isin(new["manager_id"])
    leader = new["partner"].mask(own, new[["manager_id", "partner"]].min(axis=1))
    for _, members in new.groupby(leader, sort=True)["manager_id"]:
        if len(members) > 1:
            found |= dict.fromkeys(members.tolist(), members.tolist())
    return found


def _is_working(week: int, window: CampaignWindow) -> bool:
    monday = week_start(week, window.festival)
    days = window.calendar.working_days(monday, monday + timedelta(days=6))
    return sum(window.start <= day <= window.end for day in days) >= LEAST_DAYS


def _first_day(week: int, window: CampaignWindow) -> pd.Timestamp:
    return pd.Timestamp(week_start(week, window.festival))
