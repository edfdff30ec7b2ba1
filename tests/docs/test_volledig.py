"""What there is, is documented; and what is documented, is there."""

from __future__ import annotations

import inspect
import re
import tomllib
from pathlib import Path

import click
import pytest
import zorgregels
from blokken import DOCS, ROOT, TAAL, help_maker, pages
from zorgregels import errors, hookspecs
from zorgregels._cli.groep import cli
from zorgregels._schemas import schema_map

ENGINE = ROOT / "engine/src/zorgregels"
_CODE = re.compile(r"ZR-[0-9]{3}")


def _page(naam: str) -> str:
    return (DOCS / naam).read_text("utf-8")


# -- names ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("naam", sorted(zorgregels.__all__))
def test_a_public_name_is_documented(naam: str) -> None:
    assert f"`{naam}`" in _page("inbedden.md")


@pytest.mark.parametrize("naam", sorted(errors.__all__))
def test_an_error_is_documented(naam: str) -> None:
    assert re.search(rf"\b{naam}\b", _page("inbedden.md"))


@pytest.mark.parametrize("naam", sorted(n for n in vars(zorgregels.Engine) if not n.startswith("_")))
def test_what_an_engine_offers_is_documented(naam: str) -> None:
    assert re.search(rf"`(engine\.)?{naam}(\(.*?\))?`", _page("inbedden.md"))


@pytest.mark.parametrize("naam", sorted(zorgregels.Beslissing.__dataclass_fields__))
def test_what_a_beslissing_holds_is_documented(naam: str) -> None:
    assert f"| `{naam}` |" in _page("inbedden.md")


def test_the_signatures_of_an_engine_are_current() -> None:
    maken = [n for n in inspect.signature(zorgregels.Engine).parameters if n != "self"]
    getoond = re.search(r"`Engine\(\*, (.*?)\)`", _page("inbedden.md"))
    assert getoond is not None
    assert [d.partition("=")[0] for d in getoond[1].split(", ")] == maken
    beslissen = [n for n in inspect.signature(zorgregels.Engine.decide).parameters if n not in {"self", "zaak"}]
    getoond = re.search(r"or `decide\((.*?)\)`", _page("inbedden.md"))
    assert getoond is not None
    assert [d.partition("=")[0] for d in getoond[1].split(", ")] == beslissen


# -- hooks ---------------------------------------------------------------------------------------------------------


def test_every_hook_is_a_heading_with_its_exact_signature() -> None:
    haken = {n: f for n, f in vars(hookspecs).items() if n.startswith("zorgregels_")}
    koppen = re.findall(r"^## `(.*)`$", _page("haken.md"), re.M)
    assert koppen == [f"{n}{inspect.signature(f)}".replace("'", "") for n, f in sorted(haken.items())]
    delen = re.split(r"^## `", _page("haken.md"), flags=re.M)[1:]
    for deel in delen:
        for kop in ("**Arguments:**", "**Returns:**", "```python"):
            assert kop in deel, f"{kop} is not in {deel[:40]}"
        for argument in inspect.signature(haken[deel.partition("(")[0]]).parameters:
            assert f"`{argument}`" in deel


# -- the command line ----------------------------------------------------------------------------------------------


def test_the_page_of_commands_is_current() -> None:
    gemaakt = help_maker().page()
    # Versions of click break lines in other places; the words are what must be the same.
    assert _page("opdrachten.md").split() == gemaakt.split(), "run: python docs/hulp.py"


def test_every_command_and_option_is_on_it() -> None:
    pagina = _page("opdrachten.md")
    for namen, opdracht in help_maker().commands(cli):
        assert f"## `{' '.join(namen)}`\n" in pagina
        for parameter in opdracht.params:
            if isinstance(parameter, click.Option):
                assert all(o in pagina for o in parameter.opts), (namen, parameter.opts)


def test_every_command_that_is_shown_exists() -> None:
    gekend = {" ".join(namen[1:]) for namen, _ in help_maker().commands(cli)}
    groepen = {g.partition(" ")[0] for g in gekend if g}
    for pagina in pages():
        for naam in re.findall(r"(?:`|\$ |&& )zorgregels ([a-z]+)", pagina.read_text("utf-8")):
            assert naam in groepen, f"{pagina.name}: zorgregels {naam}"


# -- errors, schemas, words ----------------------------------------------------------------------------------------


def _codes() -> set[str]:
    return {c for p in ENGINE.rglob("*.py") for c in _CODE.findall(p.read_text("utf-8"))}


@pytest.mark.parametrize("code", sorted(_codes()))
def test_an_error_code_has_a_page(code: str) -> None:
    pagina = DOCS / "fouten" / f"{code}.md"
    assert pagina.is_file()
    assert pagina.read_text("utf-8").startswith(f"# {code}")
    assert code in _page("fouten/index.md")


def test_no_page_is_about_a_code_that_is_not_there() -> None:
    paginas = {p.stem for p in (DOCS / "fouten").glob("ZR-*.md")}
    genoemd = {c for p in pages() for c in _CODE.findall(p.read_text("utf-8"))}
    assert (paginas | genoemd) - _codes() == set()


