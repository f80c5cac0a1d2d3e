"""Named arrays are packed here into one deterministic file image with a checksum, and unpacked."""

import hashlib
import io
import struct
import zipfile
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

SCHEMA_VERSION: Final = 1
READABLE_VERSIONS: Final = frozenset({1})

_DIGEST: Final = "sha256"
_VERSION: Final = "schema_version"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_LENGTHS: Final = struct.Struct("<HH")
_LENGTHS_AT: Final = 26
_MAX_BYTES: Final = 2 * 1024**3

Arrays = Mapping[str, NDArray[Any]]


class CorruptIndex(Exception):
    """An index artifact that is damaged, incomplete or of an unknown version."""


def pack(arrays: Arrays) -> bytes:
    """Return the arrays as one .npz image; equal arrays give equal bytes."""
    complete = dict(arrays)
    complete[_VERSION] = np.array([SCHEMA_VERSION], dtype=np.int64)
    complete[_DIGEST] = np.frombuffer(_digest_of(complete), dtype=np.uint8)
    image = io.BytesIO()
    with zipfile.ZipFile(image, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(complete):
            member = io.BytesIO()
            np.lib.format.write_array(
                member, np.ascontiguousarray(complete[name]), version=(1, 0), allow_pickle=False
            )
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", _EPOCH), member.getvalue())
    return image.getvalue()


def unpack(raw: bytes) -> dict[str, NDArray[Any]]:
    """Return the arrays of an image, or raise `CorruptIndex`; nothing in an image is executed."""
    return unpack_known(raw)[0]


def unpack_known(raw: bytes) -> tuple[dict[str, NDArray[Any]], str]:
    """Return the arrays of an image and the sha256 of the image, or raise `CorruptIndex`."""
    try:
        arrays = _read(raw)
        version = int(arrays[_VERSION].flat[0]) if _VERSION in arrays else None
        kept = arrays.pop(_DIGEST, np.zeros(0)).tobytes()
        whole = kept == _digest_of(arrays)
    except Exception as error:
        raise CorruptIndex(f"the index artifact cannot be read: {type(error).__name__}") from error
    if version not in READABLE_VERSIONS:
        raise CorruptIndex(f"index schema version {version}; this code reads {SCHEMA_VERSION}")
    if not whole:
        raise CorruptIndex("the index artifact does not match its checksum")
    del arrays[_VERSION]
    return arrays, kept.hex()


def _read(raw: bytes) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {}
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        members = archive.infolist()
        if sum(member.file_size for member in members) > min(_MAX_BYTES, 2 * len(raw) + 1024):
            raise ValueError("members larger than the file")
        for member in members:
            arrays[member.filename.removesuffix(".npy")] = _array(_content(raw, member))
    return arrays


def _content(raw: bytes, member: zipfile.ZipInfo) -> bytes:
    """Return a stored member's bytes.

    The member's own checksum is not read, because the image has a better one over all members.
    """
    if member.compress_type != zipfile.ZIP_STORED:
        raise ValueError("a member that this code never writes")
    # The member's head is as long as the lengths of its name and of its extra field say.
    name, added = _LENGTHS.unpack_from(raw, member.header_offset + _LENGTHS_AT)
    first = member.header_offset + _LENGTHS_AT + _LENGTHS.size + name + added
    return raw[first : first + member.file_size]


def _array(content: bytes) -> NDArray[Any]:
    """Return a member's array in the bytes that were read, so that large arrays are not copied."""
    head = io.BytesIO(content)
    np.lib.format.read_magic(head)
    shape, by_columns, kind = np.lib.format.read_array_header_1_0(head)
    if by_columns or kind.hasobject:
        raise ValueError("an array that this code never writes")
    found: NDArray[Any] = np.frombuffer(content, kind, offset=head.tell()).reshape(shape)
    return found


def _digest_of(arrays: Arrays) -> bytes:
    digest = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        digest.update(f"{name}|{array.dtype.str}|{array.shape}|".encode())
        digest.update(array.reshape(-1).data)
    return digest.digest()
