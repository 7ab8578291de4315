"""Digests as files, through the commands that people use."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.models import User
from digestly.content import editorial, tasks, transcribe
from digestly.content.models import Digest, Episode, Source
from digestly.outline import document, markdown
from digestly.outline.types import Outline
from tests.content.world import ENGLISH

State = Digest.State


@pytest.fixture
def file(talk: Outline, tmp_path: Path) -> Callable[..., Path]:
    """A digest as JSON, with these parts changed."""

    def write(**changes: Any) -> Path:
        data = {
            **document.dump(talk),
            "language": "en",
            "source": {"name": "Lanternfield Salon", "url": "https://lanternfield.example/"},
            "episode": {
                "title": "Telling the truth",
                "url": "https://lanternfield.example/talks/9",
                "published": "2026-02-20T09:00:00Z",
                "duration": 3492,
            },
            "date": "2026-03-02",
            **changes,
        }
        path = tmp_path / "digest.json"
        path.write_text(json.dumps(data, ensure_ascii=False))
        return path

    return write


def bring(file: Path | str, *options: str) -> str:
    """What `import_digest` prints."""
    out = io.StringIO()
    call_command("import_digest", str(file), *options, stdout=out)
    return out.getvalue().strip()


def taken(digest: Digest, *options: str) -> str:
    """What `export_digest` prints."""
    out = io.StringIO()
    call_command("export_digest", str(digest.pk), *options, stdout=out)
    return out.getvalue()


# In --------------------------------------------------------------------------------------------------------------


def test_an_imported_digest_waits_for_review(file: Callable[..., Path], talk: Outline, db: None) -> None:
    told = bring(file(engine="by hand", policy="all_free"))
    digest = Digest.objects.get()
    assert told == f"/admin/content/digest/{digest.pk}/change/ (in review)"
    assert (digest.state, digest.content) == (State.IN_REVIEW, talk)
    assert (digest.engine, digest.policy) == ("by hand", "all_free")
    episode = digest.episode
    assert (episode.title, episode.link, episode.duration) == (
        "Telling the truth",
        "https://lanternfield.example/talks/9",
        3492,
    )
    assert episode.published_at.isoformat() == "2026-02-20T09:00:00+00:00"
    assert (episode.source.title, episode.source.link, episode.source.kind) == (
        "Lanternfield Salon",
        "https://lanternfield.example/",
        "upload",
    )
    assert not Source.objects.due().exists()


def test_publishing_it_names_the_editor_and_prints_its_path(
    file: Callable[..., Path], editor: User, signed_in: Callable[..., Any]
) -> None:
    path = bring(file(), "--publish", "--by", editor.email.upper())
    digest = Digest.objects.get()
    assert path == digest.get_absolute_url() == "/en/2026/03/02/" + path.split("/")[5] + "/"
    assert (digest.state, digest.reviewed_by) == (State.PUBLISHED, editor)
    assert signed_in(None).get(path).status_code == 200


def test_errors_keep_it_in_review(file: Callable[..., Path], editor: User) -> None:
    with pytest.raises(CommandError, match=r"stays in review\. There is no summary"):
        bring(file(summary=""), "--publish", "--by", editor.email)
    assert Digest.objects.get().state == State.IN_REVIEW


def test_nobody_publishes_but_an_editor(file: Callable[..., Path], free: User) -> None:
    for email in (free.email, "nobody@desk.example"):
        with pytest.raises(CommandError, match="No editor has the address"):
            bring(file(), "--publish", "--by", email)
    assert not Digest.objects.exists()


def test_the_same_file_twice_changes_nothing(file: Callable[..., Path], editor: User) -> None:
    first = bring(file(), "--publish", "--by", editor.email)
    assert bring(file(), "--publish", "--by", editor.email) == first
    digest = Digest.objects.get()
    assert (digest.version, digest.revisions.count(), Episode.objects.count(), Source.objects.count()) == (
        1,
        1,
        1,
        1,
    )


def test_a_changed_file_is_the_next_version(file: Callable[..., Path], editor: User) -> None:
    path = bring(file(), "--publish", "--by", editor.email)
    assert bring(file(summary="A better summary."), "--publish", "--by", editor.email) == path
    digest = Digest.objects.get()
    assert (digest.state, digest.version, digest.summary) == (State.PUBLISHED, 2, "A better summary.")
    assert digest.revisions.first().by == editor


def test_what_is_published_changes_in_an_editors_name_or_not_at_all(
    file: Callable[..., Path], editor: User
) -> None:
    bring(file(), "--publish", "--by", editor.email)
    with pytest.raises(CommandError, match="in an editor's name"):
        bring(file(summary="A better summary."))
    with pytest.raises(CommandError, match="readers would get this version"):
        bring(file(summary=""), "--publish", "--by", editor.email)
    assert Digest.objects.get().version == 1


def test_a_digest_that_was_rejected_stays_rejected(file: Callable[..., Path], editor: User) -> None:
    bring(file())
    editorial.reject(Digest.objects.get(), by=editor, why="An advertisement.")
    with pytest.raises(CommandError, match="not open for changes"):
        bring(file(summary="A better summary."), "--publish", "--by", editor.email)


def test_another_language_is_another_digest_of_the_same_episode(file: Callable[..., Path], db: None) -> None:
    bring(file())
    bring(file(language="ko"))
    assert sorted(Episode.objects.get().digests.values_list("language", flat=True)) == ["en", "ko"]


def test_an_episode_that_a_feed_brought_is_found_by_its_address(
    file: Callable[..., Path], source: Source, db: None
) -> None:
    episode = source.episodes.create(
        identity="9", guid="9", title="Old title", link="https://lanternfield.example/talks/9"
    )
    bring(file())
    assert Digest.objects.get().episode == episode


def test_markdown_comes_in_too(tmp_path: Path, talk: Outline, db: None) -> None:
    path = tmp_path / "digest.md"
    path.write_text(markdown.write(talk))
    bring(path, "--language", "en", "--source", "Lanternfield Salon")
    digest = Digest.objects.get()
    assert (digest.title, digest.episode.source.title) == (talk.title, "Lanternfield Salon")
    assert [section.id for section in digest.content.walk()] == [section.id for section in talk.walk()]


def test_a_file_may_come_on_standard_input(
    file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbf" + file().read_bytes())))
    bring("-")
    assert Digest.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"title": ', "no JSON"),
        (b"[1, 2]", "one JSON object"),
        (b"[" * 200_000, "no JSON"),
        (b'{"n": ' + b"9" * 5000 + b"}", "no JSON"),
        (b'{"language": "en", "sections": 5}', "sections: must be a list"),
        (
            b'{"language": "en", "sections": [{"bullets": [{"text": ""}]}]}',
            r"sections\[0\].bullets\[0\].text",
        ),
        (b'{"title": "T"}', "language: "),
        (b'{"title": "T", "language": "<script>"}', "language: "),
        (b'{"title": "T", "language": "en", "date": "tomorrow"}', "date: write it as YYYY-MM-DD"),
        (b'{"title": "T", "language": "en", "policy": "none"}', "policy: one of structural"),
        (b'{"title": "T", "language": "en", "source": "Salon"}', "source: must be an object"),
        (b'{"title": "T", "language": "en", "source": {"url": "javascript:alert(1)"}}', "source.url: "),
        (b'{"title": "T", "language": "en", "episode": {"url": "file:///etc/passwd"}}', "episode.url: "),
        (b"# T\n> S\n", "Add --language"),
        (b"\xff\xfe\x00", "cannot be read: it is not UTF-8"),
    ],
)
def test_what_is_no_digest_is_refused_in_one_line_and_leaves_nothing(
    tmp_path: Path, body: bytes, reason: str, db: None
) -> None:
    path = tmp_path / "digest"
    path.write_bytes(body)
    with pytest.raises(CommandError, match=reason) as refused:
        bring(path)
    assert "\n" not in str(refused.value)
    assert not Source.objects.exists()


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nowhere\.json cannot be read: No such file"):
        bring(tmp_path / "nowhere.json")


def test_odd_facts_around_it_are_left_out(file: Callable[..., Path], db: None) -> None:
    bring(file(episode={"title": "T", "published": "0001-01-01T00:00:00Z", "duration": "99:99:99"}))
    episode = Episode.objects.get()
    assert (episode.published_at, episode.duration, episode.link) == (None, None, "")


# Out -------------------------------------------------------------------------------------------------------------


def test_what_goes_out_comes_in_again_without_a_change(published: Digest, tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    path.write_text(taken(published))
    bring(path)
    assert (Digest.objects.count(), Digest.objects.get().version) == (1, 1)


def test_the_day_it_came_out_is_no_wish_of_the_file(
    talk: Outline, make_digest: Callable[..., Digest], publish: Callable[[Digest], Digest], tmp_path: Path
) -> None:
    digest = publish(make_digest(talk))
    path = tmp_path / "out.json"
    path.write_text(taken(digest))
    assert bring(path) == digest.get_absolute_url()
    assert (Digest.objects.get().version, Digest.objects.get().edition_date) == (1, None)


def test_elsewhere_it_is_the_same_digest(published: Digest, tmp_path: Path, editor: User) -> None:
    """Ids, evidence, speakers, times, edition and address: another installation shows the same page."""
    content, address = published.content, published.get_absolute_url()
    path = tmp_path / "out.json"
    path.write_text(taken(published))
    Source.objects.all().delete()
    assert bring(path, "--publish", "--by", editor.email) == address
    assert Digest.objects.get().content == content


@pytest.fixture
def written(source: Source) -> Digest:
    """A digest by the engine, of an upload: its points have evidence, its episode no address."""
    episode = source.episodes.create(
        identity="upload:1", title="Uploaded", state=Episode.State.WAITING_TRANSCRIPT
    )
    transcribe.accept(episode, ENGLISH, name="talk.vtt")
    digest = episode.digests.get()
    tasks.draft_digest(digest.pk)
    digest.refresh_from_db()
    return digest


def test_evidence_survives_the_way_out_and_in(written: Digest, tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    data = json.loads(taken(written))
    assert any(bullet["evidence"] for section in data["sections"] for bullet in section["bullets"])
    path.write_text(json.dumps({**data, "summary": "A better summary."}))
    before = written.content
    bring(path)
    digest = Digest.objects.get()
    assert (digest.version, digest.summary) == (2, "A better summary.")
    assert digest.content.sections == before.sections


def test_edited_as_markdown_it_keeps_what_markdown_cannot_say(written: Digest, tmp_path: Path) -> None:
    path = tmp_path / "out.md"
    typed = taken(written, "--format", "markdown")
    path.write_text(typed.replace("\n> ", "\n> In short: ", 1))
    before = written.content
    Episode.objects.update(title=before.title)
    bring(path, "--language", "en", "--source", written.episode.source.title)
    digest = Digest.objects.get()
    assert digest.summary.startswith("In short: ")
    assert (digest.version, digest.content.sections) == (2, before.sections)


def test_only_what_is_written_goes_out(db: None) -> None:
    with pytest.raises(CommandError, match="There is no written digest 404"):
        call_command("export_digest", "404")
