"""Who was visited or called on which day of the last twelve months."""

from datetime import date

import numpy as np
import pandas as pd

from campaign.synthetic.county import off_holiday
from campaign.synthetic.customers import Town, need_of
from campaign.synthetic.streams import Streams

# Touches a customer and year in and outside the season, before what makes managers choose.
SEASON_VISITS, SEASON_CALLS = 0.47, 0.77
OTHER_VISITS, OTHER_CALLS = 0.47, 0.50


def draw_touches(
    town: Town, customers: pd.DataFrame, streams: Streams, as_of: date
) -> pd.DataFrame:
    """Return touches: customer (row), day, is_visit; sorted by day.

    Managers go to the bigger, the warmer and those in season, as people do; new managers
    call more than they visit.
    """
    need = np.log(need_of(town, customers))
    pull = 0.35 * (need - need.mean()) + 0.3 * customers["warmth"] + 0.2 * customers["appetite"]
    liking = np.exp(np.clip(pull, -1.5, 1.5)).to_numpy()
    is_new = town.managers["is_new"].to_numpy()[customers["manager_row"]]
    today = np.datetime64(as_of, "D")
    last_year = today - 365
    season = (last_year + 1, last_year + 135)
    other = (last_year + 136, today - 1)
    parts = []
    for name, span, rate, is_visit in (
        ("season visits", season, SEASON_VISITS, True),
        ("season calls", season, SEASON_CALLS, False),
        ("other visits", other, OTHER_VISITS, True),
        ("other calls", other, OTHER_CALLS, False),
    ):
        bent = np.where(is_new, 0.7 if is_visit else 1.4, 1.0)
        luck = streams(name)
        many = luck.poisson(rate * liking * bent)
        who = np.repeat(np.arange(len(customers)), many)
        length = int((span[1] - span[0]).astype(int)) + 1
        day = span[0] + luck.integers(0, length, len(who)).astype("timedelta64[D]")
        parts.append(pd.DataFrame({"customer": who, "day": off_holiday(day), "is_visit": is_visit}))
    touches = pd.concat(parts, ignore_index=True)
    return touches.sort_values(["day", "customer", "is_visit"], kind="stable", ignore_index=True)
