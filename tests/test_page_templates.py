import pytest
from jinja2 import UndefinedError

from campaign.render.page_templates import page_templates


def test_every_printed_page_escapes_and_forgives_nothing():
    for folders in ((), ("review",), ("backtest",)):
        said = page_templates(*folders).from_string("{{ words }}")
        assert said.render(words='<b a="1">') == "&lt;b a=&#34;1&#34;&gt;"
        with pytest.raises(UndefinedError):
            said.render()


def test_a_page_finds_its_own_template_and_the_shared_ones():
    review = page_templates("review")
    assert {"week.html", "parts.html", "style.css"} <= set(review.list_templates())
    assert "week.html" not in page_templates().list_templates()
