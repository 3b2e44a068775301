"""转介 in the bank summary: the top referrers, and who brought whom over several hops."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from campaign.render.action_source import ActionSource
from campaign.render.summary_tables import Listing, plain
from campaign.render.xlsx_lists import Column

REFERRERS_SHOWN = 40
NAMED = 3


def referrer_listing(source: ActionSource) -> Listing:
    """Return who brought most money that is owed today, with whom he brought and what is hoped."""
    table = source.plan.growth.referral
    rows = table[table["rank"].notna()].sort_values("rank", kind="stable").head(REFERRERS_SHOWN)
    rows = source.with_cards(rows)
    rows["manager"] = [source.name_of(manager) for manager in rows["manager_id"]]
    brought = _brought(source)
    rows["whom"] = [chain_words(customer, brought) for customer in rows["customer_id"]]
    columns = (
        Column("名次", "count", 6.0), Column("介绍人", "wrap", 22.0), Column("支行", "wrap", 12.0),
        Column("客户经理", "wrap", 10.0), Column("直接带来", "count", 9.0),
        Column("连同再转介", "count", 10.0), Column("带来余额", "wan_bold", 12.0),
        Column("名单上由他介绍", "count", 13.0), Column("这次走访预计", "index", 11.0),
        Column("带来了谁（→ 再带来）", "wrap", 54.0), Column("来源行", "small", 18.0),
    )  # fmt: skip
    names = [
        "rank", "name", "branch", "manager", "brought", "descendants", "brought_balance",
        "names_given", "names", "whom", "source_rows",
    ]  # fmt: skip
    return Listing(columns, plain(rows[names]), "台账里没有登记介绍人，看不出谁带来了谁。")


def _brought(source: ActionSource) -> dict[str, list[tuple[str, str]]]:
    """Return number and shown name of everybody whom a customer brought, by his number."""
    table = source.plan.growth.referral
    known = table[table["referrer_id"].isin(table.loc[table["brought"] > 0, "customer_id"])]
    rows = source.with_cards(known.sort_values("customer_id", kind="stable"))
    found: dict[str, list[tuple[str, str]]] = {}
    linked = zip(rows["referrer_id"], rows["customer_id"], rows["name"].fillna(""), strict=True)
    for referrer, customer, name in linked:
        found.setdefault(referrer, []).append((customer, name))
    return found


def chain_words(
    customer: str, brought: Mapping[str, Sequence[tuple[str, str]]], seen: tuple[str, ...] = ()
) -> str:
    """Return whom a customer brought and whom these brought, over any number of hops.

    Example:
        >>> brought = {"K1": [("K2", "王五"), ("K3", "赵六")], "K2": [("K4", "钱七")]}
        >>> chain_words("K1", brought)
        '王五（→ 钱七）、赵六'
    """
    links = [link for link in brought.get(customer, ()) if link[0] not in seen]
    path = (*seen, customer)
    said = []
    for number, name in links[:NAMED]:
        further = chain_words(number, brought, path)
        said.append(f"{name}（→ {further}）" if further else name)
    more = f"等 {len(links)} 户" if len(links) > NAMED else ""
    return "、".join(said) + more
