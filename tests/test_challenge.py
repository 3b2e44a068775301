"""Challenges to quotas: how they are written, what of them is accepted, and who bears the rest."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from campaign.errors import SettingsError
from campaign.plan.capacity import action_days, find_capacity
from campaign.plan.challenge import accepted_share, challenge_findings, challenges_of
from campaign.plan.scenario import challenge_effects
from campaign.settings import Settings
from campaign.vocabulary import OUTLOOK
from tests.builders_plan import campaign, staff
from tests.builders_render import make_campaign_plan


def test_part_and_reason_are_read():
    read = challenges_of("A1 70% 产假两周、A2：0.5；A3 100％ 片区拆迁")
    assert [(c.manager_id, c.share, c.reason) for c in read] == [
        ("A1", 0.7, "产假两周"),
        ("A2", 0.5, ""),
        ("A3", 1.0, "片区拆迁"),
    ]


@pytest.mark.parametrize("text", ["A1", "A1 产假", "A1 120%", "A1 70% 产假、A1 80%", "70%"])
def test_what_names_no_manager_or_no_part_is_refused(text):
    with pytest.raises(SettingsError, match=r"quotas\.challenges"):
        challenges_of(text)


def test_a_manager_is_asked_for_the_part_of_his_days_that_was_accepted():
    people = staff({"manager_id": "A1"}, {"manager_id": "A2"})
    window, rules = campaign(), Settings().capacity
    accepted = accepted_share("A1 50%", people["manager_id"])
    rows = find_capacity(people, action_days(window, rules), window, rules, accepted)
    visits = rows[rows["resource"] == "visits"].groupby("owner")["amount"].sum()
    assert visits["A1"] == pytest.approx(visits["A2"] / 2, abs=0.5)


def test_what_was_accepted_is_said_with_its_reason_and_strangers_are_named():
    accepted, unknown = challenge_findings("M1 60% 产假、X9 50%", staff())
    assert "M1 按 60% 安排（产假）" in accepted.message
    assert "X9 不在在岗名单内" in unknown.message


def test_the_effect_shows_who_challenged_his_branch_and_whose_task_rises():
    before = make_campaign_plan(managers=3, customers=4)
    people = before.managers.assign(branch="城东支行")
    outlook = OUTLOOK.conform(pd.DataFrame({"level": ["bank"], "subject": ["bank"]}))
    before = dataclasses.replace(before, managers=people, outlook=outlook)
    first, second, third = people["manager_id"]
    target = people["amount_target"] + [-300.0, 300.0, 0.0]
    eased = Settings().with_values({"quotas": {"challenges": f"{first} 50% 产假"}})
    after = dataclasses.replace(
        before, managers=people.assign(amount_target=target), settings=eased
    )
    found = challenge_effects(before, after).set_index("subject")
    assert found.index.tolist() == [first, second, "城东支行", "bank"]
    moved = (found["target"] - found["target_before"])[[first, second]]
    assert moved.tolist() == [-300.0, 300.0]
    assert challenge_effects(before, before).empty
    assert third not in found.index
