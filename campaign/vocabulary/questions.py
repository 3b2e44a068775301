"""What only the user can say of a file as a whole, and the answers to choose from."""

from collections.abc import Mapping

from campaign.vocabulary.field import Labelled

ALL = "全部"  # the answer holds for whatever the question is about


class BookQuestion(Labelled):
    """A question about a book; what it is about (a sheet, a kind of loan) is its key."""

    HIDDEN_SHEET = "hidden_sheet", "隐藏表"
    ARCHIVE_MEMBER = "archive_member", "压缩包文件"
    REPEATED_NOTE = "repeated_note", "重复借据"
    SCOPE = "scope", "开门红口径"
    FILL_DOWN = "fill_down", "只写一次的列"
    STACKED_TABLE = "stacked_table", "叠放的表"


class Loading(Labelled):
    """Whether a hidden sheet or a file of an archive is read."""

    LOAD = "load", "装入"
    SKIP = "skip", "不装"


class Scope(Labelled):
    """Whether a kind of loan counts in the campaign."""

    COUNTED = "counted", "计入"
    SET_ASIDE = "set_aside", "剔出"


class NoteRepeat(Labelled):
    """Why one note number stands on several rows."""

    CO_BORROWERS = "co_borrowers", "共同借款人"
    SPLIT = "split", "拆分账户"
    PERIODS = "periods", "两期叠加"


class RepeatLook(Labelled):
    """What rows of one note number look like."""

    CO_BORROWERS = "co_borrowers", "余额相同客户不同"
    UNCLEAR = "unclear", "其余重复"


class FillDown(Labelled):
    """Whether a cell holds for the empty ones below it."""

    FILL = "fill", "向下填"
    LEAVE = "leave", "留空"


class Stacked(Labelled):
    """What a table is that stands above or below another one on the same sheet."""

    LOANS = "loans", "贷款台账"
    OTHER_LOANS = "other_loans", "他行贷款"
    CUSTOMERS = "customers", "客户信息"
    MANAGERS = "managers", "客户经理名册"
    TARGETS = "targets", "任务目标"
    PROSPECTS = "prospects", "潜在客户名单"
    CONTACTS = "contacts", "走访联系记录"
    VOTES = "votes", "行业研判表"
    DO_NOT_CONTACT = "do_not_contact", "免打扰名单"
    SKIP = "skip", "不用"


ANSWERS: Mapping[BookQuestion, type[Labelled]] = {
    BookQuestion.HIDDEN_SHEET: Loading,
    BookQuestion.ARCHIVE_MEMBER: Loading,
    BookQuestion.REPEATED_NOTE: NoteRepeat,
    BookQuestion.SCOPE: Scope,
    BookQuestion.FILL_DOWN: FillDown,
    BookQuestion.STACKED_TABLE: Stacked,
}
