"""Spring Festival, working days with make-up days, campaign weeks and the campaign's window."""

from campaign.festival.feasts import feasts, spring_festival
from campaign.festival.holidays import Holiday, holidays_csv, parse_notice, read_holidays
from campaign.festival.window import CampaignWindow, campaign_week, campaign_window, week_start
from campaign.festival.working_days import Calendar, load_calendar

__all__ = [
    "Calendar",
    "CampaignWindow",
    "Holiday",
    "campaign_week",
    "campaign_window",
    "feasts",
    "holidays_csv",
    "load_calendar",
    "parse_notice",
    "read_holidays",
    "spring_festival",
    "week_start",
]
