"""Uploads stop long before the disk is full, so that messages go on."""

from pathlib import Path

import pytest
from surgeline.application.media.keep_upload import LEAST_FREE_BYTES, keep_upload
from surgeline.domain.media.files import MediaPlace
from surgeline.errors import Forbidden

from local.engine.blobs import FileBlobs
from local.simulators.providers.files import PICTURE

PLACE = MediaPlace("t1", "f1")


class Disk(FileBlobs):
    """A folder on a disk that has so many bytes left."""

    left = LEAST_FREE_BYTES

    def room(self) -> int:
        """Return the bytes that are left."""
        return self.left


def test_a_nearly_full_disk_takes_no_upload(tmp_path: Path) -> None:
    """The refusal says why, nothing is written, and with room again the file is taken."""
    disk = Disk(tmp_path)
    disk.left = LEAST_FREE_BYTES - 1
    with pytest.raises(Forbidden, match="disk is nearly full"):
        keep_upload(disk, PLACE, PICTURE)
    assert disk.keys("") == []
    disk.left = LEAST_FREE_BYTES
    assert keep_upload(disk, PLACE, PICTURE).size == len(PICTURE)
