"""The routes by which the company's own people sign in and out are described here."""

from local.published import bodies, staff_bodies
from local.published.operation_kinds import PAGE, Operation, of_staff

OF_SIGN_IN: dict[str, Operation] = {
    "GET /sign-in": Operation("The page behind an invitation's link", **PAGE),
    "GET /account": Operation("The page of one's own sign-in and password", **PAGE),
    "POST /v1/staff/sign-in": of_staff(
        "Exchange an invitation's token for a session, once",
        {200: staff_bodies.SignedIn},
        takes=staff_bodies.SignIn,
    ),
    "GET /v1/staff/issuer": Operation(
        "Where people prove their accounts, on a deployment with an issuer",
        answers={200: staff_bodies.IssuerShown},
        refusals=(413, 415),
    ),
    "POST /v1/staff/sign-in/issuer": of_staff(
        "Exchange a token of the issuer, as a bearer, for a session",
        {200: staff_bodies.SignedIn},
        takes=bodies.Document,
    ),
    "POST /v1/staff/sign-in/password": of_staff(
        "Exchange a name and its password for a session",
        {200: staff_bodies.SignedIn},
        takes=staff_bodies.PasswordSignIn,
    ),
    "PUT /v1/staff/password": of_staff(
        "Set or change one's own password; a change ends all other sessions",
        {200: staff_bodies.SignedIn},
        takes=staff_bodies.NewPassword,
    ),
    "POST /v1/staff/password/remove": of_staff(
        "Remove one's own password, and end all other sessions",
        {200: staff_bodies.SignedIn},
        takes=staff_bodies.PasswordRemoved,
    ),
    "POST /v1/staff/sign-out": of_staff("End the session", {200: bodies.Document}),
    "GET /v1/staff/me": of_staff("Who is signed in, and what they may do", {200: staff_bodies.Me}),
}
