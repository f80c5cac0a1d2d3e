"""A small shop's knowledge base in three languages, for the tests beside it."""

import json
from typing import Any

_EN: dict[str, tuple[str, ...]] = {
    "delivery-time": (
        "How long does delivery take?",
        "When will my parcel arrive?",
        "How many days until my order gets here?",
        "What is the delivery time?",
        "When do you deliver?",
    ),
    "returns": (
        "How do I return an item?",
        "I want to send something back",
        "Can I return my order?",
        "What is your return policy?",
        "Where do I send a return?",
    ),
    "refund": (
        "When do I get my refund?",
        "I have not received my money back yet",
        "How long does a refund take?",
        "Where is my refund?",
        "Has my refund been paid?",
    ),
    "gift-card": (
        "Do you sell gift cards?",
        "How do I use a gift card?",
        "Can I pay with a gift voucher?",
        "My gift card code does not work",
        "What is left on my gift card?",
    ),
}
_KO: dict[str, tuple[str, ...]] = {
    "delivery-time": (
        "배송은 얼마나 걸리나요?",
        "택배 언제 도착해요?",
        "주문한 물건 며칠 뒤에 와요?",
        "배송 기간이 궁금합니다",
        "언제 배송되나요?",
    ),
    "returns": (
        "반품하고 싶어요",
        "상품을 돌려보내려면 어떻게 하나요?",
        "반품 방법 알려주세요",
        "반품 신청은 어디서 하나요?",
        "산 물건 반품 되나요?",
    ),
    "refund": (
        "환불은 언제 되나요?",
        "아직 환불을 못 받았어요",
        "환불까지 며칠 걸려요?",
        "환불금이 안 들어왔어요",
        "환불 처리 확인해 주세요",
    ),
    "gift-card": (
        "상품권 파나요?",
        "기프트 카드 어떻게 써요?",
        "상품권으로 결제할 수 있나요?",
        "기프트 카드 번호가 안 먹혀요",
        "상품권 잔액이 얼마 남았나요?",
    ),
}
_FR: dict[str, tuple[str, ...]] = {
    "delivery-time": (
        "Combien de temps prend la livraison ?",
        "Quand mon colis va-t-il arriver ?",
        "Quels sont les délais de livraison ?",
        "Dans combien de jours je reçois ma commande ?",
        "Quand livrez-vous ?",
    ),
    "returns": (
        "Comment retourner un article ?",
        "Je veux renvoyer un produit",
        "Puis-je retourner ma commande ?",
        "Quelle est votre politique de retour ?",
        "Où envoyer un retour ?",
    ),
    "refund": (
        "Quand serai-je remboursé ?",
        "Je n'ai pas encore reçu mon remboursement",
        "Combien de temps prend un remboursement ?",
        "Où est mon remboursement ?",
        "Mon argent n'est toujours pas revenu",
    ),
    "gift-card": (
        "Vendez-vous des cartes cadeaux ?",
        "Comment utiliser une carte cadeau ?",
        "Puis-je payer avec un chèque cadeau ?",
        "Le code de ma carte cadeau ne marche pas",
        "Que reste-t-il sur ma carte cadeau ?",
    ),
}
LANGUAGES = {"en": _EN, "ko": _KO, "fr": _FR}


def fields(language: str, name: str) -> dict[str, Any]:
    """Return one article as its author writes it."""
    return {
        "id": f"{language}-{name}",
        "title": name.replace("-", " "),
        "language": language,
        "questions": list(LANGUAGES[language][name]),
        "answer": f"The {language} answer about {name}.",
    }


def jsonl(*languages: str) -> bytes:
    """Return the shop's knowledge base in some languages."""
    lines = [
        json.dumps(fields(language, name), ensure_ascii=False)
        for language in languages
        for name in LANGUAGES[language]
    ]
    return "\n".join(lines).encode()


def phrasings_of(code: str) -> tuple[str, ...]:
    """Return all phrasings of the shop in a language."""
    shops = {"en": _EN, "ko": _KO, "fr": _FR}
    return tuple(text for texts in shops[code].values() for text in texts)
