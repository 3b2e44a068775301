"""What can go wrong with a call.

CampaignError(message, hint)
├── BookUnreadable     the file is no workbook, is locked, or broken
├── FieldsMissing      a field that nothing can be estimated without has no column
├── QuestionOpen       the file leaves something open that only the user can answer
├── SettingsError      an unknown setting or a value out of its range
├── CalendarError      a date outside the years that the calendar knows
├── StoreError         the campaign folder or its database cannot be used
└── OutputBlocked      a file cannot be written where it was asked for

Trouble in the data is no exception: it is a `Finding` (campaign.findings).
"""

import errno

# What the system may answer, in words of the user.
_REASONS = {
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.ENOENT: "文件或文件夹不存在",
    errno.EEXIST: "已有同名的文件",
    errno.ENOTDIR: "路径里有一段不是文件夹",
    errno.EISDIR: "这是一个文件夹",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已用完",
    errno.EFBIG: "文件超过允许的大小",
    errno.EROFS: "磁盘是只读的",
    errno.EIO: "磁盘读写出错",
    errno.ENAMETOOLONG: "文件名太长",
    errno.EBUSY: "正被占用",
    errno.EMFILE: "同时打开的文件太多",
}


class CampaignError(Exception):
    """One Chinese sentence for the user, and what to do next."""

    def __init__(self, message: str, hint: str = "") -> None:
        """Keep both sentences; `str()` joins them."""
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """Return the message and the hint in one line."""
        return f"{self.message}{self.hint}"


class BookUnreadable(CampaignError):
    """The file is no workbook, is locked with a password, or is broken."""


class FieldsMissing(CampaignError):
    """A field that nothing can be estimated without has no column."""


class QuestionOpen(CampaignError):
    """The file leaves something open (unit, code, as-of date) that only the user can answer."""


class SettingsError(CampaignError):
    """A setting is unknown, or its value is out of range."""


class CalendarError(CampaignError):
    """A date lies outside the years that the calendar knows."""


class StoreError(CampaignError):
    """The campaign folder or its database cannot be used."""


class OutputBlocked(CampaignError):
    """A file cannot be written where it was asked for."""


def reason_of(error: OSError) -> str:
    """Return in Chinese why the system refused; its own words where it says something rare.

    >>> reason_of(OSError(errno.ENOSPC, "No space left on device"))
    '磁盘已满'
    """
    return _REASONS.get(error.errno or 0) or error.strerror or str(error)
