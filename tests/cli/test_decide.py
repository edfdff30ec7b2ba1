from __future__ import annotations

import io
import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from zorgregels import Engine
from zorgregels._cli.zaken import Onleesbaar, read_lines
from zorgregels._schemas import make_validator


def is_valid(schema: str, waarde: object) -> None:
    """By the schema alone: the formats of this language have their own tests."""
    make_validator(schema).evolve(format_checker=None).validate(waarde)


def test_summary_says_verdict_reason_and_digest(zr, voorbeelden):
    uit = zr("decide", voorbeelden / "consult-te-hoog.json")
    assert uit.status == 0
    assert uit.stdout.startswith("NIET TOEGESTAAN   declaratie · peildatum 10 mei 2023")
    assert "hoger dan het maximumtarief van € 11,51" in uit.stdout
    assert "art. 35 lid 1 onder b" in uit.stdout
    assert "sha256:" in uit.stdout
    assert not uit.stderr


@pytest.mark.parametrize(
    ("naam", "oordeel"),
    [
        ("consult-te-hoog.json", "niet_toegestaan"),
        ("consult.json", "toegestaan"),
        ("facultatieve-prestatie.yaml", "onbekend"),
        ("domeinoverstijgende-afspraak.yaml", "voldoet_niet"),
        ("bekostiging.yaml", "onbekend"),
    ],
)
def test_json_is_valid_under_the_schema_and_is_what_the_engine_says(zr, voorbeelden, naam, oordeel):
    uit = zr("decide", voorbeelden / naam, "--json")
    assert uit.status == 0
    is_valid("beslissing", uit.json)
    is_valid("kwitantie", uit.json["kwitantie"])
    assert uit.json["oordeel"] == oordeel


def test_missing_fact_is_shown_by_what_it_means(zr, voorbeelden):
    uit = zr("decide", voorbeelden / "facultatieve-prestatie.yaml")
    assert "overeenkomst.schriftelijk   Is die overeenkomst schriftelijk vastgelegd?" in uit.stdout


def test_options_go_over_the_zaak(zr, voorbeelden, tmp_path):
    zaak = voorbeelden / "consult-te-hoog.json"
    assert "peildatum 3 juni 2024" in zr("decide", zaak, "--peildatum", "2024-06-03").stdout
    kaal = tmp_path / "afspraak.yaml"
    kaal.write_text((voorbeelden / "domeinoverstijgende-afspraak.yaml").read_text().replace("concept: true\n", ""))
    zonder = zr("decide", kaal)
    assert zonder.status == 2
    assert "ZR-603" in zonder.stderr
    met = zr("decide", kaal, "--concept")
    assert met.status == 0
    assert "GEEN GELDEND RECHT" in met.stdout
    assert "ZR-605" in zr("decide", zaak, "--bekend-op", "2024-01-01").stderr


def test_plugins_option_states_what_takes_part(zr, voorbeelden):
    zaak = voorbeelden / "consult.json"
    assert zr("decide", zaak, "--plugins", "huisarts").status == 0
    assert zr("decide", zaak, "--plugins", "msz").status == 2
    uit = zr("decide", zaak, "--plugins", "huisats")
    assert uit.status == 2
    assert "ZR-403" in uit.stderr
    assert "Bedoelde u `huisarts`?" in uit.stderr


def test_a_folder_can_be_a_plugin(zr, plugin, tmp_path):
    zaak = tmp_path / "z.yaml"
    zaak.write_text("vraag: declaratie\npeildatum: 2025-02-01\nfeiten: {rit: {kilometers: 300}}\n")
    uit = zr("decide", zaak, "--plugins", f"{plugin()}/")
    assert uit.status == 0
    assert uit.stdout.startswith("NIET TOEGESTAAN")


def test_a_fault_has_its_line_and_a_suggestion(zr, tmp_path):
    zaak = tmp_path / "z.json"
    zaak.write_text(
        '{"vraag": "declaratie", "peildatum": "2023-05-10",\n "feiten": {"declaratie": {\n   "bedrg": 11.52}}}'
    )
    uit = zr("decide", zaak)
    assert uit.status == 2
    assert f"{zaak}:3:4: ZR-504 onbekend veld `bedrg`" in uit.stderr
    assert "Bedoelde u `bedrag`?" in uit.stderr
    (tmp_path / "z.yaml").write_text(
        "vraag: declaratie\npeildatum: 2023-05-10\nfeiten:\n  declaratie:\n    bedrag: 1.234\n"
    )
    assert "z.yaml:5:13: ZR-505" in zr("decide", tmp_path / "z.yaml").stderr


