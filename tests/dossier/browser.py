"""Real Chromium without a window, told what to do over a pipe: one process opens many pages, and nobody else can reach it."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_VLAGGEN = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--remote-debugging-pipe"),
)
_WACHT = 60.0
"""Seconds after which a browser that does not answer is a fault of the test."""


class Bladzijde:
    """What a page came to: its text, what it asked of the network and what its policy refused."""

    def __init__(self, browser: Browser, sessie: str) -> None:
        self._browser = browser
        self._sessie = sessie
        self.verzoeken: list[str] = []
        self.meldingen: list[str] = []

    def call(self, methode: str, **gegevens: Any) -> Any:
        """Send one command of the DevTools protocol for this page."""
        return self._browser.call(methode, gegevens, self._sessie)

    def ask(self, uitdrukking: str) -> Any:
        """Return the value of an expression in the page, a promise awaited."""
        antwoord = self.call("Runtime.evaluate", expression=uitdrukking, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in antwoord, antwoord["exceptionDetails"]
        return antwoord["result"].get("value")

    @property
    def tekst(self) -> str:
        """All text of the page, that in closed details too."""
        return str(self.ask("document.body.textContent"))

    @property
    def oordeel(self) -> str:
        """``goed``, ``fout`` or ``niet``."""
        return str(self.ask("document.getElementById('keur').dataset.status"))

    @property
    def keuringen(self) -> dict[str, str]:
        """The status of every check by its name."""
        return dict(
            self.ask(
                "Array.from(document.querySelectorAll('.keuringen li'), (li) => [li.querySelector('.wat').textContent, li.dataset.status])"
            )
        )

    @property
    def fouten(self) -> set[str]:
        """The names of the checks that failed."""
        return {naam for naam, status in self.keuringen.items() if status == "fout"}

    def close(self) -> None:
        """Close the page."""
        self._browser.forget(self._sessie)


Openen = Callable[..., Bladzijde]
"""Opens a page from its data or its text."""


class Browser:
    """One Chromium."""

    def __init__(self, map_: Path) -> None:
        assert CHROMIUM is not None
        lees_daar, self._schrijf = os.pipe()
        self._lees, schrijf_daar = os.pipe()
        opdracht = f'exec "$0" "$@" 3<&{lees_daar} 4>&{schrijf_daar}'
        self._proces = subprocess.Popen(
            ["bash", "-c", opdracht, CHROMIUM, *_VLAGGEN, f"--user-data-dir={map_}"],
            pass_fds=(lees_daar, schrijf_daar),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(lees_daar)
        os.close(schrijf_daar)
        self._nr = 0
        self._rest = b""
        self._bladzijden: dict[str, tuple[Bladzijde, str]] = {}
        self.call("Browser.getVersion", {})

    def open(
        self, pad: Path, *, script: bool = True, vooraf: str = "", media: Sequence[tuple[str, str]] = ()
    ) -> Bladzijde:
        """Open a file, and wait until its program is done; without ``script`` no program runs, ``vooraf`` runs before it."""
        doel = self.call("Target.createTarget", {"url": "about:blank"})["targetId"]
        sessie = self.call("Target.attachToTarget", {"targetId": doel, "flatten": True})["sessionId"]
        bladzijde = Bladzijde(self, sessie)
        self._bladzijden[sessie] = (bladzijde, doel)
        for domein in ("Page", "Network", "Log", "Runtime"):
            bladzijde.call(f"{domein}.enable")
        bladzijde.call("Emulation.setScriptExecutionDisabled", value=not script)
        if vooraf:
            bladzijde.call("Page.addScriptToEvaluateOnNewDocument", source=vooraf)
        if media:
            bladzijde.call("Emulation.setEmulatedMedia", features=[{"name": n, "value": w} for n, w in media])
        bladzijde.call("Page.navigate", url=pad.as_uri())
        klaar = (
            "document.documentElement.classList.contains('klaar')" if script else "document.readyState === 'complete'"
        )
        self._await(bladzijde, f"location.href !== 'about:blank' && {klaar}")
        return bladzijde

    def _await(self, bladzijde: Bladzijde, uitdrukking: str) -> None:
        eind = time.monotonic() + _WACHT
        while time.monotonic() < eind:
            if bladzijde.call("Runtime.evaluate", expression=uitdrukking)["result"].get("value") is True:
                return
            time.sleep(0.01)
        raise TimeoutError(uitdrukking)

    def call(self, methode: str, gegevens: dict[str, Any], sessie: str | None = None) -> Any:
        """Send a command and return its result; what happens meanwhile is noted with its page."""
        self._nr += 1
        bericht: dict[str, Any] = {"id": self._nr, "method": methode, "params": gegevens}
        if sessie is not None:
            bericht["sessionId"] = sessie
        os.write(self._schrijf, json.dumps(bericht).encode() + b"\0")
        while True:
            antwoord = self._receive()
            if antwoord.get("id") == self._nr:
                assert "error" not in antwoord, (methode, antwoord)
                return antwoord["result"]
            self._note(antwoord)

    def _receive(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            klaar, _, _ = select.select([self._lees], [], [], _WACHT)
            stuk = os.read(self._lees, 1 << 20) if klaar else b""
            if not stuk:
                raise TimeoutError("Chromium does not answer")
            self._rest += stuk
        ruw, _, self._rest = self._rest.partition(b"\0")
        bericht: dict[str, Any] = json.loads(ruw)
        return bericht

    def _note(self, bericht: dict[str, Any]) -> None:
        paar = self._bladzijden.get(bericht.get("sessionId", ""))
        if paar is None:
            return
        gegevens = bericht.get("params", {})
        if bericht["method"] == "Network.requestWillBeSent":
            paar[0].verzoeken.append(gegevens["request"]["url"])
        elif bericht["method"] == "Log.entryAdded":
            paar[0].meldingen.append(gegevens["entry"]["text"])
        elif bericht["method"] == "Runtime.exceptionThrown":
            paar[0].meldingen.append(str(gegevens["exceptionDetails"]))

    def forget(self, sessie: str) -> None:
        """Close a page."""
        _, doel = self._bladzijden.pop(sessie)
        self.call("Target.closeTarget", {"targetId": doel})

    def close(self) -> None:
        """End the process."""
        os.write(self._schrijf, json.dumps({"id": 0, "method": "Browser.close"}).encode() + b"\0")
        try:
            self._proces.wait(10)
        except subprocess.TimeoutExpired:
            self._proces.kill()
            self._proces.wait()
        os.close(self._schrijf)
        os.close(self._lees)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def picture(bladzijde: Bladzijde, breed: int, hoog: int, *, schaal: float = 1) -> bytes:
    """Return a PNG of the whole page at this width."""
    bladzijde.call(
        "Emulation.setDeviceMetricsOverride", width=breed, height=hoog, deviceScaleFactor=schaal, mobile=breed < 600
    )
    return base64.b64decode(bladzijde.call("Page.captureScreenshot", captureBeyondViewport=True)["data"])


def paper(bladzijde: Bladzijde) -> bytes:
    """Return the page as PDF."""
    return base64.b64decode(bladzijde.call("Page.printToPDF", preferCSSPageSize=True, printBackground=False)["data"])
