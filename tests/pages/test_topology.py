"""The Topology page, clicked without a browser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from sre_core.bootstrap import Workbench
from sre_core.knowledge.feeds.settings import TopologySettings
from ui.shell import SHELL

SHOP = {
    "nodes": [
        {"id": "web", "kind": "service"},
        {"id": "cart", "kind": "service", "labels": {"team": "shop"}},
        {"id": "cart-db", "kind": "database"},
        {"id": "alone", "kind": "service"},
    ],
    "edges": [
        {"source": "web", "target": "cart", "relation": "calls"},
        {"source": "cart", "target": "cart-db", "relation": "reads"},
    ],
}


def connect(bench: Workbench, folder: Path, said: Any, name: str = "shop") -> None:
    """A source of the knowledge base that holds this topology."""
    file = folder / f"{name}.json"
    file.write_text(json.dumps(said), encoding="utf-8")
    bench.knowledge.feeds.add(name, TopologySettings(path=str(file)), by="ada")


def opened(**asked: str) -> AppTest:
    page = AppTest.from_file(str(SHELL), default_timeout=30).run()
    page.switch_page("../pages/topology.py")
    for name, value in asked.items():
        page.query_params[name] = value
    return ran(page)


def ran(page: AppTest) -> AppTest:
    page.run()
    assert not page.exception
    return page


def shown(page: AppTest) -> str:
    texts = (*page.markdown, *page.caption, *page.info, *page.error, *page.warning)
    return "\n".join(text.value for text in texts).replace("\\", "")


def element(page: AppTest, part: str) -> dict[str, Any]:
    """The data of the map ('drawing') or of the table ('rows')."""
    every = [json.loads(one.proto.json) for one in page.get("bidi_component") if one.proto.json]
    return next(one for one in every if part in one)


def press(page: AppTest, label: str) -> AppTest:
    next(button for button in page.button if button.label.replace("\\", "") == label).click()
    return ran(page)


def words_of(page: AppTest) -> dict[str, str]:
    """Component -> what the table says it is to the selected one."""
    return {row[0]: row[-1] for row in element(page, "rows")["rows"]}


def test_a_connected_topology_is_drawn_and_said_in_a_table(bench: Workbench, tmp_path: Path) -> None:
    connect(bench, tmp_path, SHOP)
    page = opened()
    assert {node["id"] for node in element(page, "drawing")["drawing"]["nodes"]} == {"web", "cart", "cart-db", "alone"}
    rows = {row[0]: row[1:] for row in element(page, "rows")["rows"]}
    assert rows["cart"] == ["service", "cart-db", "web", "1", "–"]
    assert page.query_params["source"] == "feed:shop"
    assert "No component is selected" in shown(page)


def test_a_component_in_the_address_says_who_feels_it_and_where_one_can_go_on(bench: Workbench, tmp_path: Path) -> None:
    connect(bench, tmp_path, SHOP)
    page = opened(source="feed:shop", component="cart-db")
    assert words_of(page) == {
        "cart-db": "selected",
        "cart": "feels it, 1 hop",
        "web": "feels it, 2 hops",
        "alone": "–",
    }
    data = element(page, "drawing")
    assert (data["selected"], data["marks"]["alone"]) == ("cart-db", {"dim": True})
    assert set(data["trail"]) == {"web\ncart", "cart\ncart-db"}
    assert "2 hops away: web" in shown(page)
    press(page, "cart")
    assert page.query_params["component"] == "cart"
    press(page, "Close")
    assert "component" not in page.query_params


def test_a_word_finds_components_by_name_kind_or_label(bench: Workbench, tmp_path: Path) -> None:
    connect(bench, tmp_path, SHOP)
    page = opened()
    for words, found in (("database", ["cart-db"]), ("team=shop", ["cart"]), ("nothing-like-it", [])):
        page.text_input(key="topology-find").input(words)
        ran(page)
        assert list(words_of(page)) == found
    assert "Nothing matches" in shown(page)


def test_layers_leave_out_other_kinds(bench: Workbench, tmp_path: Path) -> None:
    connect(bench, tmp_path, SHOP)
    page = opened()
    page.session_state["topology-kinds"] = ["database"]
    assert list(words_of(ran(page))) == ["cart-db"]


def test_a_large_one_begins_with_groups_and_opens_one_of_them(bench: Workbench, tmp_path: Path) -> None:
    nodes = [{"id": f"s{n}", "kind": "service"} for n in range(310)] + [{"id": "db", "kind": "database"}]
    connect(bench, tmp_path, {"nodes": nodes, "edges": [{"source": "s1", "target": "db"}]}, "large")
    page = opened(source="feed:large")
    drawing = element(page, "drawing")["drawing"]
    assert {node["id"] for node in drawing["nodes"]} == {"service", "database"}
    assert len(element(page, "rows")["rows"]) == 25, "the table has them page by page"
    page.session_state["topology-group"] = "database"
    assert list(words_of(ran(page))) == ["db"]
    page = opened(source="feed:large", component="db")
    page.session_state["topology-view"] = "Around one"
    assert set(words_of(ran(page))) == {"s1", "db"}


def test_no_folder_of_the_server_is_opened_by_its_address(bench: Workbench, tmp_path: Path) -> None:
    page = opened(source=f"capsule:{tmp_path}")
    assert "There is no topology" in shown(page)
    assert page.query_params["source"].startswith("sample:")


def test_an_empty_one_says_how_to_get_one_and_a_broken_file_what_is_wrong(bench: Workbench, tmp_path: Path) -> None:
    connect(bench, tmp_path, {"nodes": [], "edges": []})
    assert "This has no topology" in shown(opened())
    (tmp_path / "shop.json").write_text("[]", encoding="utf-8")
    assert "is no topology" in shown(opened())


def test_a_name_that_is_markup_stays_a_name(bench: Workbench, tmp_path: Path) -> None:
    connect(bench, tmp_path, {"nodes": [{"id": "[x](http://evil)"}, {"id": "![b](http://evil/i)"}], "edges": []})
    page = opened(component="[x](http://evil)")
    assert not [one.value for one in (*page.markdown, *page.caption) if "](http" in one.value]


def test_kinds_relations_and_groups_that_are_markup_stay_words(bench: Workbench, tmp_path: Path) -> None:
    link = "[x](http://evil)"
    nodes = [
        {"id": f"n{number}", "kind": f"{link}{number % 2}", "labels": {link: f"{number % 3}"}} for number in range(9)
    ]
    connect(bench, tmp_path, {"nodes": nodes, "edges": [{"source": "n1", "target": "n2", "relation": link}]})
    page = opened(source="feed:shop")
    page.session_state["topology-view"] = "Overview"
    page.session_state["topology-group"] = f"{link}1"
    ran(page)
    labels = [option for group in page.button_group for option in group.options]
    labels += [button.label for button in page.button]
    assert [label for label in labels if "evil" in label]
    assert not [label for label in labels if "](http" in label]
