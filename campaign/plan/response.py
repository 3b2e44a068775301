"""What another touch is worth: a curve of effect, and the opportunities under a plan."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pandas as pd

from campaign.errors import SettingsError
from campaign.settings import ResponseRules
from campaign.vocabulary import Channel


def effect(dose: float, rules: ResponseRules) -> float:
    """Return the part of the reachable effect that a dose of touches has (1 = one visit).

    Formula:
        S(d) = 1 - (1 - visit_share) ^ (d ^ steepness); the effect is the concave envelope
        of S: a straight line from the origin up to the point where it touches S, S beyond

    Source:
        Set by assumption (示例假设) until the bank's own log says more;
        docs/method.md#response.

    Example:
        One visit has 60 % of the effect, two visits more, never all of it:

        >>> from campaign.settings import ResponseRules
        >>> rules = ResponseRules(visit_share=0.6, steepness=1.0)
        >>> [round(effect(dose, rules), 3) for dose in (0, 1, 2)]
        [0.0, 0.6, 0.84]
    """
    touching = _touching_dose(rules)
    if dose >= touching:
        return _curve(dose, rules)
    return dose * _curve(touching, rules) / touching


def effects(doses: np.ndarray, rules: ResponseRules) -> np.ndarray:
    """Return `effect` of each of many doses.

    Example:
        >>> rules = ResponseRules(visit_share=0.6, steepness=1.2)
        >>> doses = np.array([0.1, 0.25, 1.0, 2.0])
        >>> bool(np.allclose(effects(doses, rules), [effect(dose, rules) for dose in doses]))
        True
    """
    touching = _touching_dose(rules)
    curve = 1.0 - (1.0 - rules.visit_share) ** (doses**rules.steepness)
    if touching <= 0:
        return np.asarray(curve)
    line = doses * (_curve(touching, rules) / touching)
    return np.asarray(np.where(doses >= touching, curve, line))


def touch_shares(touches: Sequence[Channel], rules: ResponseRules) -> tuple[float, ...]:
    """Return what each touch of a sequence adds to the effect; they sum to at most 1.

    Each touch adds less for its dose than the one before, so the best visits of all
    customers can be chosen one by one.

    Example:
        >>> from campaign.settings import ResponseRules
        >>> rules = ResponseRules(visit_share=0.6, call_dose=0.25, steepness=1.0)
        >>> [round(s, 3) for s in touch_shares([Channel.VISIT, Channel.CALL], rules)]
        [0.6, 0.082]
    """
    doses = [rules.call_dose if touch is Channel.CALL else 1.0 for touch in touches]
    reached = [effect(float(total), rules) for total in np.cumsum([0.0, *doses])]
    return tuple(after - before for before, after in zip(reached, reached[1:], strict=False))


def touch_sequence(text: str) -> tuple[Channel, ...]:
    """Return the channels of a setting such as 走访、走访、电话.

    Raises:
        SettingsError: A word is neither 走访 nor 电话, or there is none.
    """
    words = [word for word in re.split(r"[、,，;；\s]+", text) if word]
    channels = [Channel.of_label(word) for word in words]
    if not channels or None in channels:
        raise SettingsError(f"触达次序读到“{text}”，只能写走访、电话。", "例如：走访、走访、电话。")
    return tuple(channel for channel in channels if channel is not None)


def reached_by_done(
    opportunities: pd.DataFrame, done: pd.DataFrame, rules: ResponseRules
) -> pd.Series:
    """Return what touches done already have of the reachable effect, by opportunity_id.

    Args:
        opportunities: Table OPPORTUNITIES.
        done: Table DONE_TOUCHES.
        rules: Response settings.
    """
    dose = done["channel"].map({Channel.VISIT.value: 1.0, Channel.CALL.value: rules.call_dose})
    doses = dose.groupby(done["customer_id"]).sum()
    rows = opportunities[opportunities["customer_id"].isin(doses.index)]
    reached = rows["customer_id"].map(doses.map(lambda given: effect(given, rules)))
    return reached.set_axis(rows["opportunity_id"]).astype("float64")


def with_touched(
    opportunities: pd.DataFrame, planned: pd.DataFrame, reached: pd.Series | None = None
) -> pd.DataFrame:
    """Return the opportunities with the probability and the amount expected under a plan.

    Formula:
        probability = natural + (full - natural) x sum of the shares of the touches planned;
        expected = amount x probability, rounded to the fen

    Args:
        opportunities: Table OPPORTUNITIES.
        planned: Rows of table PURPOSES: which planned touch serves which opportunity, with its
            share.
        reached: What `reached_by_done` returned; None where nothing was done yet.

    Returns:
        Table OPPORTUNITIES; one without a touch keeps its natural probability.
    """
    ids = pd.Index(opportunities["opportunity_id"])
    share = planned["share"].groupby(ids.get_indexer(pd.Index(planned["opportunity_id"]))).sum()
    if reached is not None and len(reached):
        known = reached[reached.index.isin(ids)]
        share = share.add(known.set_axis(ids.get_indexer(known.index)), fill_value=0.0)
    part = share.reindex(range(len(ids))).fillna(0.0).clip(upper=1.0).set_axis(opportunities.index)
    natural, full = opportunities["natural_probability"], opportunities["full_probability"]
    probability = natural + (full - natural) * part
    return opportunities.assign(
        probability=probability, expected=(opportunities["amount"] * probability).round(2)
    )


def _curve(dose: float, rules: ResponseRules) -> float:
    return _reached(dose, rules.visit_share, rules.steepness)


def _reached(dose: float, visit_share: float, steepness: float) -> float:
    return float(1.0 - (1.0 - visit_share) ** (dose**steepness))


def _touching_dose(rules: ResponseRules) -> float:
    """Return the dose at which the line from the origin touches the curve (S(d)/d greatest)."""
    return _touching(rules.visit_share, rules.steepness)


@lru_cache(maxsize=1024)
def _touching(visit_share: float, steepness: float) -> float:
    if steepness <= 1.0:
        return 0.0
    low, high = 0.0, 1.0
    while _rising(high, visit_share, steepness):
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _rising(middle, visit_share, steepness) else (low, middle)
    return high


def _rising(dose: float, visit_share: float, steepness: float) -> bool:
    """Return whether S(d)/d still rises at a dose: d S'(d) > S(d)."""
    lost = 1.0 - _reached(dose, visit_share, steepness)
    power = -np.log1p(-visit_share) * dose**steepness
    return bool(steepness * power * lost > 1.0 - lost)
