"""Views of the list that people save."""

import pytest
from django.contrib.auth.models import User

from jobs.models import Organization, SavedView
from jobs.saved_views.service import MAX_VIEWS, NotKept, canonical, save_view, views_of, visible


@pytest.fixture
def harbor(db: None) -> Organization:
    return Organization.objects.create(viam_id="org", name="Harbor Pilots", slug="harbor-pilots")


def save(
    harbor: Organization, user: User, name: str = "Mine", query: str = "", *, is_shared: bool = False
) -> SavedView:
    return save_view(harbor, user, name=name, query=query, is_shared=is_shared)


def test_what_is_kept_is_what_filters_understand(harbor: Organization, bo: User) -> None:
    view = save(harbor, bo, query="q=bolt&page=7&colour=red&status=failed")

    assert view.query == "status=failed&q=bolt"


def test_own_views_are_nobody_else_s(harbor: Organization, bo: User, vera: User) -> None:
    save(harbor, bo)

    assert [list(visible(harbor, user)) for user in (vera,)] == [[]]


def test_shared_views_stand_apart_from_one_s_own(harbor: Organization, bo: User, vera: User) -> None:
    save(harbor, bo, "Failures", "status=failed", is_shared=True)
    save(harbor, vera, "Bolts", "q=bolt")

    views = views_of(harbor, vera, "q=bolt&page=3")

    assert [(line.name, line.is_current) for line in views.mine] == [("Bolts", True)]
    assert [(line.name, line.is_current) for line in views.shared] == [("Failures", False)]


def test_what_everybody_has_comes_first(harbor: Organization, bo: User) -> None:
    given = views_of(harbor, bo, "status=failed").given

    assert [line.name for line in given] == ["All", "Running", "Failed", "Mine", "Starred", "Today"]
    assert [line.name for line in given if line.is_current] == ["Failed"]
    assert [line.query for line in given] == [canonical(line.query) for line in given]


def test_a_name_is_used_once_by_each_person(harbor: Organization, bo: User, vera: User) -> None:
    save(harbor, bo)
    save(harbor, vera)

    with pytest.raises(NotKept, match="this name"):
        save(harbor, bo)


def test_nobody_keeps_more_than_a_hundred(harbor: Organization, bo: User, vera: User) -> None:
    SavedView.objects.bulk_create(
        SavedView(organization=harbor, owner=bo, name=str(number)) for number in range(MAX_VIEWS)
    )

    with pytest.raises(NotKept, match="Delete one"):
        save(harbor, bo)
    assert save(harbor, vera)
