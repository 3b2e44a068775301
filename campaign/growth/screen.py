"""无明显恶化: which customers show no marked deterioration, and what was not checked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from campaign.book.loan_book import LoanBook
from campaign.growth.facts import screen_facts
from campaign.growth.keys import first_that_holds
from campaign.growth.portfolio import Portfolio, portfolio_of
from campaign.growth.screen_rules import COLUMNS, RULES
from campaign.growth.wording import both, listed
from campaign.settings import ScreenRules, rules_of
from campaign.vocabulary import SCREEN, SCREEN_RULES, Signal


@dataclass(frozen=True)
class Screening:
    """What the screen found: table SCREEN by customer, table SCREEN_RULES by rule."""

    customers: pd.DataFrame
    rules: pd.DataFrame


def screen_customers(
    book: LoanBook, rules: ScreenRules, portfolio: Portfolio | None = None
) -> pd.DataFrame:
    """Return table SCREEN: what `screen_book` found of each customer."""
    return screen_book(book, rules, portfolio).customers


def screen_book(
    book: LoanBook, rules: ScreenRules, portfolio: Portfolio | None = None
) -> Screening:
    """Say which customers show no marked deterioration (无明显恶化).

    Red stops, yellow asks or waits until after the festival, green goes on. A rule whose
    data is unknown neither fires nor passes: it is named in `not_checked`, and the columns
    that it lacks in `to_add`.

    Source:
        domain rules A7, each a setting of [screen]; docs/method.md#screen.

    Returns:
        One row a customer with a note in force, and one row a rule.
    """
    portfolio = portfolio or portfolio_of(book)
    facts = screen_facts(portfolio)
    answers = np.column_stack([rule.check(facts, rules).to_numpy(float) for rule in RULES])
    fired, passed, unknown = answers == 1, answers == 0, np.isnan(answers)
    red = fired[:, [rule.signal is Signal.RED for rule in RULES]].any(axis=1)
    yellow = fired.any(axis=1) & ~red
    names = [rule.name for rule in RULES]
    asks = np.array([rule.ask != "" for rule in RULES])
    table = pd.DataFrame(
        {
            "customer_id": portfolio.customers["customer_id"],
            "signal": first_that_holds(
                [red, yellow], [Signal.RED.value, Signal.YELLOW.value], Signal.GREEN.value
            ),
            "reasons": listed(fired, names),
            "fired": fired.sum(axis=1),
            "passed": passed.sum(axis=1),
            "passed_rules": listed(passed, names),
            "not_checked": listed(unknown, names),
            "unchecked": unknown.sum(axis=1),
            "to_add": listed(*_lacking(facts, unknown)),
            "asks": listed(fired & asks & yellow[:, None], [rule.ask for rule in RULES]),
            "source_rows": both(
                portfolio.customers["source_rows"], portfolio.customers["other_rows"]
            ),
        }
    )
    counts = _rule_rows(rules).assign(
        fired=fired.sum(axis=0), passed=passed.sum(axis=0), unchecked=unknown.sum(axis=0)
    )
    return Screening(
        SCREEN.check(SCREEN.conform(table)), SCREEN_RULES.check(SCREEN_RULES.conform(counts))
    )


def _lacking(facts: pd.DataFrame, unknown: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Return by customer which columns the unchecked rules lack, with their names."""
    labels = list(dict.fromkeys(COLUMNS.values()))
    lacking = np.zeros((len(facts), len(labels)), dtype=bool)
    for number, rule in enumerate(RULES):
        for fact in rule.facts:
            missing = facts[fact].isna().to_numpy() & unknown[:, number]
            lacking[:, labels.index(COLUMNS[fact])] |= missing
    return lacking, labels


def _rule_rows(rules: ScreenRules) -> pd.DataFrame:
    """Return each rule with its limit in words and its source."""
    known = rules_of(rules)
    rows = []
    for rule in RULES:
        setting = known.get(rule.setting)
        rows.append(
            {
                "rule": rule.name,
                "signal": rule.signal.value,
                "columns": "、".join(dict.fromkeys(COLUMNS[fact] for fact in rule.facts)),
                "limit": f"{setting.label}：{getattr(rules, rule.setting):g}{setting.unit}"
                if setting
                else "有即触发",
                "ask": rule.ask,
                "rule_source": setting.source if setting else rule.source,
            }
        )
    return pd.DataFrame(rows)
