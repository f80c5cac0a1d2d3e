"""Meta's codes of errors are sorted here by what each is about, for sends and for late failures."""

WINDOW = frozenset({131047, 2018278, 2534022, 1545041})
RECIPIENT = frozenset({131021, 131026, 131030, 131049, 131050, 130472, 551, 2018001, 2018108})
LATER = frozenset(
    {1, 2, 4, 32, 613, 1200, 80006, 80007, 130429, 131000, 131016, 131056, 131057, 133016}
)
PAIR = 131056
ACCOUNT = frozenset(
    {0, 3, 10, 190, *range(200, 300), 368, 130497, 131005, 131031, 131042, 131045, 131048}
)


def scope_of(code: int | None, subcode: int | None = None) -> str:
    """Return the scope of one of Meta's codes, or nothing for a code about the message."""
    for scope, codes in (("window", WINDOW), ("recipient", RECIPIENT)):
        if subcode in codes or code in codes:
            return scope
    if code in LATER:
        return "later"
    return "account" if code in ACCOUNT else ""
