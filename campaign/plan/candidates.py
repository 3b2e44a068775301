"""Every touch that could be planned: which purposes it serves, when, and what it adds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from campaign.collector import give_back
from campaign.growth.keys import each_with_its_rows
from campaign.plan.occasions import MAIN, SECOND, occasion_windows, stagger
from campaign.plan.response import touch_sequence, touch_shares
from campaign.settings import ResponseRules
from campaign.vocabulary import CANDIDATES, PURPOSES, Channel, Resource

ASKED = (
    "customer_id",
    "manager_id",
    "branch",
    "is_prospect",
    "is_outing",
    "done",
    "occasion",
    "first",
    "last",
)
CHANNEL_LETTER = {Channel.VISIT: "V", Channel.CALL: "C"}


@dataclass(frozen=True)
class Slot:
    """One place in a customer's sequence of touches.

    Attributes:
        occasion: MAIN, or SECOND for purposes that share no window with the main ones.
        channel: How the customer is touched.
        share: What the touch adds to the effect on the purposes of its occasion.
        takes_shared: It is the touch that uses rate quota and a senior's slot.
    """

    occasion: int
    channel: Channel
    share: float
    takes_shared: bool


@dataclass(frozen=True)
class Sequence:
    """The touches left of a customer's sequence.

    Attributes:
        main: Slots of the main occasion that are left.
        second: The slot of a second occasion.
        done: How many touches were done.
    """

    main: tuple[Slot, ...]
    second: Slot
    done: int


def find_candidates(
    gains: pd.DataFrame, days: np.ndarray, rules: ResponseRules, limited: Collection[Resource]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return tables CANDIDATES and PURPOSES.

    Args:
        gains: What `plan.gains.find_gains` returned; an outing is one visit and no call.
            Without column `done` nothing was done yet.
        days: Days on which anything may be planned, as datetime64[D].
        rules: Response settings.
        limited: Shared resources that are limited.
    """
    touches = _all_touches(gains, days, rules)
    if touches.empty:
        return CANDIDATES.empty(), PURPOSES.empty()
    touches = _named(touches, gains["customer_id"].cat.categories)
    give_back()  # what the touches were put together from
    touches["resources"] = _resources(touches, gains, limited)
    return _valued(touches, gains)


