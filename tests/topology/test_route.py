"""The map of an investigation, as the live page fetches it."""

from __future__ import annotations

import httpx
from starlette.applications import Starlette

from sre_core import report
from sre_core.api.guard import Tokens
from sre_core.api.hub import Hub
from sre_core.api.routes import Api, Words
from sre_core.errors import UnknownInvestigation
from sre_core.people import Role
from sre_core.reasoning.briefing import brief
from sre_core.topology.maps import InvestigationMap
from tests.topology.test_conditions import begun
from tests.topology.test_maps import maps
from tests.ui.fakes import INV, MemoryBench
from ui.picture import Picture

HERE = "http://localhost:8501"
TOKENS = Tokens(b"secret")


class MappedBench(MemoryBench):
    """One investigation over the shop."""

    def map_of(self, investigation_id: str) -> InvestigationMap:
        if investigation_id != INV:
            raise UnknownInvestigation(investigation_id)
        return maps().of(begun().state)


async def asked(investigation_id: str, token: str) -> httpx.Response:
    words = Words(markdown=report.markdown, chat=report.chat_text, briefing=brief)
    bench = MappedBench()
    api = Api(Hub(Picture), lambda: bench, lambda: TOKENS, ["localhost"], words)
    transport = httpx.ASGITransport(app=Starlette(routes=api.routes()))
    headers = {"Authorization": f"Bearer {token}", "Origin": HERE}
    async with httpx.AsyncClient(transport=transport, base_url=HERE, headers=headers) as client:
        return await client.get(f"/api/topology/{investigation_id}")


async def test_whoever_may_look_on_gets_the_map_with_places() -> None:
    answer = await asked(INV, TOKENS.issue(INV, "Vera", Role.VIEWER))
    assert answer.status_code == 200
    told = answer.json()
    assert (told["total"], told["left_out"]) == (5, 0)
    assert {"id", "label", "x", "y", "kind", "shape"} == set(told["drawing"]["nodes"][0])
    assert {"from", "to", "relation"} == set(told["drawing"]["edges"][0])


async def test_nobody_gets_it_without_a_pass_for_this_investigation() -> None:
    assert (await asked(INV, "forged")).status_code == 401
    assert (await asked("another", TOKENS.issue(INV, "Vera", Role.VIEWER))).status_code == 403
