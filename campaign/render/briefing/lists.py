"""The lists of a plan by branch and manager: what falls due, moves, needs consent, is left out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from campaign.plan.campaign_plan import CampaignPlan
from campaign.render.briefing.cuts import Row, counted, grouped, keyed
from campaign.render.briefing.numbers import CustomerNumbers
from campaign.render.ranking import top

MATURITIES_A_MANAGER = 5
REFINANCES_A_MANAGER = 3
MATURITIES_A_BRANCH = 40
CONSENTS_A_BRANCH = 25
LEFT_OUT_A_BRANCH = 12


@dataclass(frozen=True)
class Lists:
    """The longest or largest few of each list, and how many there are in all."""

    plan: CampaignPlan
    numbers: CustomerNumbers

    @cached_property
    def maturing(self) -> pd.DataFrame:
        """Return the notes that fall due inside the campaign."""
        run_off = self.plan.growth.run_off
        return run_off[run_off["maturing"].fillna(0.0) > 0]

    @cached_property
    def manager_maturities(self) -> dict[str, list[Row]]:
        """Return the largest notes that fall due by manager, in order of the day."""
        return self._maturities("manager_id", MATURITIES_A_MANAGER)

    @cached_property
    def branch_maturities(self) -> dict[str, list[Row]]:
        """Return the largest notes that fall due by branch, in order of the day."""
        return self._maturities("branch", MATURITIES_A_BRANCH)

    def _maturities(self, by: str, most: int) -> dict[str, list[Row]]:
        order = {"maturing": False, "loan_note_id": True}
        largest = top(self.maturing, by, order, most)
        return grouped(largest.sort_values(["maturity_date", "loan_note_id"], kind="stable"), by)

    @cached_property
    def maturity_sums(self) -> dict[str, dict[str, Row]]:
        """Return number and sum of the notes that fall due, by `branch` and by `manager_id`."""
        return {by: counted(self.maturing, by, "maturing") for by in ("branch", "manager_id")}

    @cached_property
    def manager_refinances(self) -> dict[str, list[Row]]:
        """Return the largest planned loans at other banks by manager."""
        return self._refinances("planned", "manager_id", REFINANCES_A_MANAGER)

    @cached_property
    def branch_consents(self) -> dict[str, list[Row]]:
        """Return the largest loans at other banks that need consent first, by branch."""
        return self._refinances("needs_consent", "branch", CONSENTS_A_BRANCH)

    def _refinances(self, status: str, by: str, most: int) -> dict[str, list[Row]]:
        table = self.plan.growth.refinance
        order = {"amount": False, "customer_id": True, "source_rows": True}
        return grouped(top(table[table["status"] == status], by, order, most), by)

    @cached_property
    def consent_counts(self) -> dict[str, int]:
        """Return the number of loans that need consent first, by branch."""
        table = self.plan.growth.refinance
        counts = table.loc[table["status"] == "needs_consent", "branch"].value_counts()
        return {str(branch): int(count) for branch, count in counts.items()}

    @cached_property
    def left_out(self) -> pd.DataFrame:
        """Return LEFT_OUT with the branch."""
        branches = self.plan.growth.opportunities["branch"].to_numpy(dtype=object)
        at = self.numbers.first(self.numbers.opportunities, self.numbers.left_out)
        branch = np.append(branches, np.array([np.nan], dtype=object))[at]
        left_out = self.plan.left_out
        return left_out.assign(
            branch=pd.Series(branch, left_out.index, dtype="str"),
            value=left_out["value"].fillna(0.0),
        )

    @cached_property
    def left_out_groups(self) -> dict[str, list[Row]]:
        """Return number and value left out by branch, source and reason, most value first."""
        keys = ["branch", "source", "reason"]
        sums = self.left_out.groupby(keys, as_index=False)["value"].agg(["size", "sum"])
        order = {"sum": False, "size": False, "source": True, "reason": True}
        return grouped(
            top(sums.reset_index(drop=True), "branch", order, LEFT_OUT_A_BRANCH), "branch"
        )

    @cached_property
    def left_out_sums(self) -> dict[str, Row]:
        """Return number of customers and value left out by branch."""
        branch, values = self.left_out["branch"], self.left_out["value"]
        sums = pd.DataFrame({"sum": values.groupby(branch).sum()})
        sums.insert(0, "size", self.numbers.different(branch, self.numbers.left_out))
        return keyed(sums)
