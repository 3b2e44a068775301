"""The mapping on the page: questions from the files, answers into a recipe, remembered per bank."""

from dataclasses import replace

import pytest

from campaign.book.recipe import NO_RECIPE, Recipe
from campaign.errors import CampaignError, SettingsError
from campaign.findings import Ask, Finding
from campaign.resources import resource_folder
from campaign.vocabulary import BookQuestion, Severity
from campaign.web import errand_work, errands, recipes, work
from campaign.web.answers import answered, questions, restricted
from campaign.web.book_questions import choices_of, is_to_be_asked
from campaign.web.job import JobOptions, JobRequest, JobStatus
from campaign.web.jobs import Jobs
from campaign.web.mapping import (
    HELPER,
    RATES,
    UNKNOWN_UNIT,
    UNUSED,
    ColumnShown,
    Mapping,
    SheetShown,
    keep,
    kept,
)
from tests.builders_book import ledger, save, with_column
from tests.test_jobs import first_look
from tests.web_pages import OWN, an_app, signed_in, upload
from tests.workbooks import formulas, texts

FIRST_LOOK = resource_folder("sample_books") / "first_look.xlsx"
SEVERAL = "与另一列争同一字段，待确认"
UNUSED_SHEET = SheetShown("a.xlsx", "草稿", "unused", 0, 5, ())


def column(header, value=UNUSED, **given):
    known = {"letter": "A", "unit": "", "confidence": 1.0, "proof": "表头一致", "asked": False}
    lists = {"samples": (), "near": (), "codes": ()}
    return ColumnShown(header=header, value=value, **{**known, **lists, **given})


def a_mapping(*columns):
    return Mapping("甲行", (SheetShown("a.xlsx", "台账", "loans", 1, 9, columns),))


@pytest.fixture
def jobs(tmp_path):
    kept_jobs = Jobs(tmp_path / "home")
    yield kept_jobs
    kept_jobs.stop()


def run(jobs, book, **options):
    job = jobs.new()
    job.ask(JobRequest((str(book),), options=JobOptions(**options)))
    work.run(job)
    return job


def test_a_mapping_is_kept_and_read_back(tmp_path):
    shown = a_mapping(column("余额", "balance", unit="元", samples=("1", "2")))
    keep(shown, tmp_path / "mapping.json")
    assert kept(tmp_path / "mapping.json") == shown
    assert kept(tmp_path / "other.json") is None


def test_two_columns_for_one_field_are_one_question():
    rival = {"asked": True, "proof": SEVERAL, "near": ("balance",)}
    shown = a_mapping(column("余额", **rival), column("期末余额", **rival))
    (question,) = questions(shown)
    assert (question.kind, question.label, question.columns) == ("which", "贷款余额", (0, 1))
    recipe = answered(shown, {"w.0.balance": "1"}, NO_RECIPE)
    assert recipe.columns == {"loans": {"余额": UNUSED, "期末余额": "balance"}}


def test_what_must_be_known_is_asked_first():
    shown = a_mapping(
        column("担保", "guarantee_type", codes=("1",)),
        column("五级分类", "loan_class", codes=("1", "2")),
        column("金额", asked=True, proof="分不清，待确认"),
    )
    found = [(q.kind, q.label, q.must) for q in questions(shown)]
    assert found == [("code", "五级分类", True), ("column", "金额", True), ("code", "担保", False)]


def test_answers_become_a_recipe_and_the_rest_stays():
    shown = a_mapping(
        column("余额", "balance", unit="未注明"),
        column("等级", "loan_class", codes=("1", "2")),
        column("备注", "remark"),
        column("卡号"),
    )
    form = {
        "c.0.0": "balance",
        "u.0.0": "万元",
        "k.0.1.1": "normal",
        "k.0.1.2": "",
        "c.0.2": UNUSED,
        "c.0.3": "customers.phone",
    }
    recipe = answered(shown, form, Recipe(units={"loans": {"借据金额": "元"}}))
    assert recipe.columns == {"loans": {"备注": UNUSED, "卡号": "customers.phone"}}
    assert recipe.units == {"loans": {"借据金额": "元", "余额": "万元"}}
    assert recipe.codes == {"loan_class": {"1": "normal"}}


