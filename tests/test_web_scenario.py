"""What-if on the pages: the same comparison as the command's, and forms that explain themselves."""

import shutil

import pytest

from campaign import trials
from campaign.settings import Settings, each_setting, parse_assignments
from campaign.settings.amounts import parse_amount
from campaign.tell_trials import scenario_grid
from campaign.web import work
from campaign.web.job import JobRequest
from campaign.web.scenario_work import FILE, kept
from campaign.web.settings_form import amount_text, setting_text
from tests.web_pages import OWN, an_app, planned_job, signed_in, text_of


@pytest.fixture(scope="module")
def job(tmp_path_factory):
    return planned_job(tmp_path_factory.mktemp("home"))


@pytest.fixture
def app(job):
    made = an_app(job.folder.parent)
    yield made
    made.extensions["jobs"].stop()
    for path in job.folder.parent.iterdir():
        if path != job.folder:
            shutil.rmtree(path)


def test_the_page_s_comparison_is_the_command_s(app, job):
    texts = ("capacity.visits_per_day=1", "campaign.target=300万;capacity.calls_per_day=2")
    trial = app.extensions["jobs"].new()
    trial.ask(JobRequest((), base=job.name, tried=texts))
    work.run(trial)
    assert trial.status().state == "done", trial.status().error
    request = trials.remembered(job.plan)
    tried = [trials.with_settings(request, [text]) for text in texts]
    header, rows = scenario_grid(trials.try_scenarios(trials.ground_of(request), tried))
    found = kept(trial.folder / FILE)
    assert (list(found.header), list(found.rows)) == (header, rows)
    page = text_of(signed_in(app).get(f"/jobs/{trial.name}").text)
    for words in ("每日走访 4 次/天 → 1 次/天", "净增目标 200.00 万元 → 300.00 万元", "预计净增"):
        assert words in page


def test_what_is_typed_becomes_a_scenario_of_its_own(app, job, monkeypatch):
    asked = []
    monkeypatch.setattr(app.extensions["jobs"], "start", lambda job, _password: asked.append(job))
    form = {"s0.capacity.visits_per_day": "6", "s2.campaign.target": "3亿", "reach": "1亿"}
    user = signed_in(app)
    answer = user.post(f"/jobs/{job.name}/scenario", data=form, headers=OWN)
    assert answer.status_code == 303
    request = asked[0].request()
    assert request.tried == ("capacity.visits_per_day=6", "campaign.target=3亿")
    assert (request.base, request.reach) == (job.name, "1亿")
    assert request.stages[-2:] == ("试算情景2", "看要怎样才够")


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "没有填要改的数"),
        ({"s0.capacity.visits_per_day": "99"}, "超出允许范围 0 至 20"),
        ({"s0.campaign.target": "很多"}, "应为数字"),
    ],
)
def test_a_form_that_cannot_be_tried_is_one_sentence(app, job, form, words):
    answer = signed_in(app).post(f"/jobs/{job.name}/scenario", data=form, headers=OWN)
    assert answer.status_code == 400
    assert words in answer.text


def test_the_form_shows_what_is_in_force(app, job):
    page = text_of(signed_in(app).get(f"/jobs/{job.name}/scenario").text)
    assert "净增目标 元 200万" in page.replace("示例假设 ", "")
    assert "每日走访 示例假设 次/天 4" in page


def test_every_setting_is_typed_as_it_is_shown():
    for section, name, known, value in each_setting(Settings()):
        if isinstance(value, dict) or value == "":
            continue
        text = setting_text(known, value)
        again = parse_assignments(Settings(), [f"{section}.{name}={text}"])
        assert again[section][name] == pytest.approx(value) if known.unit != "文字" else value


@pytest.mark.parametrize("yuan", [0, 1, 9_999.5, 12_345, 1e8, 123_456_789, 2.5e7])
def test_a_sum_is_read_back_as_it_was(yuan):
    assert parse_amount(amount_text(yuan)) == yuan
