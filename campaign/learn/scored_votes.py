"""行业研判 judged: in the course of a season by its returns, afterwards by the next ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from campaign.growth.trades import TradeBook, recognise, trade_book
from campaign.growth.votes import score_votes
from campaign.learn.clock import season_span
from campaign.learn.past_season import PastSeason
from campaign.learn.season import prior_season
from campaign.learn.update import chance_of, segments_of, touched_people
from campaign.learn.weeks import campaign_weeks
from campaign.settings import IndustryRules, Settings
from campaign.vocabulary import VOTE_SCORES, Source

BANK = ""


@dataclass(frozen=True)
class SeasonSoFar:
    """What a running campaign knows when votes are judged.

    Attributes:
        touches: Touches done, as `update.season_cases` takes them.
        opportunities: Table OPPORTUNITIES of the plan.
        rates: Table RATES that the plan was made with.
        day: The last day of which results are known.
    """

    touches: pd.DataFrame
    opportunities: pd.DataFrame
    rates: pd.DataFrame
    day: date


def votes_so_far(votes: pd.DataFrame, season: SeasonSoFar, settings: Settings) -> pd.DataFrame:
    """Return who judged well so far (table VOTE_SCORES); empty before anybody was lent to.

    Args:
        votes: Table VOTES as cast before the season.
        season: What came back up to a day.
        settings: [industry] for the scale, [learn] and [response] for what a touch promised.
    """
    trades = trade_book(prior_season(settings.learn), settings.industry.words)
    return _scores(votes, trade_results(season, trades, settings), trades, settings.industry)


def votes_of_past(seasons: Sequence[PastSeason], settings: Settings) -> pd.DataFrame:
    """Return who judged well in past seasons (table VOTE_SCORES), by what the next ledgers show.

    Old customers whose balance grew by more than the threshold in the season came; what the
    season table without votes expects of a trade is its mean index over those weeks.

    Args:
        seasons: Pairs of ledgers; only those whose older one has votes say anything.
        settings: [industry] for the scale, [learn] and [campaign] for the season.
    """
    told = [season for season in seasons if len(season.pair.old.votes)]
    if not told:
        return VOTE_SCORES.empty()
    table = prior_season(settings.learn)
    trades = trade_book(table, settings.industry.words)
    people = pd.concat([_grown_by_trade(season, table, trades, settings) for season in told])
    votes = pd.concat([season.pair.old.votes for season in told], ignore_index=True)
    return _scores(votes, people, trades, settings.industry)


def _scores(
    votes: pd.DataFrame, people: pd.DataFrame, trades: TradeBook, rules: IndustryRules
) -> pd.DataFrame:
    """Return table VOTE_SCORES by what came of each trade's people; empty where nothing did."""
    if not people["came"].sum():
        return VOTE_SCORES.empty()
    return score_votes(votes, trades, trade_lifts(people, rules), rules)


def _grown_by_trade(
    season: PastSeason, table: pd.DataFrame, trades: TradeBook, settings: Settings
) -> pd.DataFrame:
    """Return trade, branch, expected (up to a factor) and came of each old customer."""
    span = season_span(season.pair.old.as_of, season.pair.new.as_of, settings.campaign)
    first, last = campaign_weeks(pd.Series([span.start, span.stop]))
    rows = table[table["week"].between(first, last)]
    trade_of = {name: trade for trade, names in trades.trade_rows.items() for name in names}
    trade = rows["sub_industry"].map(trade_of).fillna(rows["industry_code"])
    height = rows.groupby([trade, rows["week"]])["index"].max().groupby(level=0).mean()
    events = season.events.set_index("customer_id")
    day = events["event_date"]
    grew = events["topped_up"].eq(True) & (day.isna() | day.between(span.start, span.stop))
    people = season.customers.assign(trade=recognise(season.customers, trades))
    people = people.assign(
        came=people["customer_id"].map(grew).eq(True).astype("float64"),
        expected=people["trade"].map(height).fillna(1.0),
    )
    return people[["trade", "branch", "expected", "came"]]


def trade_results(season: SeasonSoFar, trades: TradeBook, settings: Settings) -> pd.DataFrame:
    """Return trade, branch, expected and came of everybody touched for the demand of his trade.

    The rates that expected it know no votes, so the two can be compared.
    """
    rows = season.opportunities
    rows = rows[rows["source"].eq(Source.INDUSTRY.value)].drop_duplicates("customer_id")
    people = touched_people(season.touches, season.rates, season.day, settings, segments_of(rows))
    people = people[people["source"].eq(Source.INDUSTRY.value)]
    kinds = rows[["sub_industry", "industry_code"]].drop_duplicates()
    words = kinds.assign(main_business=kinds["sub_industry"], customer_name=None, industry=None)
    kinds = kinds.assign(trade=recognise(words, trades))
    rows = rows[["customer_id", "branch", "sub_industry", "industry_code"]].merge(
        kinds, on=["sub_industry", "industry_code"]
    )
    people = people.merge(rows, on="customer_id")
    people["expected"] = chance_of(people) * people["exposure"]
    return people[["trade", "branch", "expected", "came"]]


def trade_lifts(people: pd.DataFrame, rules: IndustryRules) -> pd.DataFrame:
    """Return how many times as strong as expected each trade was, against all trades together.

    A campaign that goes badly as a whole makes no trade weak. Few customers say little, so a
    trade leans on 1 and a branch on the bank's trade: both differ by a vote's step or so.

    Args:
        people: trade, branch, expected and came (loans) of whoever was touched.
        rules: `vote_weight`, the size of a step.

    Returns:
        trade, branch (empty: the whole bank), lift; none for the unknown trade.

    Formula:
        pace = sum of came / sum of expected; k = 1 / vote_weight²;
        lift of a trade = (k + came) / (k + pace x expected);
        of a branch = (k x lift of the trade + came) / (k + pace x expected)

    Source:
        Gamma-Poisson; docs/method.md#update.

    Example:
        Of 20 loans hoped for 20 came, 15 of them 烟酒 where 10 were hoped for; k = 1 / 0.2²:

        >>> people = pd.DataFrame({"trade": ["烟酒零售", "塔吊"], "branch": ["城关", "城关"],
        ...     "expected": [10.0, 10.0], "came": [15.0, 5.0]})
        >>> lifts = trade_lifts(people, IndustryRules(vote_weight=0.2))
        >>> lifts[lifts["branch"] == ""].set_index("trade")["lift"].round(3).to_dict()
        {'塔吊': 0.857, '烟酒零售': 1.143}
    """
    weight = 1 / max(rules.vote_weight, 1e-9) ** 2
    pace = people["came"].sum() / people["expected"].sum() if len(people) else 1.0
    known = people[people["trade"].fillna("").ne("")]
    bank = known.groupby("trade", as_index=False)[["expected", "came"]].sum()
    bank["lift"] = (weight + bank["came"]) / (weight + pace * bank["expected"])
    own = known.groupby(["trade", "branch"], as_index=False)[["expected", "came"]].sum()
    whole = own["trade"].map(bank.set_index("trade")["lift"])
    own["lift"] = (weight * whole + own["came"]) / (weight + pace * own["expected"])
    table = pd.concat([bank.assign(branch=BANK), own], ignore_index=True)
    return table[["trade", "branch", "lift"]]