def test_a_sheet_that_is_something_else_is_read_anew_and_its_columns_wait():
    shown = Mapping("甲行", (*a_mapping(column("余额", "balance")).sheets, UNUSED_SHEET))
    form = {"r.0": "prospects", "c.0.0": "customer_name", "r.1": UNUSED}
    recipe = answered(shown, form, NO_RECIPE)
    assert recipe.sheets == {"台账": "prospects"}
    assert recipe.columns == {}
    with pytest.raises(SettingsError, match="不认识的 ledger"):
        answered(shown, {"r.1": "ledger"}, NO_RECIPE)


@pytest.mark.parametrize(
    ("answer", "columns", "units"),
    [("月‰", {}, {"loans": {"利率": "月‰"}}), (UNUSED, {"loans": {"利率": UNUSED}}, {})],
)
def test_rates_that_nobody_can_tell_are_asked(answer, columns, units):
    shown = a_mapping(column("利率", "annual_rate", unit=UNKNOWN_UNIT, units=RATES))
    assert [(q.kind, q.label, q.must) for q in questions(shown)] == [("rate", "利率", True)]
    recipe = answered(shown, {"u.0.0": answer}, NO_RECIPE)
    assert (recipe.columns, recipe.units) == (columns, units)


def test_a_helping_column_left_alone_stays_a_helper():
    shown = a_mapping(column("信用代码", HELPER))
    assert answered(shown, {"c.0.0": HELPER}, NO_RECIPE) == NO_RECIPE


def test_one_field_twice_is_refused_by_name():
    shown = a_mapping(column("余额一"), column("余额二"))
    with pytest.raises(CampaignError, match=r"“余额一”和“余额二”都选了“贷款余额”"):
        answered(shown, {"c.0.0": "balance", "c.0.1": "balance"}, NO_RECIPE)


@pytest.mark.parametrize("form", [{"c.0.0": "colour"}, {"u.0.0": "美元"}, {"c.0.0": "x.y"}])
def test_what_no_page_offers_is_refused(form):
    with pytest.raises(SettingsError):
        answered(a_mapping(column("余额", "balance", unit="元")), form, NO_RECIPE)


def test_a_recipe_speaks_only_of_what_the_files_have():
    recipe = Recipe(
        {"loans": {"余额": "balance", "旧列": UNUSED}, "votes": {"x": UNUSED}},
        codes={"loan_class": {"1": "normal"}, "loan_status": {"1": "normal"}},
        sheets={"台账": "loans", "Sheet1": "loans", "草稿": UNUSED},
    )
    shown = a_mapping(column("余额", "balance"), column("五级", "loan_class"))
    kept_of_it = restricted(recipe, shown)
    assert kept_of_it.columns == {"loans": {"余额": "balance"}}
    assert kept_of_it.codes == {"loan_class": {"1": "normal"}}
    assert kept_of_it.sheets == {"台账": "loans"}
    nameless = Mapping("", tuple(replace(sheet, sheet="Sheet1") for sheet in shown.sheets))
    assert restricted(recipe, nameless).sheets == {}


def test_samples_are_masked_whatever_column_they_stand_in(jobs):
    job = run(jobs, FIRST_LOOK, check="1")
    assert job.status().asks == ("confirm",)
    text = job.mapping.read_text(encoding="utf-8")
    assert "刘桂芳" not in text
    assert "刘*芳" in text
    assert "490123199411155632" not in text
    assert "16123526399" not in text
    assert "清河县恒盛食品商贸有限公司" in text


