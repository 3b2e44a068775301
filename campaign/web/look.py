"""Pages that open a figure: the customers behind a sum, one customer down to the cells."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask, abort, redirect, render_template, request, url_for

from campaign.web import wishes
from campaign.web.derivation import customer_of, has_lookup
from campaign.web.job import Job
from campaign.web.listing import PARTS, Filter, customers, left_out
from campaign.web.pages import finished_job, jobs
from campaign.web.views import read_plan

PAGE_NUMBER = re.compile("[0-9]{1,6}")


def add_routes(app: Flask) -> None:
    """Add the pages to an app."""
    app.add_url_rule("/jobs/<name>/customers", "customers", _customers)
    app.add_url_rule("/jobs/<name>/left-out", "left_out", _left_out)
    app.add_url_rule("/jobs/<name>/customers/<number>", "customer", _customer)
    app.add_url_rule("/jobs/<name>/customers/<number>/wish", "wish", _wish, methods=["POST"])
    app.add_url_rule("/jobs/<name>/wishes", "plan_wishes", _plan_wishes, methods=["POST"])


def _job(name: str) -> Job:
    job = finished_job(name)
    if not has_lookup(job.folder, read_plan(job.plan)["version"]):
        abort(404, "这一版方案没有逐户明细。请在方案页“换个条件再算”重做一份。")
    return job


def _wanted() -> Filter:
    given = request.args
    page = given.get("page", "1")
    return Filter(
        given.get("part", "") if given.get("part", "") in PARTS else "",
        given.get("branch", ""),
        given.get("manager", ""),
        given.get("q", "").strip(),
        max(int(page), 1) if PAGE_NUMBER.fullmatch(page) else 1,
    )


def _customers(name: str) -> str:
    job, wanted = _job(name), _wanted()
    found = customers(job.folder, wanted)
    return render_template("customers.html", job=job, wanted=wanted, found=found, parts=PARTS)


def _left_out(name: str) -> str:
    job, wanted = _job(name), _wanted()
    found = left_out(job.folder, wanted)
    return render_template("left_out.html", job=job, wanted=wanted, found=found)


def _customer(name: str, number: str) -> Any:
    job = _job(name)
    found = customer_of(job.folder, number)
    if found is None:
        abort(404, "这份方案里没有这位客户。")
    mine = [wish for wish in wishes.wishes_of(job.folder) if wish.customer_id == number]
    return render_template("customer.html", job=job, who=found, wishes=mine)


def _wish(name: str, number: str) -> Any:
    """Fix by hand that a customer is touched on a day, or not at all, or set him free."""
    job = _job(name)
    if customer_of(job.folder, number) is None:
        abort(404, "这份方案里没有这位客户。")
    form = request.form
    kind = form.get("kind", "")
    if kind == "free":
        wishes.remove(job.folder, number)
    else:
        wish = wishes.wish_of(number, kind, form.get("channel", ""), form.get("day", ""))
        wishes.add(job.folder, wish)
    if form.get("back") == "plan":
        return redirect(url_for("job", name=name) + "#wishes", 303)
    return redirect(url_for("customer", name=name, number=number), 303)


def _plan_wishes(name: str) -> Any:
    """Plan anew with what was fixed; the plan that is there stays."""
    job = jobs().copy(_job(name))
    jobs().start(job, request.form.get("password", ""))
    return redirect(url_for("job", name=job.name), 303)