def _all_touches(gains: pd.DataFrame, days: np.ndarray, rules: ResponseRules) -> pd.DataFrame:
    """Return the touches of all customers, group by group of those with the same left."""
    names = [name for name in ASKED if name in gains]
    planned = gains.loc[gains["occasion"] >= MAIN, names]
    done = planned["done"] if "done" in planned else pd.Series("", index=planned.index)
    text = planned["is_prospect"].map({True: rules.prospect_touches, False: rules.existing_touches})
    text = text.mask(planned["is_outing"], Channel.VISIT.label)
    parts = []
    for (sequence, made), some in planned.groupby([text, done], sort=True):
        left = what_is_left(str(sequence), str(made), rules)
        parts.append(_touches(occasion_windows(some), left, days, rules.gap_days))
    parts = [part for part in parts if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _named(touches: pd.DataFrame, customers: pd.Index) -> pd.DataFrame:
    """Return touches with their ids and their customers' numbers, in the order of the ids."""
    touch, letter = touches["touch"].to_numpy(), touches["letter"].to_numpy()
    order = np.lexsort((touch, letter, touches["customer"].to_numpy()))
    touches = touches.iloc[order].reset_index(drop=True)
    customer = customers.to_numpy(dtype=object)[touches["customer"].to_numpy()]
    names = (customer + _endings(letter, touch)[order]).tolist()
    touches = touches.assign(candidate_id=pd.Series(names, dtype="str"), customer_id=customer)
    # Nearly in order by now: only a number that begins another one may stand elsewhere.
    if not touches["candidate_id"].is_monotonic_increasing:
        right = sorted(range(len(names)), key=names.__getitem__)
        touches = touches.iloc[right].reset_index(drop=True)
    return touches


def _endings(letter: np.ndarray, touch: np.ndarray) -> np.ndarray:
    """Return how the ids of touches end, -V1 for the first if it is a visit; each text once.

    >>> _endings(np.array(["V", "C"], dtype=object), np.array([1, 2])).tolist()
    ['-V1', '-C2']
    """
    number, letters = pd.factorize(letter)
    most = int(touch.max(initial=0)) + 1
    pairs, place = np.unique(number * most + touch, return_inverse=True)
    words = [f"-{letters[pair // most]}{pair % most}" for pair in pairs.tolist()]
    found: np.ndarray = np.array(words, dtype=object)[place]
    return found


def _valued(touches: pd.DataFrame, gains: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return tables CANDIDATES and PURPOSES of touches in the order of their ids."""
    row, gain = _served(touches, gains)
    share = touches["share"].to_numpy()[row]
    worth = gains["gain"].to_numpy()[gain] * share
    value = np.bincount(row, worth, len(touches))
    spread = _spread(gains, row, gain, worth, value)
    candidates = CANDIDATES.conform(touches.assign(value=value.round(2), spread=spread))
    purposes = {
        "candidate_id": candidates["candidate_id"].array.take(row),
        "opportunity_id": gains["opportunity_id"].array.take(gain).astype("str"),
        "source": gains["source"].array.take(gain).astype("str"),
        "share": share,
        "value": worth,
    }
    return CANDIDATES.check(candidates), pd.DataFrame(purposes, copy=False)


def _served(touches: pd.DataFrame, gains: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return the row of each touch and of each gain that it serves, by touch and opportunity."""
    key, number = _occasion_key(gains), gains["opportunity_id"].cat.codes.to_numpy()
    served = np.lexsort((number, key))
    served = served[gains["occasion"].to_numpy()[served] >= MAIN]
    wanted = _occasion_key(touches)
    begin = np.searchsorted(key[served], wanted, side="left")
    count = np.searchsorted(key[served], wanted, side="right") - begin
    row, place = each_with_its_rows(count, begin)
    return row, served[place]


def _spread(
    gains: pd.DataFrame, row: np.ndarray, gain: np.ndarray, worth: np.ndarray, value: np.ndarray
) -> np.ndarray:
    """Return what is unknown of each touch's value, as a part of it; nothing where not given."""
    if "spread" not in gains:
        return np.zeros(len(value))
    unknown = np.bincount(row, gains["spread"].to_numpy()[gain] * worth, len(value))
    found: np.ndarray = np.divide(unknown, value, out=np.zeros(len(value)), where=value > 0)
    return found


def _occasion_key(rows: pd.DataFrame) -> np.ndarray:
    """Return a number for each customer and occasion."""
    customer = rows["customer"] if "customer" in rows else rows["customer_id"].cat.codes
    key: np.ndarray = customer.to_numpy(dtype="int64") * 2 + rows["occasion"].to_numpy()
    return key


def what_is_left(text: str, done: str, rules: ResponseRules) -> Sequence:
    """Return the touches left of a sequence such as 走访、走访、电话 after those done.

    A touch done takes the first slot of its channel, else the first slot left. What follows
    adds what it would have added after those done.

    Example:
        >>> from campaign.settings import ResponseRules
        >>> left = what_is_left("走访、走访、电话", "visit", ResponseRules())
        >>> [slot.channel.value for slot in left.main], left.done
        (['visit', 'call'], 1)
    """
    planned = touch_sequence(text)
    made = tuple(Channel(name) for name in done.split(";") if name)
    rest = list(planned)
    for channel in made:
        if rest:
            rest.remove(channel if channel in rest else rest[0])
    whole = [*made, *rest]
    shares = touch_shares(whole, rules)
    sharing = whole.index(Channel.VISIT) if Channel.VISIT in whole else 0
    slots = tuple(
        Slot(MAIN, channel, share, number == sharing)
        for number, (channel, share) in enumerate(zip(whole, shares, strict=True))
    )
    alone = Channel.VISIT if Channel.VISIT in planned else planned[0]
    second = Slot(SECOND, alone, touch_shares([alone], rules)[0], True)
    return Sequence(slots[len(made) :], second, len(made))


def _touches(
    windows: pd.DataFrame, left: Sequence, days: np.ndarray, gap_days: int
) -> pd.DataFrame:
    """Return the touches of customers with the same left; second occasions in time order."""

    def in_order(some: pd.DataFrame, *slots: Slot) -> pd.DataFrame:
        return _in_order(some, slots, left.done, days, gap_days)

    if "first_1" not in windows:
        return in_order(windows, *left.main)
    has_second = windows["first_1"].notna()
    if not left.main:
        return in_order(windows[has_second], left.second)
    before = has_second & (windows["last_1"] < windows["last_0"])
    early = in_order(windows[before], left.second, *left.main)
    # A second occasion that would crowd out the main one is given up.
    kept_main = early.loc[early["occasion"] == MAIN, "customer"]
    crowded = before & ~windows["customer"].isin(kept_main)
    early = early[early["customer"].isin(kept_main)]
    late = in_order(windows[has_second & ~before], *left.main, left.second)
    plain = in_order(windows[~has_second | crowded], *left.main)
    return pd.concat([early, late, plain], ignore_index=True)


def _in_order(
    windows: pd.DataFrame, slots: tuple[Slot, ...], done: int, days: np.ndarray, gap_days: int
) -> pd.DataFrame:
    """Return the touches of these slots, numbered on from those done."""
    if not slots:
        return pd.DataFrame(columns=["customer", "occasion"])
    first = np.column_stack([windows[f"first_{slot.occasion}"] for slot in slots])
    last = np.column_stack([windows[f"last_{slot.occasion}"] for slot in slots])
    first, last, kept = stagger(first, last, days, gap_days)
    row, column = np.nonzero(kept)
    return pd.DataFrame(
        {
            "customer": windows["customer"].to_numpy()[row],
            "manager_id": windows["manager_id"].array.take(row),
            "owner": windows["branch"].array.take(row),
            "touch": done + np.cumsum(kept, axis=1)[row, column],
            "letter": np.array([CHANNEL_LETTER[slot.channel] for slot in slots], dtype=object)[
                column
            ],
            "channel": np.array([slot.channel.value for slot in slots], dtype=object)[column],
            "occasion": np.array([slot.occasion for slot in slots])[column],
            "share": np.array([slot.share for slot in slots])[column],
            "takes_shared": np.array([slot.takes_shared for slot in slots])[column],
            "earliest": days[first[row, column]],
            "latest": days[last[row, column]],
            "effort": 1.0,
        }
    )


def _resources(
    touches: pd.DataFrame, gains: pd.DataFrame, limited: Collection[Resource]
) -> pd.Series:
    """Return what each touch asks for: rate quota where it is limited, a senior always."""
    asked = gains[gains["occasion"] >= MAIN]
    by = asked[["rate_quota", "needs_senior"]].groupby(_occasion_key(asked))
    wanted = by.sum().astype("float64").reindex(_occasion_key(touches)).set_axis(touches.index)
    asks: dict[int, list[str]] = {}
    shared = touches["takes_shared"].to_numpy(dtype=bool)
    if Resource.RATE_QUOTA in limited:
        yuan = np.ceil(wanted["rate_quota"].fillna(0.0)).to_numpy().astype("int64")
        for row in np.flatnonzero(shared & (yuan != 0)).tolist():
            asks[row] = [f"{Resource.RATE_QUOTA.value}:{yuan[row]}"]
    visit = (touches["channel"] == Channel.VISIT.value).to_numpy()
    for row in np.flatnonzero(shared & visit & (wanted["needs_senior"] > 0).to_numpy()).tolist():
        asks.setdefault(row, []).append(f"{Resource.SENIOR.value}:1")
    text = np.full(len(touches), "", dtype=object)
    text[list(asks)] = [";".join(asked) for asked in asks.values()]
    return pd.Series(text, index=touches.index, dtype="str")
