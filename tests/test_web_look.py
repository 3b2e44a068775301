"""A figure opened: the customers behind a sum, one customer's derivation down to the cells."""

import re
from contextlib import closing

import pytest

from campaign.book.read import read_book
from campaign.growth.screen_rules import RULES
from campaign.render.formats import wan_text, yuan_text
from campaign.vocabulary import HEADROOM, LOANS
from campaign.web.derivation import customer_of
from campaign.web.listing import PAGE, PARTS, Filter, customers, left_out
from campaign.web.lookup import FILE, opened
from campaign.web.shown import shown
from campaign.web.views import read_plan
from tests.web_pages import FIRST_LOOK, an_app, planned_job, signed_in, text_of


@pytest.fixture(scope="module")
def job(tmp_path_factory):
    return planned_job(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def user(job):
    app = an_app(job.folder.parent)
    yield signed_in(app)
    app.extensions["jobs"].stop()


def query(job, sql):
    with closing(opened(job.folder / FILE)) as connection:
        return [tuple(row) for row in connection.execute(sql)]


@pytest.mark.parametrize("part", PARTS)
def test_the_customers_of_a_step_add_up_to_the_bridge(job, part):
    step = read_plan(job.plan)["bridge"][part]
    sign = -1 if part == "run_off" else 1
    assert customers(job.folder, Filter(part)).total == wan_text(sign * step)


def test_all_customers_add_up_to_the_net_growth_and_so_do_the_branches(job):
    bridge = read_plan(job.plan)["bridge"]
    assert customers(job.folder, Filter()).total == wan_text(bridge["closing"] - bridge["opening"])
    for branch in read_plan(job.plan)["branches"]:
        own = branch["closing"] - branch["opening"]
        assert customers(job.folder, Filter(branch=branch["branch"])).total == wan_text(own)


def test_words_find_a_number_or_a_masked_name_and_nothing_else(job):
    found = customers(job.folder, Filter(words="K003")).rows
    assert {row["customer_id"] for row in found} == {"K003"}
    assert customers(job.folder, Filter(words="刘*芳")).rows[0]["customer_id"] == "K002"
    assert customers(job.folder, Filter(words="刘桂芳")).count == 0
    assert customers(job.folder, Filter(words="%")).count == 0


def test_a_page_of_those_left_out_says_why(job):
    whole = left_out(job.folder, Filter())
    assert len(whole.rows) == min(whole.count, PAGE)
    reason = whole.rows[0]["reason"]
    some = left_out(job.folder, Filter(words=reason))
    assert {row["reason"] for row in some.rows} == {reason}
    assert left_out(job.folder, Filter(page=999)).rows == ()


def test_the_cells_of_a_customer_hold_what_the_page_says(job):
    import openpyxl

    sheet = openpyxl.load_workbook(FIRST_LOOK)["贷款台账"]
    who = customer_of(job.folder, "K001")
    row = next(source for source in who.sources if source.label == "贷款台账")
    values = {label: (text, cell) for label, text, cell in row.values}
    text, cell = values["贷款余额"]
    assert text == yuan_text(sheet[cell.rpartition("!")[2]].value * 10_000)
    assert sheet[values["客户编号"][1].rpartition("!")[2]].value == "K001"


def test_every_rule_of_the_screen_has_one_answer(job):
    who = customer_of(job.folder, "K001")
    answers = [name for _, names in who.screen for name in names]
    assert sorted(answers) == sorted(rule.name for rule in RULES)


def test_one_cap_binds_and_is_the_least(job):
    (number,) = query(job, "SELECT customer_id FROM headroom WHERE binding_cap != '' LIMIT 1")[0]
    who = customer_of(job.folder, number)
    (binding,) = [cap for cap in who.caps if cap.binds]
    known = [float(cap.text.replace(",", "")) for cap in who.caps if cap.text != "—"]
    assert float(binding.text.replace(",", "")) == min(known)


def test_nothing_personal_lies_in_the_look_up(job):
    content = (job.folder / FILE).read_bytes()
    book = read_book([FIRST_LOOK])
    people = book.customers[book.customers["customer_type"] != "company"]
    for column in ("phone", "address"):
        for text in people[column].dropna():
            assert str(text).encode() not in content
    for number in book.loans["cert_no"].dropna():
        assert str(number).encode() not in content
    assert "刘桂芳".encode() not in content


def test_the_pages_lead_from_the_bridge_to_a_cell(user, job):
    at = f"/jobs/{job.name}"
    plan = user.get(at).text
    step = re.search(rf'href="({at}/customers\?part=top_up)"', plan)[1]
    listed = user.get(step).text
    one = re.search(rf'href="({at}/customers/K\d+)"', listed)[1]
    page = text_of(user.get(one).text)
    for words in ("增贷空间怎么算的", "← 由它定", "未能检查不等于通过", "贷款台账!"):
        assert words in page


@pytest.mark.parametrize("address", ["/customers/nobody", "/customers/' OR 1=1 --"])
def test_a_stranger_is_nowhere(user, job, address):
    assert user.get(f"/jobs/{job.name}{address}").status_code == 404


@pytest.mark.parametrize("page", ["0", "-3", "x", "9" * 40, ""])
def test_a_page_that_is_none_is_the_first_or_empty(user, job, page):
    assert user.get(f"/jobs/{job.name}/customers?page={page}").status_code == 200


def test_values_are_shown_as_people_write_them():
    assert shown(HEADROOM.field("headroom"), "1650000.00") == "1,650,000.00"
    assert shown(LOANS.field("annual_rate"), 0.0395) == "3.95%"
    assert shown(LOANS.field("loan_class"), "normal") == "正常"
    assert shown(LOANS.field("is_revolving"), 0) == "否"
    assert shown(LOANS.field("balance"), None) == "—"
