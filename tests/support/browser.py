"""What a browser makes of a page: any width, light or dark."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

SCHEMES = ("light", "dark")
WIDTHS = (360, 1280)  # pixels of a phone and of a desk


def opened(driver: str | None) -> Any:
    """A Chromium without a window that keeps what it complains of."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=driver))


def look(browser: Any, path: Path, width: int, scheme: str) -> None:
    """Open a page and hold what is true of every page: no complaint, no overflow, ink on its ground."""
    sizes = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", sizes)
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    browser.get(path.as_uri())
    assert browser.get_log("browser") == []
    seen, whole = browser.execute_script(
        "for (const e of document.querySelectorAll('details')) e.open = true;"
        "const e = document.documentElement; return [e.clientWidth, e.scrollWidth]"
    )
    assert whole == seen <= width, f"{whole} pixels of content in {seen}"
    ground, ink = browser.execute_script(
        "const s = getComputedStyle(document.body); return [s.backgroundColor, s.color]"
    )
    assert (luminance(ground) > luminance(ink)) == (scheme == "light")
    assert contrast(ground, ink) > 7
    assert browser.execute_script("return document.querySelectorAll('script, img').length") == 0


def luminance(color: str) -> float:
    """Relative luminance of a CSS rgb() colour, as WCAG 2.2 defines it."""
    shares = [int(word) / 255 for word in re.findall(r"\d+", color)[:3]]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return sum(weight * share for weight, share in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2.2."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)
