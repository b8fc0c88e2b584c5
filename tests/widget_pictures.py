"""The pictures of the widget in docs/images: ``python -m tests.widget_pictures``, with the index at hand."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from assistant.privacy import force_offline_and_private
from assistant.settings import load_settings
from assistant.wiring import build_assistant
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.embedding import Hosts, ask, embedded, frame_of

IMAGES = Path(__file__).parents[1] / "docs" / "images"
QUESTION = "Who can become a member of PICUM?"
PAGE = """
<style>
  body { margin: 0; font: 17px/1.6 Georgia, serif; color: #222; }
  header { padding: 22px 48px; background: #f0ece2; font-size: 22px; }
  main { max-width: 620px; padding: 28px 48px; }
  i { display: block; height: 11px; margin: 13px 0; border-radius: 6px; background: #e4e0d6; }
  @media (max-width: 480px) { header, main { padding: 20px; } }
</style>
<header>Our intranet</header>
<main>
<h1>Working with our members</h1><i></i><i></i><i></i><i style="width: 60%"></i><h2>Forms</h2><i></i><i></i></main>
"""


def take() -> None:
    """Ask one question on a wide and on a narrow screen."""
    force_offline_and_private()
    hosts = Hosts()
    embeds = f'[embeds.intranet]\norigins = ["{hosts.site()}"]\npublic = true\n'
    with (
        closing(build_assistant(load_settings())) as assistant,
        tempfile.TemporaryDirectory() as home,
        embedded(assistant, Path(home), embeds) as running,
        sync_playwright() as playwright,
        closing(playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)) as browser,
    ):
        address = hosts.page(PAGE + running.script(title="Ask our documents"))
        for name, size in (("widget", (1200, 760)), ("widget-phone", (390, 760))):
            page = browser.new_page(viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce")
            page.goto(address)
            page.get_by_role("button", name="Ask our documents").click()
            ask(frame_of(page), QUESTION, patience_s=120)
            expect(frame_of(page).locator(".card").first).to_be_visible()
            page.screenshot(path=IMAGES / f"{name}.png")
    hosts.close()


if __name__ == "__main__":
    take()
