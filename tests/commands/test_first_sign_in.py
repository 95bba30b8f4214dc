"""Who can sign in to a demonstration, run after run."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import User

from jobs.management.commands.demo import first_sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "sign-in.txt"


def test_the_first_run_makes_a_superuser_with_a_password_of_its_own(file: Path, tmp_path: Path) -> None:
    password = first_sign_in(file)

    admin = User.objects.get(username="admin", is_superuser=True)
    assert password is not None
    assert admin.check_password(password)
    assert file.read_text() == f"user: admin\npassword: {password}\n"


def test_later_runs_tell_the_same_password(file: Path) -> None:
    assert first_sign_in(file) == first_sign_in(file)


def test_a_password_that_was_changed_is_neither_reset_nor_told_wrong(file: Path) -> None:
    first_sign_in(file)
    admin = User.objects.get()
    admin.set_password("ana's own words")
    admin.save()

    assert first_sign_in(file) is None
    assert User.objects.get().check_password("ana's own words")


def test_a_new_database_takes_the_password_of_the_file(file: Path) -> None:
    password = first_sign_in(file)
    User.objects.all().delete()

    assert first_sign_in(file) == password
    assert User.objects.get().check_password(password or "")


def test_a_file_that_others_could_read_no_longer_can_be(file: Path) -> None:
    file.touch(mode=0o644)

    first_sign_in(file)

    assert file.stat().st_mode & 0o777 == 0o600