def test_codes_are_asked_answered_and_remembered_for_the_bank(jobs, tmp_path):
    book = first_look(tmp_path / "book.xlsx", change=("五级分类", 1))
    job = run(jobs, book, check="1")
    assert job.status().asks == ("columns",)
    place, number = next(
        (s, c)
        for s, sheet in enumerate(kept(job.mapping).sheets)
        for c, shown in enumerate(sheet.columns)
        if shown.codes
    )
    recipe = answered(kept(job.mapping), {f"k.{place}.{number}.1": "normal"}, NO_RECIPE)
    recipes.write(recipe, job.folder / "recipe.toml")
    work.run(job)
    assert job.status().asks == ("confirm",)
    assert "[codes.loan_class]" in (job.folder / "full_recipe.toml").read_text(encoding="utf-8")
    recipes.remember(jobs.home, kept(job.mapping).bank, recipe)
    later = run(jobs, book, check="1")
    assert later.status().asks == ("confirm",)
    assert kept(later.mapping).recalled == 1
    assert recipes.remembered(jobs.home, "别的行") == NO_RECIPE


def test_a_ledger_without_a_balance_asks_for_the_column(jobs, tmp_path):
    book = first_look(tmp_path / "book.xlsx", rename=("贷款余额（万元）", "数值甲（万元）"))
    job = run(jobs, book, check="1")
    assert job.status().asks == ("columns",)
    assert "贷款台账缺少" in job.status().evidence[-1]
    sheet = kept(job.mapping).sheets[0]
    number = [shown.header for shown in sheet.columns].index("数值甲（万元）")
    recipe = answered(kept(job.mapping), {f"c.0.{number}": "balance"}, NO_RECIPE)
    recipes.write(recipe, job.folder / "recipe.toml")
    work.run(job)
    assert job.status().asks == ("confirm",)
    assert job.status().report["totals"]["balance"] == 14_000_000


def test_the_page_asks_for_rates_and_goes_on_with_what_a_sheet_is(jobs, tmp_path, monkeypatch):
    table = with_column("执行利率", [4.35, 0.0435, 4.2])
    path = save(tmp_path / "台账.xlsx", {"本月": table, "上月": ledger()})
    app = an_app(jobs.home)
    monkeypatch.setattr(app.extensions["jobs"], "start", lambda job, _password: work.run(job))
    user, job = signed_in(app), run(jobs, path, check="1")
    page = user.get(f"/jobs/{job.name}").text
    assert "“执行利率”的单位是什么？" in page
    answers = {"check": "", "r.1": UNUSED, "u.0.7": UNUSED}
    user.post(f"/jobs/{job.name}/again", data=answers, headers=OWN)
    assert job.status().asks == ("confirm",)
    assert job.status().report["totals"]["loans"] == 3
    assert [sheet.role for sheet in kept(job.mapping).sheets] == ["loans", "unused"]
    app.extensions["jobs"].stop()


def test_a_file_in_which_nothing_looks_like_a_ledger_asks_which_sheet_is_it(jobs, tmp_path):
    rows = [["甲", "乙"], *([n, n + 1] for n in range(5))]
    job = run(jobs, save(tmp_path / "台账.xlsx", {"明细": rows}), check="1")
    assert job.status().asks == ("columns",)
    assert "请在下面改成“贷款台账”" in job.status().evidence[-1]


def test_the_full_recipe_reads_the_file_the_same_without_the_page(jobs):
    from campaign.book.read import read_book
    from campaign.book.recipe import load_recipe

    job = run(jobs, FIRST_LOOK, check="1")
    recipe = load_recipe(job.folder / "full_recipe.toml")
    first, again = read_book([FIRST_LOOK]), read_book([FIRST_LOOK], recipe=recipe)
    assert again.loans.equals(first.loans)
    assert again.findings == first.findings


