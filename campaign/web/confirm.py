"""Answers to what the files leave open, other columns, other files: and the plan is made again."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from flask import Flask, abort, redirect, request, send_file, url_for
from werkzeug.datastructures import FileStorage

from campaign.web import errand_work, errands, recipes
from campaign.web.answers import answered
from campaign.web.job import Job, JobOptions, JobRequest
from campaign.web.log import note
from campaign.web.mapping import kept
from campaign.web.pages import found_job, jobs
from campaign.web.uploads import refuse_full_disk, save, uploaded


def add_routes(app: Flask) -> None:
    """Add the pages to an app."""
    app.add_url_rule("/jobs/<name>/again", "again", _again, methods=["POST"])
    app.add_url_rule("/jobs/<name>/recipe.toml", "recipe", _recipe)
    app.add_url_rule("/jobs/<name>/bad-rows", "bad_rows", _bad_rows, methods=["POST"])


def _again(name: str) -> Any:
    """Plan again with other answers or files; a plan that is made stays beside the new one."""
    job = found_job(name)
    status = jobs().watch(job)
    if not status.is_over:
        abort(409, "这个方案正在处理，请等它做完或先取消。")
    refuse_full_disk(job.folder)
    recipe = _answers(job)
    books, _ = uploaded("books", "history")
    if status.state == "done":
        job = jobs().copy(job)
    options = options_of(job.request().options)
    if recipe is not None:
        if recipe.sheets != recipes.answers_of(job.folder).sheets:
            options = replace(options, check="1")  # its columns were read as something else
        recipes.write(recipe, job.folder / "recipe.toml")
    asked = job.request()
    if books:
        asked = _with_files(asked, books, job)
        note(jobs().home, "upload", {"job": job.name, "files": digests(job, asked)})
    job.ask(replace(asked, options=options))
    jobs().start(job, request.form.get("password", ""))
    return redirect(url_for("job", name=job.name), 303)


def _answers(job: Job) -> Any:
    """Return the recipe after the form's answers; None where it leaves all as it was."""
    from campaign.book.recipe import NO_RECIPE

    if request.form.get("forget_answers"):
        return NO_RECIPE
    mapping = kept(job.mapping)
    if mapping is None:
        return None
    before = recipes.answers_of(job.folder)
    after = answered(mapping, request.form, before)
    return after if after != before else None


def _with_files(asked: JobRequest, books: Sequence[FileStorage], job: Job) -> JobRequest:
    """Return a request with other files in place of all its books."""
    shutil.rmtree(job.folder / "books", ignore_errors=True)
    return replace(asked, books=saved(books, job, "books"))


def digests(job: Job, asked: JobRequest) -> list[str]:
    """Return sha256 of each file of a request, for the log."""
    from campaign.progress.kept_request import file_digest

    return [file_digest(path) for path in job.files((*asked.books, *asked.history))]


def saved(files: Sequence[FileStorage], job: Job, folder: str) -> tuple[str, ...]:
    """Save uploads into a folder of a job and return their names within the job."""
    return tuple(f"{folder}/{path.name}" for path in save(files, job.folder / folder))


def options_of(known: JobOptions) -> JobOptions:
    """Return options with what the form gives in place of what was known."""
    given = {name: request.form.get(name) for name in asdict(known)}
    return replace(known, **{k: text.strip() for k, text in given.items() if text is not None})


def _recipe(name: str) -> Any:
    """Send the whole mapping, for `campaign plan --recipe`."""
    path = found_job(name).folder / "full_recipe.toml"
    if not path.is_file():
        abort(404, "还没有读成台账，没有可下载的配方。")
    return send_file(path, as_attachment=True, download_name="导入配方.toml")


def _bad_rows(name: str) -> Any:
    """Send the rows that somebody must look at, as they stand in the files, with reasons."""
    job = found_job(name)
    if not jobs().watch(job).is_over:
        abort(409, "这个方案正在处理，请等它做完。")
    count = errands.bad_rows(job)
    if not count:
        abort(404, "没有要逐行改的。")
    note(jobs().home, "download", {"job": name, "kind": "bad_rows", "rows": count})
    return send_file(
        job.folder / errand_work.BAD_ROWS, as_attachment=True, download_name="要改的行.xlsx"
    )
