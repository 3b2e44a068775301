"""Every touch that could be planned: which purposes it serves, when, and what it adds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from campaign.plan.response import touch_sequence, touch_shares
from campaign.settings import ResponseRules
from campaign.vocabulary import CANDIDATES, PURPOSES, Channel, Resource

MAIN, SECOND = 0, 1
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
    nothing_done = pd.Series("", index=gains.index)
    planned = gains[gains["occasion"] >= MAIN].assign(done=gains.get("done", nothing_done))
    is_outing = planned["is_outing"]
    text = planned["is_prospect"].map({True: rules.prospect_touches, False: rules.existing_touches})
    text = text.mask(is_outing, Channel.VISIT.label)
    parts = []
    for (sequence, done), some in planned.groupby([text, "done"], sort=True):
        left = what_is_left(str(sequence), str(done), rules)
        parts.append(_touches(occasion_windows(some), left, days, rules.gap_days))
    parts = [part for part in parts if len(part)]
    if not parts:
        return CANDIDATES.empty(), PURPOSES.empty()
    touches = pd.concat(parts, ignore_index=True).sort_values("candidate_id", ignore_index=True)
    touches["resources"] = _resources(touches, gains, limited)
    return _valued(touches, gains)


def _valued(touches: pd.DataFrame, gains: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return tables CANDIDATES and PURPOSES of touches in the order of their ids."""
    keys = ["customer_id", "occasion"]
    rows = touches[[*keys, "share"]].assign(row=np.arange(len(touches)))
    purposes = rows.merge(gains, on=keys).sort_values(["row", "opportunity_id"], ignore_index=True)
    purposes["value"] = purposes["gain"] * purposes["share"]
    purposes["candidate_id"] = touches["candidate_id"].to_numpy()[purposes["row"].to_numpy()]
    value = np.bincount(purposes["row"], purposes["value"], len(touches))
    unknown = purposes["value"] * purposes.get("spread", 0.0)
    spread = np.bincount(purposes["row"], unknown, len(touches))
    spread = np.divide(spread, value, out=np.zeros(len(touches)), where=value > 0)
    candidates = CANDIDATES.conform(touches.assign(value=value.round(2), spread=spread))
    return CANDIDATES.check(candidates), PURPOSES.check(PURPOSES.conform(purposes))


def assign_occasions(gains: pd.DataFrame, common_days: int) -> pd.Series:
    """Return for each purpose the occasion on which a visit serves it: MAIN, SECOND or -1.

    A customer's greatest gain leads the main occasion. A purpose joins an occasion if the
    window they share has at least `common_days` working days, or as many as the occasion
    has; the first that cannot join leads the second one; -1 fits neither.

    Args:
        gains: customer_id, first, last (numbers of working days), a customer's purposes in
            falling order of gain.
        common_days: Working days that a shared window needs.
    """
    customer = pd.factorize(gains["customer_id"])[0]
    rank = gains.groupby("customer_id", sort=False).cumcount().to_numpy()
    first, last = gains["first"].to_numpy(), gains["last"].to_numpy()
    shape = (int(customer.max(initial=-1)) + 1, 2)
    low, high = np.zeros(shape, dtype=np.int64), np.full(shape, np.iinfo(np.int32).max)
    led = np.zeros(shape, dtype=bool)
    occasion = np.full(len(gains), -1)
    for turn in range(int(rank.max(initial=-1)) + 1):
        rows = np.flatnonzero(rank == turn)
        for number in (MAIN, SECOND):
            whose = customer[rows]
            start = np.maximum(low[whose, number], first[rows])
            stop = np.minimum(high[whose, number], last[rows])
            needed = np.minimum(high[whose, number] - low[whose, number] + 1, common_days)
            joins = ~led[whose, number] | (stop - start + 1 >= needed)
            occasion[rows[joins]] = number
            low[whose[joins], number] = start[joins]
            high[whose[joins], number] = stop[joins]
            led[whose[joins], number] = True
            rows = rows[~joins]
    return pd.Series(occasion, index=gains.index)