def test_every_schema_is_listed() -> None:
    rijen = re.findall(r"^\| `(\w+)` \| `urn:zorgregels:v1:(\w+)` \|", _page("schemas.md"), re.M)
    assert rijen == [(n, n) for n in schema_map()]


def test_the_language_page_names_every_key() -> None:
    import json

    def keys(schema: object) -> set[str]:
        if isinstance(schema, list):
            return {k for s in schema for k in keys(s)}
        if not isinstance(schema, dict):
            return set()
        eigen = set(schema["properties"]) if isinstance(schema.get("properties"), dict) else set()
        return eigen | {k for s in schema.values() for k in keys(s)}

    taal = _page("taal.md")
    for naam in ("regelset", "catalogus", "casussen", "plugin", "normen"):
        sleutels = keys(json.loads(schema_map()[naam].read_text("utf-8")))
        assert sorted(k for k in sleutels if not re.search(rf"\b{k}\b", taal)) == [], naam


def test_the_language_page_names_every_kind_of_value() -> None:
    from zorgregels._waarden import Soort

    for soort in Soort:
        if soort is not Soort.BREUKGELD:  # it is not a type that an author can give a field
            assert f"| `{soort.value}` |" in _page("taal.md")


def test_the_glossary_is_sorted_and_points_at_what_is_there() -> None:
    rijen = re.findall(r"^\| ([A-Z]\S.*?|n\.v\.t\.) \| .* \| (.*) \|$", _page("begrippen.md"), re.M)
    namen = [r[0].lower() for r in rijen]
    assert namen == sorted(namen)
    assert len(namen) > 35
    for _, plek in rijen:
        for naam in re.findall(r"`zorgregels\.(\w+)`", plek):
            assert hasattr(zorgregels, naam)
        for naam in re.findall(r"`zorgregels\.errors\.(\w+)`", plek):
            assert hasattr(errors, naam)
        for klasse, veld in re.findall(r"`(Beslissing|Stap|Regelset|Engine|Uitkomst)\.(\w+)`", plek):
            soort = getattr(zorgregels, klasse)
            assert veld in getattr(soort, "__dataclass_fields__", {}) or hasattr(soort, veld), (klasse, veld)


def test_the_invented_facts_of_the_language_page_are_described() -> None:
    assert len(list((TAAL / "feiten").glob("*.json"))) >= 8


# -- links ---------------------------------------------------------------------------------------------------------


def _anchor(kop: str) -> str:
    return re.sub(r"[^\w\- ]", "", kop.strip().lower()).replace(" ", "-")


def _anchors(pad: Path) -> set[str]:
    tekst = re.sub(r"^```.*?^```$", "", pad.read_text("utf-8"), flags=re.M | re.S)
    return {_anchor(k) for k in re.findall(r"^#+ (.*)$", tekst, re.M)}


@pytest.mark.parametrize(
    "pagina",
    [*pages(), *sorted((DOCS / "fouten").glob("*.md")), ROOT / "CHANGELOG.md"],
    ids=lambda p: "/".join(p.parts[-2:]),
)
def test_links_resolve(pagina: Path) -> None:
    tekst = re.sub(r"^```.*?^```$", "", pagina.read_text("utf-8"), flags=re.M | re.S)
    for doel in re.findall(r"\]\(([^)\s]+)\)", tekst):
        if doel.startswith(("https://", "http://")):
            continue
        pad, _, anker = doel.partition("#")
        heel = (pagina.parent / pad).resolve() if pad else pagina
        assert heel.exists(), doel
        if anker:
            assert anker in _anchors(heel), doel


def test_every_page_is_in_the_index() -> None:
    index = _page("index.md")
    for pagina in DOCS.glob("*.md"):
        assert pagina.stem == "index" or re.search(rf"^{pagina.stem}$", index, re.M), pagina.name


# -- the README ----------------------------------------------------------------------------------------------------


def test_the_readme_begins_with_two_commands_that_exist() -> None:
    tekst = (ROOT / "README.md").read_text("utf-8")
    eerste, tweede = re.findall(r"^```console\n\$ (.*)$", tekst, re.M)[:2]
    assert tekst.index(tweede) < tekst.index("\n## ")
    assert eerste.startswith("pip install -r requirements.txt && zorgregels decide voorbeelden/")
    assert tweede == "pip install tox && tox"
    regels = (ROOT / "requirements.txt").read_text("utf-8").split("-e ")[1:]
    assert [r.strip() for r in regels] == [
        ".[journaal]",
        *(f"./plugins/{p}" for p in ("msz", "huisarts", "domeinoverstijgend")),
    ]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["requires-python"] == ">=3.11"
    assert "Python 3.11 or later" in tekst


def test_the_changelog_is_about_this_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert f"\n## {project['version']}\n" in (ROOT / "CHANGELOG.md").read_text("utf-8")
