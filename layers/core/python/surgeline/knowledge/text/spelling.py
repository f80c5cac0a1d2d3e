"""The nearness of two words is measured here; the words that matter are listed elsewhere."""


def one_edit_apart(left: str, right: str) -> bool:
    """Return whether one insertion, deletion, replacement or swap makes two words equal.

    A swap exchanges two neighbouring letters.
    """
    shorter, longer = sorted((left, right), key=len)
    if len(longer) - len(shorter) > 1:
        return False
    pairs = enumerate(zip(shorter, longer, strict=False))
    first = next((place for place, (one, other) in pairs if one != other), len(shorter))
    if len(shorter) < len(longer):
        return shorter[first:] == longer[first + 1 :]
    swapped = longer[:first] + longer[first : first + 2][::-1] + longer[first + 2 :]
    return shorter[first + 1 :] == longer[first + 1 :] or shorter == swapped
