"""Uploads: how many, how large, under which names, and whether the disk has room."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from flask import request
from werkzeug.datastructures import FileStorage

from campaign.errors import CampaignError
from campaign.render.files import unique_names

MIB = 1024 * 1024
KINDS = (
    *(".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".et"),
    *(".csv", ".tsv", ".txt", ".htm", ".html", ".xml", ".zip"),
)
MOST_BYTES = 256 * MIB
MOST_FILES = 20
# werkzeug counts a field in the pieces of 64 KiB that it reads, and a piece of a file too:
# a limit near one piece refuses large files at random (tests/test_web_safe.py).
MOST_FIELD_BYTES = 512 * 1024
MOST_PARTS = 60
LEAST_FREE = 200 * MIB
TOO_LARGE = (
    f"文件太大：一次上传合计不能超过 {MOST_BYTES // MIB} MB。请按支行分开，或去掉不用的工作表。"
)
TOO_MANY = "文件太多，没有处理。请分开上传。"


class UploadRefused(CampaignError):
    """An upload cannot be taken."""


class DiskFull(CampaignError):
    """The disk has no room for an upload and its plan."""


def refuse_full_disk(folder: Path) -> None:
    """Refuse a request for whose files the disk has no room.

    Raises:
        DiskFull: With what is free.
    """
    needed = LEAST_FREE + 2 * (request.content_length or 0)
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise DiskFull(
            f"磁盘空间不足：还剩 {free // MIB:,} MB，需要 {needed // MIB:,} MB。",
            "请清理磁盘，或在首页清除不要的方案。",
        )


def uploaded(*fields: str, most: int = MOST_FILES) -> tuple[list[FileStorage], ...]:
    """Return the files chosen in each field of the form.

    Raises:
        UploadRefused: There are more than `most`.
    """
    chosen = tuple([u for u in request.files.getlist(name) if u.filename] for name in fields)
    if sum(map(len, chosen)) > most:
        raise UploadRefused(f"文件太多：一次最多 {most} 个。请分开上传。")
    return chosen


def save(uploads: Sequence[FileStorage], folder: Path) -> list[Path]:
    """Save uploads under safe names; the name is kept since it may hold the as-of date."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / name for name in unique_names(str(u.filename) for u in uploads)]
    for upload, path in zip(uploads, paths, strict=True):
        upload.save(path)
    return paths
