"""The vault in an S3-compatible store: what is sent and asked, and that no fault of the store loses anything."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest

from studio.errors import AssetMissing, VaultDown
from studio.takes.vault import digest
from tests.doubles.s3 import Gate, Store, refusal
from tests.services.vaults.conftest import PART, Place
from tests.until import HANGS

Environ = dict[str, Any]


def on(method: str, status: str, code: str, *, times: int = 99) -> Callable[[Environ], tuple[str, bytes] | None]:
    """Trouble with requests of a method, so many times."""
    left = [times]

    def answer(environ: Environ) -> tuple[str, bytes] | None:
        if environ["REQUEST_METHOD"] != method or not left[0]:
            return None
        left[0] -= 1
        return refusal(status, code)

    return answer


def test_another_machine_opens_what_one_has_put(place: Place, film: Path, long_film: Path) -> None:
    contents = [place.vault("one").put(file) for file in (film, long_film)]
    other = place.vault("two")
    assert [digest(other.open(one)) for one in contents] == contents
    assert sorted(other.contents()) == sorted(contents)


def test_a_large_file_goes_in_parts_and_every_part_with_its_checksum(place: Place, long_film: Path) -> None:
    content = place.vault().put(long_film)
    assert place.s3.gate.asked(f"PUT /{place.bucket}/") == 3
    found = place.s3.client.head_object(**place.key(content), ChecksumMode="ENABLED")
    parts = [long_film.read_bytes()[at : at + PART] for at in range(0, long_film.stat().st_size, PART)]
    total = hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts))
    assert bytes.fromhex(total.hexdigest()) in _decoded(found["ChecksumSHA256"])
    assert place.vault("two").intact(content)


def _decoded(checksum: str) -> bytes:
    from base64 import b64decode

    return b64decode(checksum.partition("-")[0])


def test_what_is_there_is_not_sent_again(place: Place, film: Path, long_film: Path) -> None:
    for file in (film, long_film):
        place.vault("one").put(file)
    place.s3.gate.calm()
    for file in (film, long_film):
        place.vault("two").put(file)
    assert (place.s3.gate.asked("PUT"), place.s3.gate.asked("POST")) == (0, 0)


def test_the_first_of_two_who_send_at_once_stays_and_neither_fails(place: Place, film: Path) -> None:
    """Both see that nothing is there before either sends."""
    met = Barrier(2, timeout=HANGS)

    def wait(environ: Environ) -> None:
        if environ["REQUEST_METHOD"] == "PUT":
            met.wait()

    place.s3.gate.trouble = wait
    sending = [Thread(target=place.vault(name).put, args=(film,)) for name in ("one", "two")]
    for one in sending:
        one.start()
    for one in sending:
        one.join()
    assert digest(place.vault("three").open(digest(film))) == digest(film)


def test_a_store_that_does_not_know_conditions_is_sent_to_without(place: Place, film: Path) -> None:
    def deny(environ: Environ) -> tuple[str, bytes] | None:
        known = "HTTP_IF_NONE_MATCH" not in environ
        return None if known else refusal("501 Not Implemented", "NotImplemented")

    place.s3.gate.trouble = deny
    content = place.vault().put(film)
    assert place.vault("two").intact(content)


def test_whether_it_is_there_is_asked_without_fetching_it(place: Place, film: Path) -> None:
    content = place.vault("one").put(film)
    place.s3.gate.calm()
    assert place.vault("two").intact(content)
    assert place.s3.gate.asked("GET") == 0
    assert place.s3.gate.asked("HEAD") == 1


def test_pages_ask_seldom_and_workers_every_time(place: Place, film: Path) -> None:
    now = [0.0]
    pages = place.vault("one", believe=600, clock=lambda: now[0])
    content = pages.put(film)
    place.s3.gate.calm()
    assert all(pages.intact(content) for _ in range(5))
    assert place.s3.gate.seen == []
    now[0] = 601
    assert pages.intact(content)
    assert len(place.s3.gate.seen) == 1
    place.vault("two").discard(content)
    assert not place.vault("three").intact(content)


def test_bytes_somebody_else_wrote_over_are_found_out_and_mended(place: Place, film: Path) -> None:
    content = place.vault("one").put(film)
    place.s3.client.put_object(**place.key(content), Body=b"a liar")
    other = place.vault("two")
    assert not other.intact(content)
    with pytest.raises(AssetMissing, match="damaged"):
        other.open(content)
    other.put(film)
    assert digest(place.vault("three").open(content)) == content


def test_a_folder_vault_that_was_copied_into_the_bucket_is_the_same_vault(place: Place, film: Path) -> None:
    content = digest(film)
    place.s3.client.upload_file(str(film), place.bucket, f"studio/{content[:2]}/{content}")
    vault = place.vault()
    assert vault.intact(content)
    assert list(vault.contents()) == [content]
    assert digest(vault.open(content)) == content


def test_more_than_a_page_of_contents_is_listed_and_nothing_else(place: Place) -> None:
    place.s3.client.put_object(Bucket=place.bucket, Key="studio/readme.txt", Body=b"hello")
    place.s3.client.put_object(Bucket=place.bucket, Key="elsewhere/ab/" + "ab" * 32, Body=b"not ours")
    wanted = sorted(hashlib.sha256(bytes([one])).hexdigest() for one in range(5))
    for content in wanted:
        place.s3.client.put_object(**place.key(content), Body=b"123")
    place.s3.gate.trouble = _small_pages
    vault = place.vault()
    assert list(vault.contents()) == wanted
    assert place.s3.gate.asked("GET") == 3
    assert [vault.size(one) for one in wanted] == [3] * 5
    assert place.s3.gate.asked("HEAD") == 0


def _small_pages(environ: Environ) -> None:
    if "list-type=2" in environ["QUERY_STRING"]:
        environ["QUERY_STRING"] += "&max-keys=2"


@pytest.mark.parametrize("cuts", [1, 3])
def test_a_download_that_is_cut_goes_on_where_it_was(place: Place, long_film: Path, cuts: int) -> None:
    content = place.vault("one").put(long_film)
    left = [cuts]

    def cut(environ: Environ, body: bytes) -> bytes:
        if environ["REQUEST_METHOD"] != "GET" or not left[0]:
            return body
        left[0] -= 1
        return body[: len(body) // 2]

    place.s3.gate.bend = cut
    place.s3.gate.calm()
    place.s3.gate.bend = cut
    assert digest(place.vault("two").open(content)) == content
    assert place.s3.gate.asked("GET") == cuts + 1


def test_a_download_that_is_always_cut_is_no_loss(place: Place, film: Path) -> None:
    content = place.vault("one").put(film)
    place.s3.gate.bend = lambda environ, body: body[:10] if environ["REQUEST_METHOD"] == "GET" else body
    other = place.vault("two")
    with pytest.raises(VaultDown, match="broke off"):
        other.open(content)
    assert list((place.folder / "two").rglob("*.part")) == []
    place.s3.gate.calm()
    assert digest(other.open(content)) == content


def test_bytes_that_change_on_the_way_are_never_handed_out_nor_given_up(place: Place, film: Path) -> None:
    content = place.vault("one").put(film)
    place.s3.gate.bend = lambda environ, body: body[:-1] + b"!" if environ["REQUEST_METHOD"] == "GET" else body
    other = place.vault("two")
    with pytest.raises(VaultDown, match="on the way here"):
        other.open(content)
    assert other.intact(content)


@pytest.mark.parametrize(
    ("method", "status", "code", "said"),
    [
        ("HEAD", "403 Forbidden", "AccessDenied", "AWS_ACCESS_KEY_ID"),
        ("GET", "403 Forbidden", "InvalidAccessKeyId", "no pair that it gave out"),
        ("GET", "403 Forbidden", "SignatureDoesNotMatch", "AWS_SECRET_ACCESS_KEY"),
        ("GET", "404 Not Found", "NoSuchBucket", "no such bucket, which STUDIO_VAULT_URL names"),
        ("GET", "503 Slow Down", "SlowDown", "asked too much"),
        ("GET", "500 Internal Server Error", "InternalError", "InternalError"),
        ("GET", "301 Moved Permanently", "PermanentRedirect", "another region"),
        ("GET", "403 Forbidden", "RequestTimeTooSkewed", "clock is wrong"),
    ],
)
def test_a_store_that_refuses_is_said_with_its_setting_and_nothing_counts_as_lost(
    place: Place, film: Path, method: str, status: str, code: str, said: str
) -> None:
    content = place.vault("one").put(film)
    other = place.vault("two")
    place.s3.gate.trouble = on(method, status, code)
    with pytest.raises(VaultDown, match=said):
        other.open(content) if method == "GET" else other.intact(content)
    place.s3.gate.calm()
    assert digest(other.open(content)) == content


def test_a_bucket_that_is_not_there_is_not_an_empty_vault(place: Place, film: Path) -> None:
    vault = place.vault()
    place.bucket = "no-such-bucket-at-all"
    gone = place.vault("two")
    for ask in (gone.intact, gone.open, gone.size):
        with pytest.raises(VaultDown, match="no such bucket, which STUDIO_VAULT_URL names"):
            ask(digest(film))
    with pytest.raises(VaultDown, match="no such bucket"):
        list(gone.contents())
    with pytest.raises(VaultDown, match="no such bucket"):
        gone.put(film)
    gone.tidy()
    assert digest(vault.open(vault.put(film))) == digest(film)


def test_a_busy_store_is_asked_again(place: Place, film: Path) -> None:
    place.s3.gate.trouble = on("PUT", "503 Slow Down", "SlowDown", times=1)
    content = place.vault().put(film)
    assert place.s3.gate.asked(f"PUT /{place.bucket}/") == 2
    assert place.vault("two").intact(content)


def test_a_part_that_fails_leaves_no_upload_and_no_object(place: Place, long_film: Path) -> None:
    calls = [0]

    def third(environ: Environ) -> tuple[str, bytes] | None:
        put = environ["REQUEST_METHOD"] == "PUT"
        calls[0] += put
        return refusal("500 Internal Server Error", "InternalError") if put and calls[0] > 2 else None

    place.s3.gate.trouble = third
    with pytest.raises(VaultDown):
        place.vault().put(long_film, move=True)
    place.s3.gate.calm()
    assert long_film.exists()
    assert "Uploads" not in place.s3.client.list_multipart_uploads(Bucket=place.bucket)
    assert list(place.vault().contents()) == []


def test_a_store_nobody_reaches_says_where_it_was_looked_for(place: Place, film: Path, s3: Store) -> None:
    url, place.s3 = s3.url, Store("http://127.0.0.1:9", Gate(s3.gate.app), s3.client)
    with pytest.raises(VaultDown, match=r"127\.0\.0\.1:9, bucket .* cannot be reached; STUDIO_VAULT_URL"):
        place.vault().put(film)
    assert url != place.s3.url