def test_a_mended_file_sent_again_keeps_the_answers(jobs, tmp_path, monkeypatch):
    app = an_app(jobs.home)
    monkeypatch.setattr(app.extensions["jobs"], "start", lambda _job, _password: None)
    job = jobs.new()
    (job.folder / "books" / "old.csv").write_text("x")
    job.ask(JobRequest(("books/old.csv",), options=JobOptions(target="3亿", unit="万元")))
    job.say(JobStatus("failed", error="x"))
    answers = Recipe({"loans": {"余额": "balance"}})
    recipes.write(answers, job.folder / "recipe.toml")
    upload(signed_in(app), ("new.csv", b"y"), to=f"/jobs/{job.name}/again")
    assert job.request().books == ("books/new.csv",)
    assert job.request().options == JobOptions(target="3亿", unit="万元")
    assert [path.name for path in (job.folder / "books").iterdir()] == ["new.csv"]
    assert recipes.answers_of(job.folder) == answers
    app.extensions["jobs"].stop()


def finding_about(question, *answers, severity=Severity.WARNING):
    asks = tuple(Ask(question, about, answer) for about, answer in answers)
    return Finding("x", severity, "台账里有信用卡。", 1, asks=asks)


def test_kinds_of_loan_are_asked_once_and_the_answer_is_kept(tmp_path):
    found = finding_about(BookQuestion.SCOPE, ("信用卡", "set_aside"), ("消费贷款", "counted"))
    shown = replace(a_mapping(), choices=choices_of([found]))
    assert is_to_be_asked(shown.choices, None)
    keep(shown, tmp_path / "mapping.json")
    again = kept(tmp_path / "mapping.json")
    recipe = answered(again, {"b.scope.信用卡": "counted", "b.scope.消费贷款": "x"}, NO_RECIPE)
    assert recipe.answers == {"scope": {"信用卡": "counted"}}
    assert not is_to_be_asked(again.choices, recipe)
    assert restricted(recipe, again).answers == recipe.answers
    assert restricted(recipe, a_mapping()).answers == {}


def test_a_repeated_note_with_much_money_must_be_explained():
    open_one = finding_about(BookQuestion.REPEATED_NOTE, ("其余重复", ""), severity=Severity.ERROR)
    (choice,) = choices_of([open_one])
    assert choice.must
    assert is_to_be_asked([choice], NO_RECIPE)
    hidden = choices_of([finding_about(BookQuestion.HIDDEN_SHEET, ("旧账", "skip"))])
    assert not is_to_be_asked(hidden, NO_RECIPE)


def run_here(name, folder, given):
    """Do an errand in this process."""
    return errand_work.run({"name": name, "folder": str(folder), **given})


FORMULA = "=cmd|' /C calc'!A0"


def test_an_uploaded_csv_with_formulas_is_text_on_the_page_and_in_what_is_taken_away(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(Jobs, "start", lambda self, job, password="": None)
    monkeypatch.setattr(errands, "_errand", run_here)
    row = f'J1,K1,"{FORMULA}",5000,2026-03-01,2025-03-01,@SUM(1)\n'
    other = "J2,K2,+1+1,7000,2026-03-01,2027-03-01,张三\n"
    table = (
        "借据号,客户编号,客户名称,贷款余额（元）,发放日期,到期日期,客户经理\n" + row + row + other
    )
    user = signed_in(an_app(tmp_path / "home"))
    name = upload(user, ("台账20261115.csv", table.encode("gb18030")), check="1").location
    job = Jobs(tmp_path / "home").get(name.rpartition("/")[2])
    work.run(job)
    page = user.get(name).get_data(as_text=True)
    assert "1 行与前面的行一字不差，只计一次。" in page
    assert "台账20261115!A3" in page
    sent = user.post(f"{name}/bad-rows", headers=OWN)
    (tmp_path / "行.xlsx").write_bytes(sent.data)
    assert formulas(tmp_path / "行.xlsx") == {}
    assert FORMULA in texts(tmp_path / "行.xlsx")
