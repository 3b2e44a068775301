"""Policy numbers of the room `book`: what stops a plan and what is only said."""

from dataclasses import dataclass

from campaign.settings.rule import rule


@dataclass(frozen=True)
class CheckRules:
    """[check] 台账检查."""

    repeat_share: float = rule(
        0.01,
        unit="比例",
        label="重复借据可能多计的金额占余额多少以上，须先说明才出方案",
        least=0,
        most=0.2,
        source="示例假设（1%：少于它的重复只提示，不影响全行目标的测算）",
    )


USUAL_CHECK = CheckRules()
