"""What the page of the review says of the season's lessons: rates before and now, votes."""

from __future__ import annotations

import pandas as pd

from campaign.render.formats import count_text, is_unknown, label_of, percent_text
from campaign.render.review_fields import RateRow, VoteRow
from campaign.vocabulary import Source

WHOLE = ""


def rate_rows(rates: pd.DataFrame) -> tuple[RateRow, ...]:
    """Return the sources with somebody touched (table RATES_UPDATED), in their order."""
    whole = rates[rates["segment"].fillna(WHOLE).eq(WHOLE) & rates["tried"].gt(0)]
    return tuple(
        RateRow(
            label_of(Source, row["source"]),
            percent_text(row["before"]),
            percent_text(row["after"]),
            f"{percent_text(row['low'])} 至 {percent_text(row['high'])}",
            count_text(row["tried"]),
            f"{row['won']:,.1f}",
        )
        for row in whole.to_dict("records")
    )


def vote_rows(scores: pd.DataFrame) -> tuple[VoteRow, ...]:
    """Return who judged trades (table VOTE_SCORES), the best first."""
    ordered = scores.sort_values(
        ["weight", "branch", "voter"], ascending=[False, True, True], kind="stable"
    )
    return tuple(
        VoteRow(
            " ".join(str(part) for part in (row["branch"], row["voter"]) if not is_unknown(part)),
            count_text(row["votes"]),
            count_text(row["hits"]),
            f"{row['error']:.2f}",
            f"{row['weight']:.2f}",
        )
        for row in ordered.to_dict("records")
    )
