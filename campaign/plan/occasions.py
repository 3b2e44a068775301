"""Occasions: which purposes one visit serves, and windows that leave room between touches."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.growth.keys import first_known, runs

MAIN, SECOND = 0, 1


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
    """Return one row a customer: his number, manager, branch, first and last day of each occasion.

    Days are unknown where a customer has no such occasion; `gains` come by customer.
    """
    customer = gains["customer_id"].cat.codes.to_numpy()
    starts = runs(customer)
    windows = {"customer": customer[starts].astype(np.int64)}
    occasion = gains["occasion"].to_numpy()
    for number in (MAIN, SECOND):
        own = occasion == number
        if number == SECOND and not own.any():
            continue
        has = np.logical_or.reduceat(own, starts)
        first = np.maximum.reduceat(np.where(own, gains["first"], -np.inf), starts)
        last = np.minimum.reduceat(np.where(own, gains["last"], np.inf), starts)
        windows[f"first_{number}"] = np.where(has, first, np.nan)
        windows[f"last_{number}"] = np.where(has, last, np.nan)
    who = {name: first_known(gains[name], starts) for name in ("manager_id", "branch")}
    return pd.DataFrame({**windows, **who})


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
