"""A small whole CampaignPlan, made by hand for the tests of what people hold in their hands.

Every amount follows from the number of the manager and of the customer, so that a test can
say what a sheet must hold; nothing here estimates or plans.
"""

from __future__ import annotations

import dataclasses
import functools
from datetime import date, timedelta
from typing import Any

import pandas as pd

from campaign.festival import (
    CampaignWindow,
    campaign_window,
    load_calendar,
)
from campaign.findings import Finding
from campaign.growth.opportunities import Growth
from campaign.learn.conversion import prior_rates
from campaign.learn.season import prior_season
from campaign.plan.campaign_plan import Bridge, CampaignPlan, Forecast, PlanQuality
from campaign.plan.problem import VisitProblem
from campaign.settings import Settings
from campaign.vocabulary import (
    LEFT_OUT,
    PURPOSES,
    TOUCHED_CUSTOMERS,
    Severity,
    Table,
    Unit,
)
from tests.builders import AS_OF, make_book
from tests.builders_render_tables import plan_tables

BRANCHES = ("城东支行", "滨江支行", "开发区支行")
MANAGERS = ("陈立新", "王丽丽", "王丽丽", "周强", "欧阳小敏", "何建国")
PEOPLE = ("张国强", "李秀英", "王芳", "刘洋", "赵敏", "孙建军", "吴桂兰", "郑浩", "冯晓东", "邓红")
AREAS = ("东门农贸市场", "滨江建材城", "武松街道", "连庄镇")
TRADES = (
    ("5129", "年货干果炒货批发", "干果炒货批发"),
    ("5226", "烟酒零售（烟酒店）", "烟酒零售"),
    ("5030", "", "塔吊租赁"),
    ("5165", "", "建材批发"),
    ("6210", "", "餐饮"),
)
Row = dict[str, Any]


