"""What the season teaches while it runs: rates before and now, and who judged trades well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from campaign.learn.scored_votes import SeasonSoFar, votes_so_far
from campaign.learn.update import season_cases, segments_of, updated_rates
from campaign.progress.running import Running
from campaign.settings import Settings
from campaign.vocabulary import RATES


@dataclass(frozen=True)
class Lessons:
    """Tables: `rates` RATES_UPDATED, `votes` VOTE_SCORES."""

    rates: pd.DataFrame
    votes: pd.DataFrame


def touches_told(results: pd.DataFrame, issued: pd.DataFrame) -> pd.DataFrame:
    """Return the results with the purposes of their touches, as `learn` reads a season.

    Args:
        results: Table OUTCOMES.
        issued: Table ISSUED.
    """
    purposes = issued.set_index("candidate_id")["purposes"]
    return results.assign(purposes=results["candidate_id"].map(purposes))


def rates_now(
    prior: pd.DataFrame,
    told: pd.DataFrame,
    opportunities: pd.DataFrame,
    day: date,
    settings: Settings,
) -> pd.DataFrame:
    """Return table RATES_UPDATED: the rates moved by what came back up to a day.

    Args:
        prior: Table RATES as before the season's results.
        told: As `touches_told` returns.
        opportunities: Table OPPORTUNITIES of those touched, for their segments.
        day: The last day of which results are known.
        settings: [learn] and [response].
    """
    cases = season_cases(told, prior, day, settings, segments_of(opportunities))
    return updated_rates(prior, cases, settings.learn)


def rates_of_rest(
    rates: pd.DataFrame, running: Running, settings: Settings, since: date | None
) -> pd.DataFrame:
    """Return table RATES for the rest of a campaign.

    Args:
        rates: Table RATES as the ledgers teach.
        running: The campaign so far.
        settings: [learn] and [response].
        since: Results up to this day are not counted, for the ledgers hold what came of
            them; None counts all.
    """
    told = touches_told(running.outcomes, running.issued)
    if since is not None:
        told = told[told["done_date"] > pd.Timestamp(since)]
    now = rates_now(rates, told, running.opportunities, running.day, settings)
    return RATES.check(RATES.conform(now))


def learn_so_far(votes: pd.DataFrame, season: SeasonSoFar, settings: Settings) -> Lessons:
    """Return what a season teaches up to a day.

    Args:
        votes: Table VOTES, cast before the season.
        season: What came back; its `rates` as before it.
        settings: [learn], [response] and [industry].
    """
    rates = rates_now(season.rates, season.touches, season.opportunities, season.day, settings)
    return Lessons(rates, votes_so_far(votes, season, settings))
