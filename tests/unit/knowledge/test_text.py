"""A customer's text is read for form, language, courtesies and odd characters in linear time."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from surgeline.knowledge.text.reading import (
    detect_language,
    is_one_word,
    match_form,
    small_talk,
    tidy,
    wants_person,
)

WANTS = (
    "I want a person",
    "i want to talk to a human",
    "can I speak to someone?",
    "speak with an agent please",
    "human please",
    "HUMAN!!!",
    "agent",
    "representative",
    "reprsentative",
    "operator",
    "give me a real person",
    "I need a human being",
    "get me an agent",
    "connect me to support",
    "I'd like to chat with somebody real",
    "can someone help me",
    "is there anyone I can talk to?",
    "I don't want to talk to a bot",
    "not a bot please",
    "stop, no bots",
    "this is useless, let me talk to your manager",
    "could you put me through to a member of staff",
    "Could I have a human please",
    "please call me back",
    "transfer me",
    "live chat with an agent",
    "customer service please",
    "customer service",
    "are there any real people here",
    "can i talk 2 a person",
    "I wanna speak w/ a rep",
    "let me speak to a living human being",
    "I would rather deal with a person",
    "pls connect me with agnet",
    "talk to humna",
    "i prefer human support",
    "is a human available",
    "Can a person help me with this?",
    "I'd like to speak to a human being not a machine",
    "Hi, could I please speak with a customer service representative?",
    "Get me a supervisor",
    "someone real please",
    "i want someone to talk to",
    "may I talk to an employee",
    "real human now",
    "I want to be transferred to an agent",
    "je veux parler à quelqu'un",
    "je veux une personne",
    "un humain svp",
    "Je souhaite parler à un conseiller",
    "passez-moi un conseiller",
    "puis-je parler avec une vraie personne ?",
    "mettez-moi en relation avec un agent",
    "conseiller",
    "y a-t-il quelqu'un ?",
    "je ne veux pas parler à un robot",
    "j'en ai marre de ce bot",
    "quelqu'un peut m'aider ?",
    "rappelez-moi svp",
    "j'aimerais avoir un conseiller au téléphone",
    "je veux quelqu'un de réel",
    "est-ce que je peux discuter avec un humain",
    "parler a un operateur",
    "Bonjour, je voudrais être mis en contact avec une personne",
    "Donnez-moi un être humain",
    "service client svp",
    "pas un robot",
    "je préfère parler à un être humain",
    "transférez-moi à un agent",
    "je veux un vrai conseiller",
    "상담원 연결해주세요",
    "상담원",
    "상담원 연결",
    "상담사 바꿔주세요",
    "사람이랑 얘기하고 싶어요",
    "사람과 대화하고 싶습니다",
    "사람 연결해 주세요",
    "사람 불러줘",
    "직원 연결 부탁드려요",
    "진짜 사람이랑 말하고 싶어",
    "로봇 말고 사람이요",
    "봇 말고 사람",
    "담당자 바꿔주세요",
    "상담하고 싶어요",
    "전화 상담 원해요",
    "통화하고 싶어요",
    "사람하고 상담할 수 있나요?",
    "챗봇 싫어요 사람 바꿔줘",
    "매니저 불러주세요",
    "사람으로 바꿔줘",
    "상담 직원과 통화 가능한가요",
    "상담원이랑 통화하고 싶은데요",
    "사람 있나요?",
    "직원분과 이야기하고 싶습니다",
    "기계랑 말하기 싫어요",
    "사람에게 문의하고 싶어요",
    "상담사님 계세요?",
    "상담원 분이랑 채팅할 수 있을까요",
    "agent 연결해줘",
    "사람 좀 바꿔주세요",
    "인간 상담사와 얘기하게 해줘",
    "누구 좀 연결해주세요",
    "직접 사람이 답변해 주세요",
)

ASKS = (
    "can a person pick up my parcel",
    "do you deliver in person",
    "can another person collect my order",
    "Does someone need to be home to sign?",
    "can someone else pick up my order",
    "do I need a person at home for delivery",
    "I want to change the person on the order",
    "how many people does this tent fit",
    "I need a gift for a person who likes tea",
    "what is the price per person",
    "can i return in person",
    "Is the robot vacuum back in stock?",
    "I don't want the robot vacuum anymore",
    "do you have real leather bags",
    "can I get a discount",
    "I want human hair extensions",
    "where is my order",
    "what are your opening hours",
    "how do I contact customer service",
    "will the courier call me before delivery",
    "call me when it arrives",
    "can I speak English in the store?",
    "I want to cancel my order",
    "my agent code does not work",
    "can I get someone else's name on the invoice",
    "get a refund",
    "Do your staff get a discount?",
    "is it suitable for a person with allergies",
    "I have a manager account, how to change password?",
    "Someone stole my parcel",
    "somebody else received my parcel",
    "does a human pack my order",
    "I need support for my phone mount",
    "the support pole is broken",
    "I have people coming over on Friday, will it arrive?",
    "une autre personne peut-elle récupérer mon colis ?",
    "livrez-vous en personne ?",
    "quelqu'un d'autre peut récupérer mon colis ?",
    "personne n'a livré mon colis",
    "je veux retourner un article",
    "combien de personnes pour cette tente",
    "je veux un robot aspirateur",
    "le robot de cuisine n'est plus en stock ?",
    "où est ma commande",
    "faut-il une personne majeure pour signer ?",
    "appelez-moi quand le colis arrive",
    "comment contacter le service client",
    "quels sont vos horaires",
    "est-ce qu'un voisin peut recevoir le colis",
    "quelqu'un a volé mon colis",
    "다른 사람이 택배 받을 수 있나요",
    "사람이 없을 때 배송되면 어떻게 하나요",
    "다른 사람한테 선물로 보내 주세요",
    "로봇 청소기 재고 있나요",
    "로봇 청소기 말고 다른 것으로 교환",
    "상담 시간이 어떻게 되나요",
    "상담원 운영 시간 알려주세요",
    "배송 전에 전화 주세요",
    "받는 사람 이름 바꿔주세요",
    "직접 수령 가능한가요",
    "몇 사람이 쓸 수 있나요",
    "환불 언제 되나요",
    "사람 사이즈 추천",
    "받는 사람 주소를 바꾸고 싶어요",
    "고객센터 전화번호 알려주세요",
    "직원 할인 되나요",
    "직원이 불친절했어요",
    "상담 가능 시간 알려줘",
    "기사님이 전화를 안 받아요",
    "주문한 사람 이름 변경",
    "가족이 대신 찾아가도 되나요",
)


@pytest.mark.parametrize("text", WANTS)
def test_wanting_a_person_is_caught_however_phrased(text: str) -> None:
    """Wanting a human works in one turn, in three languages."""
    assert wants_person(text)
    assert wants_person(text.upper())
    assert wants_person(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize("text", ASKS)
def test_a_shop_question_about_persons_stays_a_question(text: str) -> None:
    """Naming persons, robots or phones is not wanting one."""
    assert not wants_person(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Hello!", "greeting"),
        ("hello bot", "greeting"),
        ("안녕하세요~", "greeting"),
        ("ㅎㅇ", "greeting"),
        ("Bonjour à tous", "greeting"),
        ("thank you so much!!", "thanks"),
        ("감사합니다ㅎㅎ", "thanks"),
        ("ㄱㅅ", "thanks"),
        ("merci beaucoup", "thanks"),
        ("Bonjour, merci", "thanks"),
        ("", "unreadable"),
        (" \t\n", "unreadable"),
        ("👍🏽👨‍👩‍👧", "unreadable"),
        ("...?!", "unreadable"),
        ("https://example.com/a?b=c", "unreadable"),
        ("ㅋㅋㅋㅋ", "unreadable"),
        ("Hello, I have a question", "greeting"),
        ("can you help me?", "greeting"),
        ("J'ai une question", "greeting"),
        ("질문이 있어요", "greeting"),
        ("are you a bot?", "greeting"),
        ("Thank you very much for your quick help!", "thanks"),
        ("merci pour votre réponse", "thanks"),
        ("hahaha", "unreadable"),
        ("thanks for the refund, when is the rest coming", None),
        ("merci pour le remboursement", None),
        ("can you help me return it", None),
        ("I have a question about my order", None),
        ("hello where is my parcel", None),
        ("안녕하세요 환불 문의요", None),
        ("merci de rembourser ma commande", None),
        ("7021645199", None),
        ("네", None),
    ],
)
def test_a_message_that_asks_nothing_is_told_apart(text: str, kind: str | None) -> None:
    """B42: greetings, thanks and unreadable messages are recognised, and questions are not."""
    assert small_talk(text) == kind


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("where is my order", "en"),
        ("où est mon colis", "fr"),
        ("ou est ma commande svp", "fr"),
        ("j'ai pas reçu", "fr"),
        ("환불 언제 되나요", "ko"),
        ("refund 언제 되나요", "ko"),
        ("iphone 14 pro max case 있나요", "ko"),
        ("¿cuándo llega mi pedido?", "es"),
        ("wo ist meine Bestellung", "de"),
        ("いつ届きますか", "ja"),
        ("我的订单在哪里", "zh"),
        ("Где мой заказ", "ru"),
        ("xk42", None),
        ("", None),
    ],
)
def test_the_language_of_a_text_is_told_or_left_open(text: str, language: str | None) -> None:
    """Script and small words tell the language; thin evidence does not."""
    assert detect_language(text) == language


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("환불", unicodedata.normalize("NFD", "환불")),
        ("한글", "ㅎㅏㄴㄱㅡㄹ"),
        ("난", "ﾤￂﾤ"),
        ("REMBOURSÉ", "rembourse"),
        ("Ｒｅｆｕｎｄ　１０００", "refund 1000"),
        ("don\u2019t", "don't"),
        ("helloooooo", "helloo"),
        ("a\u200bb", "ab"),
        ("cœur", "coeur"),
    ],
)
def test_spellings_of_the_same_words_have_one_match_form(one: str, other: str) -> None:
    """B38, B41: composition, width, case, accents and hidden characters do not matter."""
    assert match_form(one) == match_form(other)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text: str) -> None:
    """B35-B38: any text has a tidy form, stable under tidying, without controls."""
    tidied = tidy(text)
    assert tidied.isprintable()
    detect_language(text)
    wants_person(text)
    small_talk(text)
    assert match_form(unicodedata.normalize("NFD", text)) == match_form(
        unicodedata.normalize("NFC", text)
    )


@pytest.mark.parametrize(
    "evil",
    [
        "a" * 10**6,
        "i want " * 10**5,
        "talk to a " * 10**5,
        "사람" * 10**5,
        "'" * 10**6,
        "\u0301" * 10**6,
        "je veux un un un " * 10**4,
        "please " * 10**5,
        "ㄱㅏ" * 10**5,
        "http://" * 10**5,
    ],
)
def test_enormous_and_hostile_texts_take_no_time(evil: str) -> None:
    """B43, B45: a megabyte of pattern bait is read in linear time."""
    started = time.perf_counter()
    wants_person(evil)
    small_talk(evil)
    detect_language(evil)
    assert time.perf_counter() - started < 1.0


@pytest.mark.parametrize(
    ("text", "one"),
    [
        ("price?", True),
        ("  Refund… ", True),
        ("환불", True),
        ("배송조회", True),
        ("환불하고싶어요", False),
        ("my refund", False),
        ("remboursement", True),
    ],
)
def test_one_word_is_told_from_a_question(text: str, *, one: bool) -> None:
    """One word is told from a question by its spaces, and in Korean by its length too."""
    assert is_one_word(text) is one