def make_campaign_plan(
    *, managers: int = 6, customers: int = 20, masked: bool = True, text: str | None = None
) -> CampaignPlan:
    """Return a plan with so many managers of so many customers each.

    Args:
        managers: At least one; the second and third bear one name.
        customers: Customers of each manager, and half as many prospects.
        masked: Value of the setting output.masked.
        text: Put in place of every name, address, remark and reason.
    """
    settings = Settings().with_values({"output": {"masked": masked}})
    window = campaign_window(AS_OF, settings.campaign, load_calendar())
    staff = [_manager(number) for number in range(managers)]
    people = [_customer(m, k) for m in staff for k in range(customers)]
    strangers = [_prospect(m, k) for m in staff for k in range(customers // 2)]
    tables = plan_tables(staff, people, strangers, window)
    book = make_book(
        loans=[_loan(c) for c in people],
        customers=[_without(c, "number", "manager_id", "manager_name", "branch") for c in people],
        managers=[_without(m, "number", "is_new") for m in staff],
        prospects=strangers,
        other_loans=[_other_loan(c) for c in people if c["number"] % 4 == 1],
    )
    findings = tuple(_findings())
    if text is not None:
        tables = {name: _with_text(table, frame, text) for name, (table, frame) in tables.items()}
        book = _book_with_text(book, text)
        findings = tuple(dataclasses.replace(f, message=text, cells=(text,)) for f in findings)
    else:
        tables = {name: frame for name, (_, frame) in tables.items()}
    return _plan(dataclasses.replace(book, findings=findings), window, settings, tables)


def _manager(number: int) -> Row:
    return {
        "number": number,
        "manager_id": f"{1001 + number}",
        "manager_name": MANAGERS[number % len(MANAGERS)],
        "branch": BRANCHES[number // 2 % len(BRANCHES)],
        "position": "客户经理",
        "home_area": AREAS[number % len(AREAS)],
        "is_new": number % 4 == 3,
    }


def _customer(manager: Row, k: int) -> Row:
    kind = ("sole_trader", "company", "farmer", "owner", "person")[k % 5]
    person = PEOPLE[(k + manager["number"]) % len(PEOPLE)]
    code, sub, business = TRADES[k % len(TRADES)]
    firm = f"清河县{('鑫达', '宏远', '福源')[k % 3]}{business[:2]}有限公司"
    shop = f"{person}{business[:2]}店"
    return {
        "number": k,
        "customer_id": f"K{manager['manager_id']}{k:03d}",
        "customer_name": {"company": firm, "sole_trader": shop}.get(kind, person),
        "customer_type": kind,
        "phone": f"139{manager['number']:04d}{k:04d}",
        "address": f"清河县武松街道学府路{k + 1}号",
        "area": AREAS[k % len(AREAS)],
        "industry_code": code,
        "industry": business,
        "main_business": business,
        "annual_sales": 1_000_000.0 + 50_000 * k,
        "remark": "老客户",
        "manager_id": manager["manager_id"],
        "manager_name": manager["manager_name"],
        "branch": manager["branch"],
        "sub_industry": sub,
    }


def _prospect(manager: Row, k: int) -> Row:
    code, _, business = TRADES[(k + 1) % len(TRADES)]
    return {
        "prospect_id": f"Q{manager['manager_id']}{k:03d}",
        "customer_name": f"{PEOPLE[(k * 3 + manager['number']) % len(PEOPLE)]}{business[:2]}商行",
        "phone": f"138{manager['number']:04d}{k:04d}",
        "address": f"连庄镇{k + 1}村",
        "area": AREAS[(k + 1) % len(AREAS)],
        "industry_code": code,
        "industry": business,
        "main_business": business,
        "origin": ("referral", "own_visit", "external_list")[k % 3],
        "branch": manager["branch"],
        "manager_id": manager["manager_id"],
    }


def _loan(customer: Row) -> Row:
    k = customer["number"]
    names = (
        "customer_id",
        "customer_name",
        "customer_type",
        "manager_id",
        "manager_name",
        "branch",
    )
    return {
        **{name: customer[name] for name in names},
        "cert_no": f"43018119800101{k:04d}",
        "industry_code": customer["industry_code"],
        "balance": 200_000.0 + 10_000 * k,
        "credit_limit": 300_000.0 + 10_000 * k,
        "loan_class": "normal",
        "annual_rate": 0.0485,
        "maturity_date": date(2027, 1, 4) + timedelta(days=3 * k),
        "area": customer["area"],
        "remark": "正常",
    }


def _other_loan(customer: Row) -> Row:
    return {
        "customer_id": customer["customer_id"],
        "customer_name": customer["customer_name"],
        "lender": "邻县村镇银行",
        "balance": 150_000.0,
        "knowledge_source": "statement",
    }


def _findings() -> list[Finding]:
    message = (
        "「借据」第 12 行「到期日期」读到 2025-13-01，不是日期；请改正后重新读取，本行未计入。"
    )
    return [
        Finding("bad_date", Severity.WARNING, message, 1, ("借据!F12",)),
        Finding("unit", Severity.INFO, "金额按万元读取（依据标题“单位：万元”）。", 1, ("借据!A2",)),
        Finding(
            "truncated_id", Severity.ERROR, "证件号末三位为 000，疑被 Excel 截断。", 3, ("客户!C5",)
        ),
    ]


def _plan(
    book: Any, window: CampaignWindow, settings: Settings, tables: dict[str, pd.DataFrame]
) -> CampaignPlan:
    grown = ("screen", "headroom", "refinance", "run_off", "opportunities", "left_out", "staff")
    growth = Growth(**{name: tables[name] for name in grown}, findings=())
    problem = VisitProblem(
        candidates=tables["candidates"],
        capacity=tables["capacity"],
        purposes=PURPOSES.empty(),
        customers=TOUCHED_CUSTOMERS.empty(),
        staff=tables["staff"],
        days=tuple(window.working_days),
        outings=(),
        festival=window.festival,
        gap_days=7,
        no_contact=frozenset(),
        not_possible=LEFT_OUT.empty(),
    )
    return CampaignPlan(
        book=book,
        window=window,
        settings=settings,
        growth=growth,
        problem=problem,
        touches=tables["touches"],
        quotas=tables["quotas"],
        left_out=tables["left_out"],
        managers=tables["managers"],
        branches=tables["branches"],
        rates=prior_rates(settings),
        season=_season(),
        bridge=_bridge(tables["branches"]),
        forecast=Forecast(p10=4_200_000.0, p50=5_100_000.0, p90=6_300_000.0, chance=0.62),
        quality=PlanQuality(
            value=3_210_000.0,
            upper_bound=3_216_000.0,
            gap=0.0019,
            rules_of_thumb={
                "equal": 2_400_000.0,
                "proportional": 2_510_000.0,
                "abc": 2_700_000.0,
                "largest_first": 2_650_000.0,
            },
            method="整数规划，逐人求解",
        ),
        version=1,
        seed=2027,
    )


@functools.cache
def _season() -> pd.DataFrame:
    return prior_season()


def _bridge(branches: pd.DataFrame) -> Bridge:
    names = (
        "opening", "run_off", "renewed", "draw", "top_up", "refinance", "industry", "team",
        "referral", "closing", "target", "gap",
    )  # fmt: skip
    return Bridge(**{name: round(float(branches[name].sum()), 2) for name in names})


def _without(row: Row, *names: str) -> Row:
    return {name: value for name, value in row.items() if name not in names}


FREE_TEXT = frozenset(
    [
        "customer_name",
        "manager_name",
        "address",
        "area",
        "remark",
        "main_business",
        "industry",
        "sub_industry",
        "lender",
        "reason",
        "reasons",
        "not_checked",
        "companion",
        "partner",
        "source_rows",
        "home_area",
        "position",
        "phone",
        "message",
        "branch",
    ]
)


def _with_text(table: Table, frame: pd.DataFrame, text: str) -> pd.DataFrame:
    frame = frame.copy()
    for name in FREE_TEXT & {field.name for field in table.fields if field.unit is Unit.TEXT}:
        apart = name == "branch" or name in table.key
        frame[name] = text + frame[name].fillna("") if apart else text
    return table.conform(frame)


def _book_with_text(book: Any, text: str) -> Any:
    changed = {}
    for name in ("loans", "customers", "managers", "prospects", "other_loans"):
        frame = getattr(book, name).copy()
        for column in FREE_TEXT & set(frame.columns):
            frame[column] = text + frame[column].fillna("") if column == "branch" else text
        changed[name] = frame
    return dataclasses.replace(book, **changed, bank_name=text)