def test_fault_as_json(zr, tmp_path):
    (tmp_path / "z.json").write_text('{"vraag": "declaratei"}')
    uit = zr("decide", tmp_path / "z.json", "--json")
    assert uit.status == 2
    assert {m["code"] for m in uit.json["fout"]["meldingen"]} == {"ZR-502", "ZR-512"}


def test_json_yaml_and_stdin_are_one_zaak(proces, voorbeelden):
    tekst = (voorbeelden / "consult.json").read_bytes()
    yaml = b"vraag: declaratie\npeildatum: 2023-05-10\nfeiten:\n  declaratie: {prestatiecode: '12011', bedrag: 11.51, duur_minuten: 12}\n"
    merken = {proces("decide", "-", "--json", invoer=t).json["digest"] for t in (tekst, yaml, b"\xef\xbb\xbf" + tekst)}
    assert merken == {proces("decide", voorbeelden / "consult.json", "--json").json["digest"]}


def test_jsonl_keeps_order_and_goes_on_after_a_bad_line(zr, voorbeelden):
    uit = zr("decide", voorbeelden / "zaken.jsonl")
    assert uit.status == 2
    regels = [json.loads(r) for r in uit.stdout.splitlines()]
    assert [r.get("oordeel", r.get("fout", {}).get("code")) for r in regels] == [
        "toegestaan",
        "niet_toegestaan",
        "onbekend",
        "ZR-504",
        "toegestaan",
    ]
    assert regels[3]["fout"]["regel"] == 4
    for r in regels:
        if "fout" not in r:
            is_valid("beslissing", r)
    assert not uit.stderr


def test_jsonl_of_good_lines_leaves_with_zero(proces, voorbeelden):
    goed = (voorbeelden / "zaken.jsonl").read_bytes().splitlines()[0]
    uit = proces("decide", "-", "--jsonl", invoer=goed + b"\r\n" + goed)
    assert uit.status == 0
    assert len(uit.stdout.splitlines()) == 2


def test_jsonl_gives_a_line_for_each_line_also_for_a_blank_one(proces, voorbeelden):
    """Whoever lays answers beside zaken by counting lines must not end up with somebody else's."""
    goed = (voorbeelden / "zaken.jsonl").read_bytes().splitlines()[0]
    uit = proces("decide", "-", "--jsonl", invoer=b"\n".join([goed, b"", b" \t", goed]) + b"\n")
    assert uit.status == 2
    regels = [json.loads(r) for r in uit.stdout.splitlines()]
    assert [r.get("oordeel") for r in regels] == ["toegestaan", None, None, "toegestaan"]
    assert [(r["fout"]["code"], r["fout"]["regel"]) for r in regels[1:3]] == [("ZR-109", 2), ("ZR-109", 3)]


def test_jsonl_survives_every_kind_of_bad_line(proces, voorbeelden):
    goed = (voorbeelden / "zaken.jsonl").read_bytes().splitlines()[0]
    slecht = [
        b"[1, 2]",
        b"null",
        b"nee",
        b"\xff\xfe",
        b'{"a": "\\ud800"}',
        b'{"a": 1, "a": 2}',
        b"[" * 100_000,
        b'{"n": ' + b"9" * 50_000 + b"}",
        b'"' + b"x" * 2_500_000 + b'"',
        goed.replace(b"11.51", b"NaN"),
        goed.replace(b'"2023-05-10"', b'"1023-05-10"'),
    ]
    uit = proces("decide", "-", "--jsonl", invoer=b"\n".join([*slecht, goed]))
    assert uit.status == 2
    regels = [json.loads(r) for r in uit.stdout.splitlines()]
    assert len(regels) == len(slecht) + 1
    assert [r["fout"]["regel"] for r in regels[:-1]] == list(range(1, len(slecht) + 1))
    binnen = [
        (nr, m["regel"]) for nr, r in enumerate(regels[:-1], start=1) for m in r["fout"]["meldingen"] if m.get("regel")
    ]
    assert len(binnen) > 5
    assert all(nr == regel for nr, regel in binnen), "a fault is in the line of the file that it names"
    assert regels[-1]["oordeel"] == "toegestaan"
    assert regels[8]["fout"]["code"] == "ZR-107"
    assert "Traceback" not in uit.stderr


