"""Pages come whole, in time and in a form that is read, or not at all."""

from __future__ import annotations

import asyncio
import gzip
import ssl
import subprocess
import zlib
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import pytest

from sre_core.errors import RefusedInput
from sre_core.web.downloading import Downloader, FetchLimits, unpacked
from sre_core.web.places import AllowedHosts
from tests.web.servers import Answer, LoopbackServer, ScriptedResolver, answering, redirect, site

SMALL = FetchLimits(page_bytes=100_000, seconds=5)


def downloader(server: LoopbackServer, limits: FetchLimits = SMALL) -> Downloader:
    return Downloader(AllowedHosts.of([server.host]), limits=limits)


async def test_a_page_comes_with_its_type_and_what_it_is_written_in() -> None:
    with answering(Answer("grüß".encode("latin-1"), media_type='Text/HTML; Charset="ISO-8859-1"')) as server:
        page = await downloader(server).get(f"{server.url}/a?b")
    assert (page.media_type, page.charset, page.content) == ("text/html", "iso-8859-1", "grüß".encode("latin-1"))
    assert page.place.address == f"{server.url}/a?b"
    assert server.seen[0]["Host"] == server.host


async def test_a_redirect_is_followed_to_where_it_leads() -> None:
    with site({"/old": redirect("new?x=1", 301), "/new?x=1": "here"}) as server:
        page = await downloader(server).get(f"{server.url}/old")
    assert page.place.address == f"{server.url}/new?x=1"
    assert server.requests == ["/old", "/new?x=1"]


async def test_redirects_end() -> None:
    with answering(redirect("/again")) as server, pytest.raises(RefusedInput, match="more than 5 times"):
        await downloader(server).get(server.url)
    assert len(server.requests) == 6


async def test_cookies_are_not_carried_along() -> None:
    answers = {"/": Answer(status=302, headers={"Location": "/b", "Set-Cookie": "a=b"}), "/b": "here"}
    with site(answers) as server:
        await downloader(server).get(server.url)
    assert all("Cookie" not in headers for headers in server.seen)


@pytest.mark.parametrize(
    ("packed", "encoding"),
    [
        (gzip.compress(b"0" * 50_000_000), "gzip"),
        (zlib.compress(b"0" * 50_000_000), "deflate"),
        (b"0" * 200_000, "identity"),
    ],
    ids=["gzip", "deflate", "plain"],
)
async def test_a_page_is_measured_unpacked(packed: bytes, encoding: str) -> None:
    with (
        answering(Answer(packed, headers={"Content-Encoding": encoding})) as server,
        pytest.raises(RefusedInput, match=r"larger than 0\.1 MB"),
    ):
        await downloader(server).get(server.url)


class Packed:
    """What ``_unpacked`` needs of a response."""

    headers: Mapping[str, str] = {"content-encoding": "gzip"}

    async def aiter_raw(self) -> AsyncIterator[bytes]:
        yield gzip.compress(b"0" * 50_000_000)


async def test_what_is_packed_too_well_is_never_unpacked_whole() -> None:
    parts = unpacked(Packed(), most=1000)  # type: ignore[arg-type]
    assert len(await anext(parts)) <= 1001
    with pytest.raises(RefusedInput, match="larger than"):
        await anext(parts)


async def test_a_packed_page_is_unpacked() -> None:
    with answering(Answer(gzip.compress(b"hello"), headers={"Content-Encoding": "gzip"})) as server:
        assert (await downloader(server).get(server.url)).content == b"hello"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (Answer(b"\x1f\x8bnonsense", headers={"Content-Encoding": "gzip"}), "damaged"),
        (Answer(b"x", headers={"Content-Encoding": "br"}), "not asked for"),
        (Answer(status=404), "not there"),
        (Answer(status=503), "answered 503"),
        (Answer(status=302), "without saying where"),
    ],
    ids=["damaged", "another packing", "404", "503", "redirect to nowhere"],
)
async def test_what_is_no_page_says_why(answer: Answer, says: str) -> None:
    with answering(answer) as server, pytest.raises(RefusedInput, match=says):
        await downloader(server).get(server.url)


async def test_a_page_that_does_not_come_is_given_up() -> None:
    release = asyncio.Event()

    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await release.wait()
        writer.close()

    server = await asyncio.start_server(never, "127.0.0.1", 0)
    host = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    with pytest.raises(RefusedInput, match=r"not there after 0\.2 seconds"):
        await Downloader(AllowedHosts.of([host]), limits=FetchLimits(seconds=0.2)).get(f"http://{host}/")
    release.set()
    server.close()


async def test_a_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(Answer("proxied")) as proxy, answering(Answer("direct")) as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert (await downloader(server).get(server.url)).content == b"direct"
    assert proxy.requests == []


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """For docs.example, signed by itself."""
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=docs.example"]
    names = ["-addext", "subjectAltName=DNS:docs.example", "-keyout", str(key), "-out", str(cert)]
    subprocess.run([*made, *names], check=True, capture_output=True)
    return key, cert


@pytest.fixture
def secure(certificate: tuple[Path, Path]) -> Iterator[tuple[LoopbackServer, ssl.SSLContext, list[str | None]]]:
    """A server with that certificate, a client's trust in it, and the names that it was asked for."""
    key, cert = certificate
    asked: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    context.sni_callback = lambda socket, name, context: asked.append(name)
    server = LoopbackServer(lambda path, form: Answer("secure"), context)
    with server:
        yield server, ssl.create_default_context(cafile=str(cert)), asked


@pytest.mark.needs("openssl")
async def test_the_checked_address_is_asked_under_the_name_and_must_prove_it(
    secure: tuple[LoopbackServer, ssl.SSLContext, list[str | None]],
) -> None:
    server, trusted, asked = secure
    names = {"docs.example": [["127.0.0.1"]], "other.example": [["127.0.0.1"]]}
    allowed = AllowedHosts.of([f"docs.example:{server.port}", f"other.example:{server.port}"])
    downloader = Downloader(allowed, ScriptedResolver(names), SMALL, trusted)
    page = await downloader.get(f"https://docs.example:{server.port}/")
    assert page.content == b"secure"
    assert asked == ["docs.example"]
    assert server.seen[0]["Host"] == f"docs.example:{server.port}"
    with pytest.raises(RefusedInput, match="certificate"):
        await downloader.get(f"https://other.example:{server.port}/")
