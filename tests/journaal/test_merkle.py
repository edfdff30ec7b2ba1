"""The tree against the definitions of RFC 9162, section 2.1, written out here once more and followed to the letter."""

from __future__ import annotations

import itertools
from functools import cache
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from zorgregels._journaal.merkle import (
    TEGEL,
    Boom,
    Rand,
    check_consistency,
    check_inclusion,
    leaf_hash,
    node_hash,
    root_of,
)
from zorgregels.errors import JournaalError

RANDEN = (127, 128, 129, 255, 256, 257, 300, 511, 512, 513, 767, 768, 1000, 1024, 1025)
BLADEREN = tuple(sha256(b"\x00" + b"blad %d" % nr).digest() for nr in range(2100))

# -- the RFC -------------------------------------------------------------------------------------------------------


def H(*delen: bytes) -> bytes:  # noqa: N802 - the names of the RFC
    return sha256(b"".join(delen)).digest()


def k_of(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    assert k < n <= 2 * k
    return k


@cache
def mth(van: int, tot: int) -> bytes:
    """MTH(D[van:tot]) of 2.1.1, over leaf hashes."""
    n = tot - van
    if n == 0:
        return H()
    if n == 1:
        return BLADEREN[van]
    k = k_of(n)
    return H(b"\x01", mth(van, van + k), mth(van + k, tot))


def path(m: int, van: int, tot: int) -> list[bytes]:
    """PATH(m, D[van:tot]) of 2.1.3.1."""
    n = tot - van
    if n == 1:
        return []
    k = k_of(n)
    if m < k:
        return [*path(m, van, van + k), mth(van + k, tot)]
    return [*path(m - k, van + k, tot), mth(van, van + k)]


def proof(m: int, n: int) -> list[bytes]:
    """PROOF(m, D_n) of 2.1.4.1, for 0 < m < n."""
    return subproof(m, 0, n, True)


def subproof(m: int, van: int, tot: int, b: bool) -> list[bytes]:
    n = tot - van
    if m == n:
        return [] if b else [mth(van, tot)]
    k = k_of(n)
    if m <= k:
        return [*subproof(m, van, van + k, b), mth(van + k, tot)]
    return [*subproof(m - k, van + k, tot, False), mth(van, van + k)]


# -- what is tested ------------------------------------------------------------------------------------------------


def make_boom(omvang: int) -> Boom:
    """A Boom over the first leaves, its tiles as Rand gave them when they were completed."""
    rand = Rand()
    tegels = [tegel for blad in BLADEREN[:omvang] if (tegel := rand.add(blad)) is not None]
    return Boom(omvang, lambda: tegels, lambda van, tot: BLADEREN[van:tot])


omvang_en = st.one_of(st.sampled_from(RANDEN), st.integers(1, len(BLADEREN)))


def test_hashes():
    assert leaf_hash(b"abc") == H(b"\x00abc")
    assert node_hash(b"a" * 32, b"b" * 32) == H(b"\x01" + b"a" * 32 + b"b" * 32)


CT_BLADEREN = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
CT_WORTELS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def test_known_vectors():
    """The eight leaves that implementations of Certificate Transparency are tested with."""
    bladeren = [leaf_hash(bytes.fromhex(b)) for b in CT_BLADEREN]
    assert [root_of(bladeren[:n]).hex() for n in range(9)] == CT_WORTELS
    boom = Boom(8, list, lambda van, tot: bladeren[van:tot])
    assert [k.hex() for k in boom.inclusion(0)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    assert [k.hex() for k in boom.consistency(6)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def test_small_trees_whole():
    """Every leaf and every earlier size of all trees up to 70, in a Boom that is larger as well."""
    groot = make_boom(300)
    for n in range(71):
        boom = make_boom(n)
        assert boom.root() == groot.root(n) == root_of(BLADEREN[:n]) == mth(0, n)
        for m in range(n):
            pad = boom.inclusion(m)
            assert pad == groot.inclusion(m, n) == path(m, 0, n)
            assert check_inclusion(BLADEREN[m], m, n, pad, mth(0, n))
        for m in range(1, n):
            pad = boom.consistency(m)
            assert pad == groot.consistency(m, n) == proof(m, n)
            assert check_consistency(m, n, mth(0, m), mth(0, n), pad)


@pytest.mark.parametrize("n", RANDEN)
def test_edges_of_tiles(n):
    boom = make_boom(n)
    assert boom.root() == mth(0, n)
    for m in {0, 1, n // 2, n - 2, n - 1, *(r for r in RANDEN if r < n), *(r - 1 for r in RANDEN if r < n)}:
        assert boom.inclusion(m) == path(m, 0, n)
        assert check_inclusion(BLADEREN[m], m, n, path(m, 0, n), mth(0, n))
        if m:
            assert boom.consistency(m) == proof(m, n)
            assert check_consistency(m, n, mth(0, m), mth(0, n), proof(m, n))


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_any_tree(data):
    n = data.draw(omvang_en)
    boom = make_boom(n)
    assert boom.root() == mth(0, n)
    tot = data.draw(st.integers(1, n))
    m = data.draw(st.integers(0, tot - 1))
    assert boom.root(tot) == mth(0, tot)
    assert boom.inclusion(m, tot) == path(m, 0, tot)
    if m:
        assert boom.consistency(m, tot) == proof(m, tot)
        assert check_consistency(m, tot, mth(0, m), mth(0, tot), proof(m, tot))
    assert check_inclusion(BLADEREN[m], m, tot, path(m, 0, tot), mth(0, tot))


# -- refused -------------------------------------------------------------------------------------------------------


def alterations(pad: list[bytes]) -> list[list[bytes]]:
    """Every proof that is one step from this one."""
    anders = [pad[:-1], pad[1:], [*pad, b"\x00" * 32], [b"\x00" * 32, *pad], pad[::-1]]
    for i, knoop in enumerate(pad):
        for bit in (0, 100, 255):
            getal = int.from_bytes(knoop) ^ (1 << bit)
            anders.append([*pad[:i], getal.to_bytes(32), *pad[i + 1 :]])
        anders += [[*pad[:i], *pad[i + 1 :]], [*pad[:i], knoop, *pad[i:]]]
        anders += [[*pad[:i], knoop[:-1], *pad[i + 1 :]], [*pad[:i], knoop + b"\x00", *pad[i + 1 :]]]
        anders += [[*pad[:i], pad[i + 1], knoop, *pad[i + 2 :]] for _ in pad[i + 1 : i + 2]]
    return [a for a in anders if a != pad]


@pytest.mark.parametrize("n", [1, 2, 3, 7, 8, 9, 31, 64, 65, 257])
def test_altered_inclusion_is_refused(n):
    wortel = mth(0, n)
    for m in {*range(min(n, 20)), n - 1}:
        pad = path(m, 0, n)
        assert check_inclusion(BLADEREN[m], m, n, pad, wortel)
        for anders in alterations(pad):
            assert not check_inclusion(BLADEREN[m], m, n, anders, wortel)
        for plek in {*range(-3, n + 4)} - {m}:
            assert not check_inclusion(BLADEREN[m], plek, n, pad, wortel)
        assert not check_inclusion(BLADEREN[m + 1], m, n, pad, wortel)
        assert not check_inclusion(BLADEREN[m], m, n, pad, mth(0, n + 1))
        assert not check_inclusion(b"", m, n, pad, wortel)
        assert not check_inclusion(BLADEREN[m], m, n, pad, b"")
        assert not check_inclusion(BLADEREN[m], m, 0, pad, wortel)
        assert not check_inclusion(BLADEREN[m], m, -n, pad, wortel)


def test_a_lie_about_the_size_is_refused():
    """The root of one tree, the size and the place of another: all of them, up to twelve leaves."""
    for n, ander in itertools.product(range(1, 13), repeat=2):
        for m, plek in itertools.product(range(n), range(ander)):
            hoort = path_directions(plek, ander) == path_directions(m, n)
            assert check_inclusion(BLADEREN[m], plek, ander, path(m, 0, n), mth(0, n)) == hoort


def path_directions(m: int, n: int) -> list[str]:
    """On which side each element of PATH stands: two places with the same way up cannot be told apart by a path alone."""
    if n == 1:
        return []
    k = k_of(n)
    return [*path_directions(m, k), "rechts"] if m < k else [*path_directions(m - k, n - k), "links"]


def test_the_seam_between_two_hashes():
    """The same bytes, parted elsewhere."""
    pad, blad = path(0, 0, 8), BLADEREN[0]
    for naad in range(32):
        assert not check_inclusion(blad[:naad], 0, 8, [blad[naad:] + pad[0], *pad[1:]], mth(0, 8))
    assert not check_inclusion(blad + pad[0][:1], 0, 8, [pad[0][1:], *pad[1:]], mth(0, 8))


def test_inner_node_is_no_leaf():
    """A node given as leaf, with the proof cut to fit, is refused: the size says how long a proof is."""
    assert not check_inclusion(mth(0, 2), 0, 8, path(0, 0, 8)[1:], mth(0, 8))


@pytest.mark.parametrize("n", [2, 3, 7, 8, 9, 31, 64, 65, 257])
def test_altered_consistency_is_refused(n):
    for m in {*range(1, min(n, 20)), n - 1}:
        pad, vroeger, nu = proof(m, n), mth(0, m), mth(0, n)
        assert check_consistency(m, n, vroeger, nu, pad)
        for anders in alterations(pad):
            assert not check_consistency(m, n, vroeger, nu, anders)
        for ander in {*range(-2, n + 1)} - {m}:
            assert not check_consistency(ander, n, vroeger, nu, pad)
        assert not check_consistency(m, n, mth(0, m - 1), nu, pad)
        assert not check_consistency(m, n, vroeger, mth(0, n + 1), pad)
        assert not check_consistency(m, n, b"", nu, pad)
        assert not check_consistency(m, n, vroeger, b"", pad)
        assert not check_consistency(m, m - 1, vroeger, nu, pad)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_a_fork_has_no_proof(data):
    """Whoever changed one early leaf finds no proof among those of either log."""
    n = data.draw(st.integers(2, 40))
    m = data.draw(st.integers(1, n - 1))
    ander = data.draw(st.integers(0, m - 1))
    vervalst = list(BLADEREN[:n])
    vervalst[ander] = H(b"vervalst")
    boom = Boom(n, list, lambda van, tot: vervalst[van:tot])
    assert not check_consistency(m, n, mth(0, m), boom.root(), boom.consistency(m))
    assert not check_consistency(m, n, mth(0, m), boom.root(), proof(m, n))


def test_same_and_empty_tree():
    """Not in the RFC: a tree continues itself and the empty one, and for that nothing is proved."""
    assert make_boom(9).consistency(9) == []
    assert make_boom(9).consistency(0) == []
    assert make_boom(0).consistency(0) == []
    leeg = sha256(b"").digest()
    assert check_consistency(9, 9, mth(0, 9), mth(0, 9), [])
    assert check_consistency(0, 9, leeg, mth(0, 9), [])
    assert check_consistency(0, 0, leeg, leeg, [])
    assert not check_consistency(9, 9, mth(0, 9), mth(0, 8), [])
    assert not check_consistency(9, 9, mth(0, 9), mth(0, 9), [mth(0, 9)])
    assert not check_consistency(0, 9, mth(0, 1), mth(0, 9), [])
    assert not check_consistency(0, 9, leeg, mth(0, 9), [mth(0, 9)])
    assert not check_consistency(0, 0, mth(0, 1), mth(0, 1), [])


@pytest.mark.parametrize(
    "vraag",
    [
        lambda b: b.inclusion(9),
        lambda b: b.inclusion(-1),
        lambda b: b.inclusion(4, 4),
        lambda b: b.inclusion(4, 10),
        lambda b: b.consistency(10),
        lambda b: b.consistency(-1),
        lambda b: b.consistency(5, 4),
        lambda b: b.consistency(5, 10),
        lambda b: b.root(10),
        lambda b: b.root(-1),
    ],
)
def test_what_is_not_there_has_no_proof(vraag):
    with pytest.raises(ValueError, match=r"leaves|leaf|continue"):
        vraag(make_boom(9))


# -- growing -------------------------------------------------------------------------------------------------------


def test_rand_grows_to_every_root():
    rand, tegels = Rand(), []
    for n, blad in enumerate(BLADEREN):
        assert rand.omvang == n
        if n < 100 or n % 97 == 0 or n % TEGEL in (0, 1, TEGEL - 1):
            assert rand.root() == mth(0, n)
        tegel = rand.add(blad)
        assert (tegel is not None) == ((n + 1) % 256 == 0)
        if tegel is not None:
            tegels.append(tegel)
    assert tegels == [mth(i * 256, (i + 1) * 256) for i in range(len(BLADEREN) // 256)]


@given(st.integers(0, 1100), st.integers(0, 600))
@settings(max_examples=60, deadline=None)
def test_rand_is_put_away_and_taken_up(n, meer):
    rand = Rand()
    for blad in BLADEREN[:n]:
        rand.add(blad)
    ruw = rand.to_bytes()
    hoogtes = [h for h in range(11, -1, -1) if n >> h & 1]
    begin, verwacht = 0, b""
    for h in hoogtes:
        verwacht += mth(begin, begin + 2**h)
        begin += 2**h
    assert ruw == verwacht
    weer, los = Rand.from_bytes(n, ruw), rand.copy()
    for blad in BLADEREN[n : n + meer]:
        assert weer.add(blad) == los.add(blad)
    assert weer.root() == los.root() == mth(0, n + meer)
    assert weer.omvang == los.omvang == n + meer
    assert rand.root() == mth(0, n)
    assert rand.omvang == n


@given(st.integers(-5, 1100), st.integers(0, 500))
def test_rand_of_another_size_is_refused(n, lengte):
    if n >= 0 and lengte == 32 * bin(n).count("1"):
        lengte += 1
    with pytest.raises(JournaalError) as fout:
        Rand.from_bytes(n, b"x" * lengte)
    assert fout.value.code == "ZR-904"
    with pytest.raises(JournaalError) as fout:
        Rand.from_bytes(-abs(n) - 1, b"x" * 32 * bin(abs(n) + 1).count("1"))
    assert fout.value.code == "ZR-904"


def test_boom_notices_what_is_lost():
    for tegels in ([], BLADEREN[:3]):
        with pytest.raises(JournaalError) as fout:
            Boom(600, lambda t=tegels: t, lambda van, tot: BLADEREN[van:tot]).root()
        assert fout.value.code == "ZR-904"
    for bladeren in ((lambda van, tot: BLADEREN[van : tot - 1]), (lambda van, tot: BLADEREN[van : tot + 1])):
        with pytest.raises(JournaalError) as fout:
            Boom(600, lambda: [mth(0, 256), mth(256, 512)], bladeren).inclusion(3)
        assert fout.value.code == "ZR-904"


def test_a_proof_reads_little():
    gelezen: list[tuple[int, int]] = []

    def bladeren(van: int, tot: int) -> tuple[bytes, ...]:
        gelezen.append((van, tot))
        return BLADEREN[van:tot]

    tegels = [mth(i * 256, (i + 1) * 256) for i in range(8)]
    boom = Boom(2100, lambda: tegels, bladeren)
    assert boom.inclusion(700) == path(700, 0, 2100)
    assert sorted(gelezen) == [(512, 768), (2048, 2100)]
