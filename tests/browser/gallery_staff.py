"""This script takes pictures of the pages of staff on a real instance, for people to look at.

.venv/bin/python tests/browser/gallery_staff.py build/pictures
"""

import sys
import tempfile
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2]))

from chromium import Chromium
from staffed import Customer, Staffed

from tests.instance import Instance, free_port

SIZES = {"desktop": (1280, 800), "tablet": (768, 1024), "phone": (360, 720)}
WORDS = {
    "en": (
        "My lamp arrived broken. It is order 4711.",
        "Hello, I'm sorry about the lamp. I am looking at your order now.",
        "Second broken lamp this month",
        "Thank you! Could you send a new one, or give me my money back?",
    ),
    "ko": (
        "램프가 깨진 채로 왔어요. 주문 번호는 4711이에요.",
        "안녕하세요, 불편을 드려 죄송해요. 지금 주문을 확인하고 있어요.",
        "이번 달에 두 번째로 깨진 램프",
        "감사합니다! 새것으로 보내 주시거나 환불해 주실 수 있나요?",
    ),
    "fr": (
        "Ma lampe est arrivée cassée. C'est la commande 4711.",
        "Bonjour, je suis navrée pour la lampe. Je regarde votre commande.",
        "Deuxième lampe cassée ce mois-ci",
        "Merci ! Pouvez-vous en envoyer une autre, ou me rembourser ?",
    ),
}
READY = "location.pathname === '/agent' && document.body.getAttribute('aria-busy') === 'false'"


def console(page: Chromium, staffed: Staffed, folder: Path, language: str, scheme: str) -> None:
    """Walk through one conversation, with a picture of each state in each size."""
    broken, hello, note, thanks = WORDS[language]

    def shots(state: str) -> None:
        for size, (width, height) in SIZES.items():
            page.resize(width, height)
            page.shot(folder / f"agent-{language}-{scheme}-{size}-{state}.png")
        page.resize(*SIZES["desktop"])

    page.open(staffed.link("Mina").replace("#", f"?lang={language}#"), scheme=scheme)
    page.evaluate(f"localStorage.setItem('surgeline.staff.language', '{language}')")
    page.evaluate("document.getElementById('go').click()")
    page.until(READY)
    shots("1-quiet")
    customer, other = Customer(staffed.instance), Customer(staffed.instance)
    customer.write(broken)
    customer.write()
    other.write()
    page.until("document.querySelectorAll('#offers .accept').length === 2")
    shots("2-offers")
    page.evaluate("document.querySelector('#offers .accept').click()")
    page.until("!document.getElementById('composer').hidden")
    page.paste(hello)
    page.press("Enter")
    customer.hears("person", hello)
    page.evaluate("document.getElementById('mode-note').click()")
    page.paste(note)
    page.press("Enter")
    page.said("note", note)
    customer.write(thanks)
    page.said("customer", thanks)
    page.paste("{order} ...")
    shots("3-conversation")
    for dialog in ("transfer", "close", "help"):
        page.evaluate(f"document.getElementById('{dialog}').click()")
        shots(f"4-{dialog}")
        page.press("Escape")
    customer.leave()
    other.leave()
    page.until("document.getElementById('over').textContent")
    shots("5-over")
    page.evaluate(
        "document.getElementById('presence').value = 'away';"
        "document.getElementById('presence').dispatchEvent(new Event('change'))"
    )
    page.until("!document.getElementById('sitting').textContent.includes('Mina')")
    shots("6-away")


def main() -> None:
    """Take every language, light and dark."""
    folder = Path(sys.argv[1]).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, Chromium() as page:
        instance = Instance(Path(home) / "home", free_port())
        instance.start()
        try:
            staffed = Staffed(instance)
            staffed.open_desk()
            for language in WORDS:
                for scheme in ("light", "dark"):
                    console(page, staffed, folder, language, scheme)
        finally:
            instance.stop()


if __name__ == "__main__":
    main()
