"""The home folder holds customers' texts and keys, so it is closed to other users."""

from pathlib import Path

import pytest

from local.runner.lock import Taken, lock, make_private


def mode(folder: Path) -> int:
    return folder.stat().st_mode & 0o777


def test_a_new_home_is_private(tmp_path: Path) -> None:
    """A home folder that is made is its owner's alone, and nothing has to be told."""
    home = tmp_path / "state" / "home"
    assert not make_private(home)
    assert mode(home) == 0o700


@pytest.mark.parametrize("rights", [0o777, 0o755, 0o710, 0o704])
@pytest.mark.parametrize("used", [True, False])
def test_an_open_home_is_closed(tmp_path: Path, rights: int, used: bool) -> None:
    """An empty folder, or one of an instance, that others may look into is closed to them once."""
    home = tmp_path / "home"
    home.mkdir()
    if used:
        (home / "lock").write_text("")
        (home / "conversations.sqlite").write_text("")
    home.chmod(rights)
    assert make_private(home)
    assert mode(home) == 0o700
    assert not make_private(home)


def test_a_folder_of_other_things_is_left_as_it_is(tmp_path: Path) -> None:
    """A folder such as /tmp keeps its rights, and the refusal names the command to run."""
    home = tmp_path / "a home"
    home.mkdir()
    (home / "holiday.jpg").write_text("")
    home.chmod(0o755)
    with pytest.raises(Taken, match=r"chmod 700 '.*a home'"):
        make_private(home)
    assert mode(home) == 0o755
    home.chmod(0o700)
    assert not make_private(home)


def test_a_home_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    """A file in the place of the folder is refused with the way out."""
    (tmp_path / "file").write_text("")
    for start in (make_private, lambda home: lock(home, 8787)):
        with pytest.raises(Taken, match="--home"):
            start(tmp_path / "file" / "home")
