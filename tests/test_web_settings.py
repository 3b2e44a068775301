"""Settings on the pages: shown with their source, checked in a sentence, kept with a job."""

import io
import json

import pytest

from campaign.render.formats import wan_text
from campaign.settings import Settings, each_setting, load_settings, settings_toml
from campaign.web import log
from campaign.web.job import Job, JobRequest, JobStatus
from campaign.web.settings_form import FILE
from campaign.web.settings_page import SHOWN
from campaign.web.work import request_of
from tests.web_pages import FORM, OWN, an_app, planned_job, signed_in, text_of


@pytest.fixture
def app(tmp_path):
    made = an_app(tmp_path / "home")
    yield made
    made.extensions["jobs"].stop()


@pytest.fixture
def job(app) -> Job:
    """Return a job that waits for an answer, so that settings are kept and nothing starts."""
    made = app.extensions["jobs"].new()
    made.ask(JobRequest(("a.xlsx",)))
    made.say(JobStatus("asking", asks=("as_of",)))
    return made


@pytest.fixture
def user(app):
    return signed_in(app)


def send(user, job, form):
    return user.post(f"/jobs/{job.name}/settings", data=form, headers=OWN)


def test_every_setting_shown_says_unit_range_and_source(user, job):
    page = text_of(user.get(f"/jobs/{job.name}/settings").text)
    for words in ("每日走访 次/天 0 至 20 示例假设", "10%", "个人信息保护法第六条"):
        assert words in page
    everything = sum(1 for _ in each_setting(Settings()))
    assert f"其余 {everything - sum(map(len, SHOWN.values()))} 项" in page


def test_a_target_that_came_with_the_book_is_named_beside_the_empty_setting(user, app):
    made = planned_job(app.extensions["jobs"].home)
    target = json.loads((made.plan / "plan.json").read_text(encoding="utf-8"))["target"]
    words = f"这份方案按任务目标表：{wan_text(target)} 万元"
    assert words in user.get(f"/jobs/{made.name}/settings").text
    typed = Settings().with_values({"campaign": {"target": 3e8}})
    (made.folder / FILE).write_text(settings_toml(typed), encoding="utf-8")
    assert words not in user.get(f"/jobs/{made.name}/settings").text


def test_what_is_typed_is_what_the_plan_is_made_with(user, job):
    form = {"campaign.target": "3亿", "capacity.slack_share": "20%", "output.masked": "是"}
    assert send(user, job, form).status_code == 303
    settings = request_of(job).settings
    assert settings.campaign.target == 3e8
    assert settings.capacity.slack_share == 0.2
    assert settings.changed().keys() == {"campaign", "capacity"}


def test_what_is_emptied_goes_back_and_the_rest_stays(user, job):
    whole = Settings().with_values({"capacity": {"visits_per_day": 6}, "team": {"ticket": 1e5}})
    (job.folder / FILE).write_text(settings_toml(whole), encoding="utf-8")
    send(user, job, {"capacity.visits_per_day": ""})
    assert request_of(job).settings.changed() == {"team": {"ticket": 1e5}}


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"capacity.visits_per_day": "99"}, "每日走访）：99 超出允许范围 0 至 20"),
        ({"capacity.visits_per_day": "几次"}, "应为数字（次/天）"),
        ({"campaign.target": "1亿;output.masked=否"}, "一格里只能写一个数"),
    ],
)
def test_a_value_that_is_none_is_refused_in_a_sentence(user, job, form, words):
    answer = send(user, job, form)
    assert answer.status_code == 400
    assert words in text_of(answer.text)
    assert not (job.folder / FILE).exists()


def test_unmasking_is_noted_with_whose_job(app, user, job):
    home = app.extensions["jobs"].home
    send(user, job, {"output.masked": "否"})
    send(user, job, {"output.masked": "否"})
    lines = [json.loads(line) for line in (home / log.FILE).read_text("utf-8").splitlines()]
    assert [(line["action"], line["detail"]) for line in lines] == [("unmask", {"job": job.name})]
    assert log.broken_line(home) is None


def test_all_settings_go_out_and_come_back_as_a_file(user, job):
    text = user.get(f"/jobs/{job.name}/campaign.toml").text
    changed = text.replace("ticket = 200_000.0", "ticket = 300_000.0").replace(
        "ticket = 200000.0", "ticket = 300000.0"
    )
    data = {"toml": (io.BytesIO(changed.encode()), "campaign.toml")}
    answer = user.post(f"/jobs/{job.name}/settings/file", data=data, headers=OWN, content_type=FORM)
    assert answer.status_code == 303
    assert load_settings(job.folder / FILE).team.ticket == 300_000


def test_a_file_that_is_no_settings_is_refused_without_a_path(user, job):
    data = {"toml": (io.BytesIO("这不是".encode("gbk")), "campaign.toml")}
    answer = user.post(f"/jobs/{job.name}/settings/file", data=data, headers=OWN, content_type=FORM)
    assert answer.status_code == 400
    assert "“campaign.toml” 不是有效的 TOML" in answer.text
    assert str(job.folder) not in answer.text
