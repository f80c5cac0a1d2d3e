"""This script takes pictures of the chat page for people to look at.

.venv/bin/python tests/browser/gallery.py build/pictures
"""

import sys
from pathlib import Path

from chromium import Chromium
from fake_server import FakeServer, quiet

SIZES = {"desktop": (1280, 800), "tablet": (768, 1024), "phone": (360, 640)}
ANSWERS = {
    "en": (
        "Where is my parcel? I ordered on Monday and have heard nothing since.",
        (
            "You can follow your order under My account > My orders. Tracking can stand still for "
            "up to 2 working days between two depots, which is normal."
        ),
        "Did you mean:",
        ["How long does delivery take?", "My parcel is lost", "A person, please"],
        "We are passing this to a person now. You can keep writing; they will see everything.",
        "Mina has joined the chat.",
        (
            "Hello, this is Mina. I can see your parcel at the depot in Lyon: "
            "https://tracking.example/parcels/8F41-22"
        ),
        "It should be with you tomorrow before noon.",
        "This conversation is now closed. Write again any time to open a new one.",
    ),
    "ko": (
        "월요일에 주문했는데 아직 아무 연락이 없어요. 제 택배는 어디쯤 왔나요?",
        (
            "주문 상태는 내 계정 > 주문 내역에서 확인하실 수 있어요. 물류센터 사이를 이동하는 동안 "
            "최대 이틀까지 조회가 멈춰 있을 수 있는데, 정상이에요."
        ),
        "혹시 이 내용을 찾으시나요?",
        ["배송은 얼마나 걸리나요?", "택배를 잃어버린 것 같아요", "상담원과 이야기할게요"],
        "지금 상담원에게 연결하고 있어요. 계속 적으셔도 상담원이 모두 볼 수 있어요.",
        "민아 님이 대화에 들어왔어요.",
        (
            "안녕하세요, 상담원 민아예요. 지금 대전 물류센터에 있어요: "
            "https://tracking.example/parcels/8F41-22"
        ),
        "내일 오전 중에 받아 보실 수 있어요.",
        "이 대화는 종료되었어요. 언제든 다시 적으시면 새 대화가 시작돼요.",
    ),
    "fr": (
        "Où est mon colis ? J'ai commandé lundi et je n'ai aucune nouvelle.",
        (
            "Vous pouvez suivre votre commande dans Mon compte > Mes commandes. Le suivi peut "
            "rester immobile jusqu'à 2 jours ouvrés entre deux dépôts, c'est normal."
        ),
        "Vouliez-vous dire :",
        ["Quels sont les délais de livraison ?", "Mon colis est perdu", "Un conseiller"],
        "Nous transmettons votre demande à un conseiller. Vous pouvez continuer à écrire.",
        "Mina a rejoint la conversation.",
        (
            "Bonjour, ici Mina. Votre colis est au dépôt de Lyon : "
            "https://tracking.example/parcels/8F41-22"
        ),
        "Il devrait arriver demain avant midi.",
        "Cette conversation est terminée. Écrivez à nouveau quand vous voulez.",
    ),
}


def visit(page: Chromium, folder: Path, language: str, size: str, scheme: str) -> None:
    """Walk one chat from first sight to its end, with a picture at every stop."""
    question, answer, intro, labels, handing, joined, hello, more, closed = ANSWERS[language]

    def shot(stop: str) -> None:
        page.shot(folder / f"{language}-{size}-{scheme}-{stop}.png")

    with FakeServer(quiet) as server:
        width, height = SIZES[size]
        page.open(f"{server.url}?lang={language}", width=width, height=height, scheme=scheme)
        shot("1-welcome")
        page.ask(question)
        page.said("customer", question, "sent")
        server.say("bot", answer)
        choices = [{"label": label, "article_id": None} for label in labels]
        server.say("bot", intro, choices=choices)
        page.said("bot", intro)
        shot("2-answer")
        page.click("button", labels[-1])
        page.said("customer", labels[-1], "sent")
        server.own("waiting")
        server.say("system", handing)
        page.said("system", handing)
        shot("3-waiting")
        server.own("pool")
        server.say("system", joined)
        server.say("person", hello, agent=joined.split()[0])
        server.say("person", more, agent=joined.split()[0])
        page.said("person", more)
        server.push({"type": "typing", "agent": joined.split()[0]})
        page.until("document.getElementById('typing').textContent")
        shot("4-person")
        page.ask("OK")
        page.said("customer", "OK", "sent")
        server.own("pool", "closed")
        server.say("system", closed)
        page.said("system", closed)
        shot("5-closed")
        server.stop()
        page.ask(question)
        page.said("customer", question, "retrying")
        shot("6-unreachable")


def main() -> None:
    """Take every language, on a desktop, a tablet and a phone, light and dark."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with Chromium() as page:
        for language in ANSWERS:
            for size in SIZES:
                for scheme in ("light", "dark"):
                    visit(page, folder.absolute(), language, size, scheme)


if __name__ == "__main__":
    main()
