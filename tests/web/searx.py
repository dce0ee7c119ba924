"""Debian's searx as an ordinary process, with one engine, which is ours."""

from __future__ import annotations

import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.postgres import free_port

SETTINGS = """
general: {debug: false, instance_name: ours, contact_url: false, enable_stats: false}
brand: {git_url: "", git_branch: "", issue_url: "", docs_url: "", public_instances: "", wiki_url: "", twitter_url: ""}
search: {safe_search: 0, autocomplete: "", default_lang: "", ban_time_on_fail: 5, max_ban_time_on_fail: 9}
server:
  {port: PORT, bind_address: 127.0.0.1, secret_key: only for a test, base_url: false, image_proxy: false, method: POST,
   http_protocol_version: "1.1", default_http_headers: {}}
ui:
  {static_path: /usr/share/python3-searx/static, templates_path: /usr/share/python3-searx/templates, default_theme: oscar,
   default_locale: "", theme_args: {oscar_style: logicodev}, archive_today: false, autofocus: true}
outgoing: {request_timeout: 10.0, useragent_suffix: "", pool_connections: 10, pool_maxsize: 10}
checker: {off_when_debug: true, additional_tests: {}, tests: {}}
engines:
  - {name: ours, engine: json_engine, shortcut: ours, categories: general, timeout: 10.0, enable_http: true, paging: false,
     search_url: "ENGINE", results_query: results, url_query: url, title_query: title, content_query: content}
locales: {en: English}
doi_resolvers: {doi.example: "https://doi.example/"}
default_doi_resolver: doi.example
"""


@contextmanager
def searx(folder: Path, engine: str) -> Iterator[str]:
    """Its address. ``engine``: where the engine is asked, with {query} in it."""
    port, log = free_port(), folder / "log"
    settings = folder / "settings.yml"
    settings.write_text(SETTINGS.replace("PORT", str(port)).replace("ENGINE", engine), encoding="utf-8")
    environment = {"PATH": os.defpath, "SEARX_SETTINGS_PATH": str(settings), "HOME": str(folder)}
    with log.open("wb") as said:
        process = subprocess.Popen(
            ["/usr/bin/python3", "-m", "searx.webapp"], env=environment, stdout=said, stderr=said
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}/", process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until it answers anything at all; it cannot be told to say when it is ready."""
    for _ in range(300):
        assert process.poll() is None, log.read_text(encoding="utf-8")
        try:
            urllib.request.urlopen(url, timeout=10).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(log.read_text(encoding="utf-8"))
