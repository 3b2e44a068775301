"""Names brought home, and through whom."""

import pandas as pd

from campaign.progress.referral_tree import prospect_number, referral_tree
from campaign.vocabulary import REFERRED


def referred(*rows):
    columns = ["manager_id", "customer_name", "phone", "referrer_id", "referrer_name", "relation"]
    return REFERRED.conform(pd.DataFrame(rows, columns=columns))


def test_the_tree_of_the_lecture_reaches_the_cousin():
    tree = referral_tree(
        referred(
            ("m1", "李秀", "", "K1", "张三", "爱人"),
            ("m1", "王强", "13900000001", None, "李秀", "表弟"),
            ("m1", "赵六", "13900000002", None, "王强", "同行"),
        )
    ).set_index("customer_name")
    assert tree["path"]["赵六"] == "张三 → 爱人李秀 → 表弟王强 → 同行赵六"
    assert tree["relations"]["赵六"] == "客户 → 爱人 → 表弟 → 同行"
    assert tree["depth"].to_dict() == {"李秀": 1, "王强": 2, "赵六": 3}
    assert tree["referrer_id"].tolist() == ["K1", "K1", "K1"]
    assert tree["parent_id"]["王强"] == tree["prospect_id"]["李秀"]


def test_a_customer_number_stops_the_search_for_a_name():
    tree = referral_tree(
        referred(("m1", "李秀", "", None, "张三", "爱人"), ("m1", "王强", "", "K9", "李秀", "表弟"))
    ).set_index("customer_name")
    assert tree["depth"]["王强"] == 1
    assert tree["referrer_id"]["王强"] == "K9"


def test_two_who_name_each_other_make_no_ring():
    tree = referral_tree(
        referred(("m1", "甲", "", None, "乙", "同行"), ("m1", "乙", "", None, "甲", "同行"))
    )
    assert sorted(tree["depth"]) == [2, 2]


def test_names_of_another_manager_are_other_people():
    tree = referral_tree(
        referred(("m1", "李秀", "", None, None, None), ("m2", "王强", "", None, "李秀", "表弟"))
    ).set_index("customer_name")
    assert tree["path"]["王强"] == "李秀 → 表弟王强"
    assert tree["path"]["李秀"] == "未写介绍人 → 李秀"


def test_a_number_stays_the_same_whoever_else_is_named():
    assert prospect_number("m1", "李秀", None) == prospect_number("m1", "李秀", "")
    assert prospect_number("m1", "李秀", "1") != prospect_number("m2", "李秀", "1")
    assert "李秀" not in prospect_number("m1", "李秀", "1")