def test_jsonl_answers_line_by_line(voorbeelden):
    """A program that keeps the process open gets each answer before it asks the next."""
    goed = (voorbeelden / "zaken.jsonl").read_bytes().splitlines()[0]
    with subprocess.Popen(
        [sys.executable, "-m", "zorgregels", "decide", "-", "--jsonl"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as p:
        assert p.stdin is not None
        assert p.stdout is not None
        for _ in range(3):
            p.stdin.write(goed + b"\n")
            p.stdin.flush()
            assert json.loads(p.stdout.readline())["oordeel"] == "toegestaan"
        p.stdin.close()
        assert p.wait(20) == 0


def test_progress_is_for_terminals_only(voorbeelden, tmp_path):
    meester, slaaf = pty.openpty()
    with (tmp_path / "uit").open("wb") as uit:
        p = subprocess.Popen(
            [sys.executable, "-m", "zorgregels", "decide", str(voorbeelden / "zaken.jsonl")], stdout=uit, stderr=slaaf
        )
        os.close(slaaf)
        assert p.wait(60) == 2
    gezien = os.read(meester, 10_000).decode()
    os.close(meester)
    assert "5 zaken · 1 niet beslist" in gezien


def test_broken_pipe_is_quiet(voorbeelden, tmp_path):
    goed = (voorbeelden / "zaken.jsonl").read_bytes().splitlines()[0]
    (tmp_path / "veel.jsonl").write_bytes(b"\n".join([goed] * 300))
    with subprocess.Popen(
        [sys.executable, "-m", "zorgregels", "decide", str(tmp_path / "veel.jsonl")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as p:
        assert p.stdout is not None
        assert p.stderr is not None
        p.stdout.readline()
        p.stdout.close()
        fout = p.stderr.read()
        assert p.wait(60) == 141
    assert fout == b""


def test_interrupt_is_one_word(voorbeelden):
    goed = (voorbeelden / "zaken.jsonl").read_bytes().splitlines()[0]
    # A test run in the background ignores interrupts, and what it starts inherits that.
    luister = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    with subprocess.Popen(
        [sys.executable, "-c", f"{luister}; from zorgregels._cli import main; main(['decide', '-', '--jsonl'])"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as p:
        assert p.stdin is not None
        assert p.stdout is not None
        assert p.stderr is not None
        p.stdin.write(goed + b"\n")
        p.stdin.flush()
        p.stdout.readline()
        p.send_signal(signal.SIGINT)
        assert p.wait(20) == 130
        assert p.stderr.read().decode().strip() == "Onderbroken."


class Stroom(io.BytesIO):
    """Counts what is taken from it at once."""

    meest = 0

    def readline(self, size: int | None = -1, /) -> bytes:
        regel = super().readline(size)
        self.meest = max(self.meest, len(regel))
        return regel

    def read(self, size: int | None = -1, /) -> bytes:
        raise AssertionError("a stream of zaken is never read whole")


def test_no_more_of_a_stream_is_held_than_one_zaak():
    stroom = Stroom(b"{}\n" + b"x" * 5_000_000 + b"\n[]\n" + b"y" * 3_000_000)
    regels = read_lines(stroom, "x")
    assert next(regels)[1].tekst == b"{}"
    assert stroom.tell() == 3
    lang = next(regels)
    assert lang[0] == 2
    with pytest.raises(Onleesbaar) as fout:
        lang[1].read()
    assert fout.value.melding.code == "ZR-107"
    assert [(nr, b.tekst[:2]) for nr, b in regels] == [(3, b"[]"), (4, b"yy")]
    assert stroom.meest < 1_100_000


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="durable-rules does not import there")
def test_engines_agree_on_the_examples(zr, voorbeelden):
    pytest.importorskip("durable")
    pytest.importorskip("zorgregels._inferentie.durable")
    for pad in sorted(Path(voorbeelden).iterdir()):
        if pad.suffix == ".jsonl":
            continue
        een = zr("decide", pad, "--json").json
        ander = zr("decide", pad, "--json", "--engine", "durable").json
        assert een["digest"] == ander["digest"]
        assert {een["kwitantie"]["inferentie"], ander["kwitantie"]["inferentie"]} == {"compiled", "durable"}


def test_engine_and_command_say_the_same(zr, voorbeelden):
    zaak = json.loads((voorbeelden / "consult.json").read_text(), parse_float=str)
    with Engine() as engine:
        assert zr("decide", voorbeelden / "consult.json", "--json").json == engine.decide(zaak).to_dict()