def occasion_windows(gains: pd.DataFrame) -> pd.DataFrame:
    """Return one row a customer: manager, branch, and first and last day of each occasion."""
    by = gains.groupby(["customer_id", "occasion"], sort=True)
    first = by["first"].max().unstack().add_prefix("first_")
    last = by["last"].min().unstack().add_prefix("last_")
    who = gains.groupby("customer_id", sort=True)[["manager_id", "branch"]].first()
    return who.join(first).join(last).reset_index()


def stagger(
    first: np.ndarray, last: np.ndarray, days: np.ndarray, gap_days: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return windows (customers x touches) that leave `gap_days` between touches in order.

    A touch that finds no day after the ones before it is dropped. Whatever days the kept
    ones take inside their windows, each still leaves room for the others.

    Returns:
        First days, last days (numbers of working days), and which touches are kept.
    """
    first, last = first.astype(np.int64), last.astype(np.int64)
    kept = np.zeros(first.shape, dtype=bool)
    number = days.astype("datetime64[D]").astype(np.int64)
    ready = np.full(len(first), number[0])
    for touch in range(first.shape[1]):
        start = np.maximum(first[:, touch], np.searchsorted(number, ready))
        fits = start <= last[:, touch]
        kept[:, touch] = fits
        first[fits, touch] = start[fits]
        ready[fits] = number[start[fits]] + gap_days
    due = np.full(len(first), number[-1])
    for touch in reversed(range(first.shape[1])):
        stop = np.minimum(last[:, touch], np.searchsorted(number, due, side="right") - 1)
        fits = kept[:, touch]
        last[fits, touch] = stop[fits]
        due[fits] = number[stop[fits]] - gap_days
    return first, last, kept


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
    kept_main = early.loc[early["occasion"] == MAIN, "customer_id"]
    crowded = before & ~windows["customer_id"].isin(kept_main)
    early = early[early["customer_id"].isin(kept_main)]
    late = in_order(windows[has_second & ~before], *left.main, left.second)
    plain = in_order(windows[~has_second | crowded], *left.main)
    return pd.concat([early, late, plain], ignore_index=True)


def _in_order(
    windows: pd.DataFrame, slots: tuple[Slot, ...], done: int, days: np.ndarray, gap_days: int
) -> pd.DataFrame:
    """Return the touches of these slots, numbered on from those done."""
    if not slots:
        return pd.DataFrame(columns=["customer_id", "occasion"])
    first = np.column_stack([windows[f"first_{slot.occasion}"] for slot in slots])
    last = np.column_stack([windows[f"last_{slot.occasion}"] for slot in slots])
    first, last, kept = stagger(first, last, days, gap_days)
    row, column = np.nonzero(kept)
    letters = np.array([CHANNEL_LETTER[slot.channel] for slot in slots])[column]
    touch = done + np.cumsum(kept, axis=1)[row, column]
    customer = windows["customer_id"].iloc[row].reset_index(drop=True)
    names = [f"{c}-{letter}{t}" for c, letter, t in zip(customer, letters, touch, strict=True)]
    return pd.DataFrame(
        {
            "candidate_id": pd.Series(names, dtype="str"),
            "customer_id": customer,
            "manager_id": windows["manager_id"].to_numpy(dtype=object)[row],
            "owner": windows["branch"].to_numpy(dtype=object)[row],
            "touch": touch,
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
    asked = gains.groupby(["customer_id", "occasion"])[["rate_quota", "needs_senior"]]
    sums = asked.sum().astype("float64")
    wanted = touches[["customer_id", "occasion"]].merge(
        sums, left_on=["customer_id", "occasion"], right_index=True, how="left"
    )
    text = pd.Series("", index=touches.index, dtype="str")
    visit = touches["channel"] == Channel.VISIT.value
    if Resource.RATE_QUOTA in limited:
        yuan = np.ceil(wanted["rate_quota"].fillna(0.0)).astype("int64").astype("str")
        uses = touches["takes_shared"] & (yuan != "0")
        text = text.mask(uses, f"{Resource.RATE_QUOTA.value}:" + yuan + ";")
    uses = touches["takes_shared"] & visit & (wanted["needs_senior"] > 0)
    text = text.mask(uses, text + f"{Resource.SENIOR.value}:1;")
    return text.str.rstrip(";")
