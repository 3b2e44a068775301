"""The tables of growth and plan for `builders_render`: every amount follows from a number."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd

from campaign.festival import CampaignWindow, campaign_week, week_start
from campaign.vocabulary import (
    BRANCH_PLANS,
    CANDIDATES,
    CAPACITY,
    HEADROOM,
    LEFT_OUT,
    MANAGER_PLANS,
    OPPORTUNITIES,
    QUOTAS,
    REFINANCE,
    RUN_OFF,
    SCREEN,
    STAFF,
    TOUCHES,
    Table,
)

CAPS = ("cap_repayment", "cap_sales", "cap_net_assets", "cap_guarantee", "cap_step")
Row = dict[str, Any]


def plan_tables(
    staff: list[Row], people: list[Row], strangers: list[Row], window: CampaignWindow
) -> dict[str, tuple[Table, pd.DataFrame]]:
    """Return each table of a plan with its frame, by name."""
    opportunities = [row for c in people for row in _opportunities(c, window)]
    opportunities += [_prospect_opportunity(p, window) for p in strangers]
    for number, row in enumerate(opportunities):
        row["opportunity_id"] = f"{row['source'][0].upper()}{number:05d}"
        row["expected"] = round(row["amount"] * row["probability"], 2)
    touches = _touches(staff, opportunities, window)
    run_off = [_run_off(c) for c in people if c["number"] % 3 == 0]
    managers = [_manager_plan(m, staff, touches, opportunities, run_off, window) for m in staff]
    rows: dict[Table, list[Row]] = {
        SCREEN: [_screened(c) for c in people],
        HEADROOM: [_headroom(c) for c in people],
        REFINANCE: [_refinance(c) for c in people if c["number"] % 4 == 1],
        RUN_OFF: run_off,
        OPPORTUNITIES: opportunities,
        LEFT_OUT: [_left_out(c) for c in people if c["number"] % 5 == 4],
        STAFF: [_staff(m, managers) for m in staff],
        TOUCHES: touches,
        QUOTAS: _quotas(staff, touches, window),
        MANAGER_PLANS: managers,
        BRANCH_PLANS: _branch_plans(managers, people, opportunities),
        CANDIDATES: [_candidate(t) for t in touches],
        CAPACITY: [_capacity(m, window) for m in staff],
    }
    return {t.name: (t, t.check(t.conform(pd.DataFrame(found)))) for t, found in rows.items()}


def _screened(customer: Row) -> Row:
    k = customer["number"]
    yellow, red = k % 5 == 2, k % 9 == 8
    return {
        "customer_id": customer["customer_id"],
        "signal": "red" if red else "yellow" if yellow else "green",
        "reasons": "本金逾期 5 天" if red else "近两月征信查询 7 次" if yellow else "",
        "fired": 1.0 if red or yellow else 0.0,
        "passed": 6.0,
        "not_checked": "对外担保；涉诉" if k % 2 else "",
        "unchecked": 2.0 if k % 2 else 0.0,
        "source_rows": f"借据!{k + 2}",
    }


def _headroom(customer: Row) -> Row:
    k = customer["number"]
    red = k % 9 == 8
    caps = {cap: 120_000.0 + 10_000 * k + 25_000 * place for place, cap in enumerate(CAPS)}
    return {
        **{name: customer[name] for name in ("customer_id", "manager_id", "branch")},
        "exposure": 300_000.0 + 10_000 * k,
        "limit": 300_000.0 + 10_000 * k,
        "balance": 200_000.0 + 10_000 * k,
        "undrawn": 100_000.0,
        "other_debt": 150_000.0 if k % 4 == 1 else 0.0,
        **caps,
        "binding_cap": CAPS[0],
        "headroom": 0.0 if red else caps[CAPS[0]],
        "new_money": 0.0 if red else caps[CAPS[0]],
        "over_inclusive": False,
        "signal": _screened(customer)["signal"],
        "not_checked": "营运资金；抵押物",
        "grade": "ABC"[k % 3],
        "reason": f"偿债能力上限最低；上次授信以来结清 {k % 3} 期，无逾期",
        "source_rows": f"借据!{k + 2};客户信息!{k + 2}",
    }


def _refinance(customer: Row) -> Row:
    status = ("planned", "needs_consent", "later", "excluded")[customer["number"] // 4 % 4]
    return {
        **{name: customer[name] for name in ("customer_id", "manager_id", "branch")},
        "lender": "邻县村镇银行",
        "balance": 150_000.0,
        "amount": 120_000.0,
        "other_rate": 0.0685,
        "rate_estimated": True,
        "our_rate": 0.0485,
        "gross_saving": 2_400.0,
        "switch_cost": 600.0,
        "net_saving": 1_800.0,
        "maturity_date": date(2027, 3, 20),
        "window_start": date(2027, 1, 4),
        "window_end": date(2027, 2, 28),
        "willingness": 3.0,
        "status": status,
        "needs_senior": False,
        "grade": "B",
        "reason": "客户上次走访时嫌他行利率高，2027-03-20 到期",
        "source_rows": f"他行!{customer['number'] + 2}",
    }


def _run_off(customer: Row) -> Row:
    k = customer["number"]
    return {
        "loan_note_id": f"JJ{customer['customer_id']}",
        **{name: customer[name] for name in ("customer_id", "manager_id", "branch")},
        "maturity_date": date(2027, 1, 4) + timedelta(days=3 * k),
        "maturing": 200_000.0 + 10_000 * k,
        "scheduled": 0.0,
        "run_off": 200_000.0 + 10_000 * k,
        "renewable": k % 9 != 0,
        "renew_probability": 0.8,
        "renewed": 170_000.0 + 8_500 * k,
        "reason": "到期前可申请无还本续贷，五级分类正常",
        "source_rows": f"借据!{k + 2}",
    }


def _opportunities(customer: Row, window: CampaignWindow) -> list[Row]:
    k = customer["number"]
    named = ("customer_id", "manager_id", "branch", "industry_code", "sub_industry", "area")
    shared = {
        **{name: customer[name] for name in named},
        "is_prospect": False,
        "natural_probability": 0.05,
        "full_probability": 0.25,
        "probability": 0.17,
        "rate_quota": 0.0,
        "needs_senior": k == 10,
        "grade": "ABC"[k % 3],
        "source_rows": f"借据!{k + 2}",
        "window_start": window.start,
        "window_end": window.end,
    }
    row = _headroom(customer)
    found = []
    if row["headroom"] > 0 and k % 2 == 0:
        found.append(("top_up", row["headroom"], row["reason"]))
    if row["headroom"] > 0 and k % 5 < 2:
        found.append(("industry", 60_000.0, "节前备货要现款，上年同期用款 40 万元"))
    if k % 4 == 1 and _refinance(customer)["status"] == "planned":
        found.append(("refinance", 120_000.0, _refinance(customer)["reason"]))
    if k % 3 == 0:
        found.append(
            ("renewal", _run_off(customer)["maturing"], "到期前 30 天上门，续贷与增贷一次办")
        )
    if k % 3 == 1:
        found.append(("referral", 80_000.0, "在市场经营十年，同行多，上年介绍 2 户"))
    if k % 6 == 5:
        found.append(("draw", 100_000.0, "可用额度 10 万元未提"))
    return [{**shared, "source": s, "amount": a, "reason": r} for s, a, r in found]


def _prospect_opportunity(prospect: Row, window: CampaignWindow) -> Row:
    sources = {"external_list": "team", "own_visit": "industry", "referral": "referral"}
    return {
        "customer_id": prospect["prospect_id"],
        **{n: prospect[n] for n in ("manager_id", "branch", "industry_code", "area")},
        "sub_industry": "",
        "is_prospect": True,
        "source": sources[prospect["origin"]],
        "amount": 150_000.0,
        "natural_probability": 0.01,
        "full_probability": 0.08,
        "probability": 0.05,
        "rate_quota": 0.0,
        "needs_senior": False,
        "grade": "C",
        "reason": "市场走访时自留电话，尚未联系"
        if prospect["origin"] == "own_visit"
        else "外部名单，未联系过",
        "source_rows": "潜在客户名单!2",
        "window_start": window.start,
        "window_end": window.end,
    }


def _touches(staff: list[Row], opportunities: list[Row], window: CampaignWindow) -> list[Row]:
    touches = []
    days = window.working_days
    for manager in staff:
        mine: dict[str, list[Row]] = {}
        for row in opportunities:
            if row["manager_id"] == manager["manager_id"]:
                mine.setdefault(row["customer_id"], []).append(row)
        for number, (customer_id, found) in enumerate(sorted(mine.items())):
            called = found[0]["is_prospect"]
            day = days[min(number // (4 if called else 3), len(days) - 1)]
            touches.append(
                {
                    "candidate_id": f"{customer_id}-{'C' if called else 'V'}1",
                    "date": day,
                    "week": campaign_week(day, window.festival),
                    "manager_id": manager["manager_id"],
                    "customer_id": customer_id,
                    "channel": "call" if called else "visit",
                    "purposes": ";".join(row["source"] for row in found),
                    "value": sum(row["amount"] * 0.12 for row in found),
                    "area": found[0]["area"],
                    "companion": "1001" if manager["is_new"] and not called else "",
                }
            )
    return touches


def _candidate(touch: Row) -> Row:
    row = {name: touch[name] for name in ("candidate_id", "customer_id", "manager_id", "channel")}
    days = {"earliest": touch["date"], "latest": touch["date"]}
    return {**row, **days, "touch": 1, "value": touch["value"], "effort": 1, "resources": ""}


def _capacity(manager: Row, window: CampaignWindow) -> Row:
    return {
        "owner": manager["manager_id"],
        "resource": "visits",
        "period_start": window.start,
        "period_end": window.end,
        "amount": 4.0 * len(window.working_days),
    }


def _quotas(staff: list[Row], touches: list[Row], window: CampaignWindow) -> list[Row]:
    rows = []
    for manager in staff:
        for week in window.weeks:
            mine = [
                t for t in touches if (t["manager_id"], t["week"]) == (manager["manager_id"], week)
            ]
            visits = [t for t in mine if t["channel"] == "visit"]
            rows.append(
                {
                    "manager_id": manager["manager_id"],
                    "week": week,
                    "week_start": week_start(week, window.festival),
                    "visits": len(visits),
                    "calls": len(mine) - len(visits),
                    "referrals": len(visits) // 2,
                    "contacts": 10 if visits else 0,
                    "amount": sum(t["value"] for t in mine),
                }
            )
    return rows


def _manager_plan(
    manager: Row,
    staff: list[Row],
    touches: list[Row],
    opportunities: list[Row],
    run_off: list[Row],
    window: CampaignWindow,
) -> Row:
    number = manager["manager_id"]
    mine = [t for t in touches if t["manager_id"] == number]
    visits = sum(t["channel"] == "visit" for t in mine)
    leaving = [r for r in run_off if r["manager_id"] == number]
    growth = sum(
        o["expected"]
        for o in opportunities
        if o["manager_id"] == number and o["source"] != "renewal"
    )
    lost, kept = sum(r["run_off"] for r in leaving), sum(r["renewed"] for r in leaving)
    expected = round(growth + kept - lost, 2)
    return {
        **{n: manager[n] for n in ("manager_id", "manager_name", "branch", "is_new")},
        "customers": 20,
        "balance": 6_000_000.0,
        "working_days": len(window.working_days),
        "visits": visits,
        "calls": len(mine) - visits,
        "referrals": visits // 2,
        "contacts": 10 * max(1, visits // 6),
        "visit_capacity": 4.0 * len(window.working_days),
        "call_capacity": 12.0 * len(window.working_days),
        "run_off": lost,
        "renewed": kept,
        "growth": growth,
        "expected": expected,
        "amount_floor": round(expected - 100_000, 2),
        "amount_target": round(expected + 50_000, 2),
        "amount_stretch": round(expected + 250_000, 2),
        "area": manager["home_area"],
        "partner": staff[0]["manager_id"] if manager["is_new"] else "",
    }


def _staff(manager: Row, managers: list[Row]) -> Row:
    plan = next(m for m in managers if m["manager_id"] == manager["manager_id"])
    named = ("manager_id", "manager_name", "branch", "is_new", "customers", "balance", "partner")
    return {**{n: plan[n] for n in named}, "area": manager["home_area"], "leave_days": 0}


def _branch_plans(managers: list[Row], people: list[Row], opportunities: list[Row]) -> list[Row]:
    rows = []
    for branch in dict.fromkeys(m["branch"] for m in managers):
        mine = [m for m in managers if m["branch"] == branch]
        opening = sum(200_000.0 + 10_000 * c["number"] for c in people if c["branch"] == branch)
        sources = {
            source: sum(
                o["expected"]
                for o in opportunities
                if (o["branch"], o["source"]) == (branch, source)
            )
            for source in ("draw", "top_up", "refinance", "industry", "team", "referral")
        }
        net = sum(m["expected"] for m in mine)
        target = round(sum(m["amount_target"] for m in mine), 2)
        sums = ("run_off", "renewed", "visits", "calls", "visit_capacity", "call_capacity")
        rows.append(
            {
                "branch": branch,
                "managers": len(mine),
                "new_managers": sum(m["is_new"] for m in mine),
                "opening": opening,
                **{name: sum(m[name] for m in mine) for name in sums},
                **sources,
                "closing": round(opening + net, 2),
                "target": target,
                "gap": round(target - net, 2),
            }
        )
    return rows


def _left_out(customer: Row) -> Row:
    return {
        "customer_id": customer["customer_id"],
        "source": "top_up",
        "reason": "走访次数已排满，预计增益低于入选线",
        "value": 3_000.0 + 100 * customer["number"],
        "cut_off": 6_000.0,
    }
