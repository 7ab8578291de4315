"""What speaks against a claim, and what does not."""

from __future__ import annotations

import pytest

from digestly.engine.grounding import Said, is_about, names_in, objection, share_said

SAID = (
    "so in twenty twenty four we moved thirty five thousand users to the new Kubernetes cluster with git hub"
)


@pytest.mark.parametrize(
    "claim",
    [
        "In 2024 they moved 35,000 users to a new Kubernetes cluster.",
        "They moved 35k users to the new cluster in 2024.",
        "Users moved to the new cluster with GitHub.",
        "Two of the users moved.",
    ],
)
def test_what_was_said_in_other_words_or_signs_is_supported(claim: str) -> None:
    assert objection(claim, Said(SAID)) == ""


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("In 2025 they moved users to the new cluster.", "the number 2025"),
        ("They moved 36,000 users to the new cluster.", "the number 36000"),
        ("They moved users from Nomad to the new cluster.", "“Nomad”"),
        ("The weather in winter improves everybody's appetite.", "do not say this"),
    ],
)
def test_what_was_not_said_is_named(claim: str, reason: str) -> None:
    assert reason in objection(claim, Said(SAID))


def test_a_name_may_come_from_elsewhere_and_a_number_may_not() -> None:
    said = Said(SAID, names="Nomad 99")
    assert objection("They moved users from Nomad to the new cluster.", said) == ""
    assert "99" in objection("They moved 99 users to the new cluster.", said)


def test_across_languages_only_numbers_and_names_are_compared() -> None:
    assert objection("사용자 35,000명을 새 Kubernetes 클러스터로 옮겼습니다.", Said(SAID), foreign=True) == ""
    assert "Docker" in objection("새 Docker 클러스터로 옮겼습니다.", Said(SAID), foreign=True)


def test_capitals_tell_no_name_where_every_noun_has_one() -> None:
    assert names_in("Die Nutzer zogen auf einen neuen Rechner um", capitals_tell=False) == []
    assert names_in("The users moved to New York", capitals_tell=True) == ["New", "York"]
    assert names_in("They use iOS and B2B", capitals_tell=False) == ["iOS", "B2B"]


def test_scripts_without_spaces_are_compared_by_pairs() -> None:
    said = "오늘은 데이터베이스를 옮긴 이야기를 하겠습니다"
    assert share_said("데이터베이스를 옮긴 이야기입니다", said) > 0.5
    assert share_said("고양이는 우유를 좋아합니다", said) < 0.2


def test_a_short_claim_needs_a_word_that_was_said_as_well() -> None:
    assert objection("The users moved.", Said(SAID)) == ""
    assert "do not say this" in objection("The rules are zeppelins.", Said(SAID))
    assert objection("It is so.", Said(SAID)) == "", "of little words nothing can be told"


def test_a_heading_is_about_what_stands_below_it() -> None:
    assert is_about("Moving the users", SAID)
    assert is_about("How it is", SAID)
    assert not is_about("Zeppelins conquer oceans", SAID)
    assert is_about("데이터베이스 이전", "오늘은 데이터베이스를 옮긴 이야기를 하겠습니다")
    assert not is_about("고양이 우유", "오늘은 데이터베이스를 옮긴 이야기를 하겠습니다")
