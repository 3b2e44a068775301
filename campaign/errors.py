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
