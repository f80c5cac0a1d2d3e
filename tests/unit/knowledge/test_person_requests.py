"""Wanting a person, however it is said: politely, indirectly, rudely, in three languages."""

import re
import unicodedata

import pytest
from surgeline.knowledge.text.language import Language
from surgeline.knowledge.text.languages import languages
from surgeline.knowledge.text.patterns import alternatives, found_anywhere
from surgeline.knowledge.text.reading import plain_form, wants_person

WANTS = (
    "I would like to speak with someone please",
    "could I possibly talk to a real human being",
    "I'm sorry to bother you but is there someone I could talk to?",
    "can someone call me back",
    "I give up, get me a human",
    "this is useless, put me on to your manager",
    "let me speak to your supervisor NOW",
    "stupid machine let me talk to someone",
    "screw this I want a real person",
    "are you a bot? I'd rather talk to a person",
    "am I talking to a human? I want one",
    "I don't want to talk to a robot",
    "no bots please",
    "human please",
    "agent",
    "customer service",
    "representative!!!",
    "someone real please",
    "talk to a humn",
    "i need to talk 2 sum1",
    "would it be possible to be put in touch with an advisor",
    "I'd prefer dealing with a person",
    "please hand me over to a colleague",
    "I want to complain to a manager",
    "may I have an agent",
    "transfer me",
    "connect me to an operator",
    "can you get someone on the phone for me",
    "I'd like to be contacted by a member of your team",
    "can a human look at this",
    "let a human answer",
    "pls escalate this",
    "A person, please",
    "talk to a person",
    "I want a person",
    "상담원 연결해 주세요",
    "상담원이랑 얘기하고 싶어요",
    "사람이랑 말하고 싶어요",
    "실례지만 상담원과 통화할 수 있을까요?",
    "혹시 담당자분과 이야기할 수 있을까요",
    "직원분 바꿔주세요",
    "사람 불러",
    "기계 말고 사람 바꿔",
    "봇 꺼져 사람 나와",
    "아 진짜 짜증나 상담원 연결하라고",
    "챗봇 말고 진짜 사람이요",
    "사람",
    "상담원",
    "상담사 연결",
    "고객센터 연결",
    "전화 주세요",
    "통화하고 싶습니다",
    "사람이 직접 답해 주시면 안 될까요",
    "상담원과 이야기할게요",
    "누구 없어요?",
    "상담 받고 싶어요",
    "사장 나오라고 해",
    "책임자 바꿔",
    "담당자 연결 부탁드립니다",
    "인간이랑 대화하고 싶다",
    "말이 안 통하네 사람 바꿔줘",
    "je voudrais parler à quelqu'un",
    "puis-je parler à un conseiller s'il vous plaît ?",
    "serait-il possible d'être mis en relation avec une personne ?",
    "excusez-moi de vous déranger, pourrais-je échanger avec un conseiller",
    "je veux un humain",
    "passez-moi quelqu'un",
    "passe moi ton responsable",
    "marre des robots, je veux une vraie personne",
    "conseiller",
    "conseiller svp",
    "un conseiller s'il vous plaît",
    "je préfère parler à une personne",
    "j'aimerais avoir quelqu'un au téléphone",
    "quelqu'un peut me rappeler ?",
    "rappelez-moi",
    "y a-t-il quelqu'un de réel ?",
    "je ne veux pas parler à une machine",
    "service client",
    "mettez-moi en contact avec le service client",
    "je souhaite être rappelé",
    "est-ce que je peux avoir un agent",
    "besoin d'un humain",
    "Un conseiller, s'il vous plaît",
    "parler à quelqu'un",
    "je veux parler a un etre humain",
    "je veux parler au directeur",
    "donnez moi un numéro pour joindre quelqu'un",
    "bloody bot, give me a human",
    "la ferme le robot passe moi un humain",
    "un vrai humain bordel",
    "je veux parler à un responsable tout de suite",
    "get me ur manager",
    "i want to speek to a humn",
    "can i just speak to sombody",
    "pls connect with costumer service",
    "humannnn",
    "stop. human.",
    "Is it possible to have a call with an advisor?",
    "I don't want the return policy, I want to talk to a human",
    "why can't I talk to a person?",
    "why don't you connect me to an agent",
    "I don't want to talk to anyone but a real person",
    "no, agent please",
    "je peux avoir qqn au tel?",
    "je veu parlé a kelkun",
    "stop le bot, un humain",
    "passe moi ton chef",
    "je voudrais joindre le SAV",
    "je ne veux pas de robot, je veux un humain",
    "pourquoi je ne peux pas parler à un humain ?",
    "상담원 ㄱㄱ",
    "상담웡 연걸",
    "아무나 사람 좀",
    "connect me to 상담원",
    "봇 필요없고 상담원 연결",
    "상담원 왜 연결 안 해줘요",
)
UNWANTED = (
    "I don't want a person",
    "i dont need an agent, just tell me the return window",
    "please don't transfer me to an agent",
    "Do not escalate this",
    "I'd rather not speak to a human",
    "I do not want to speak to anyone",
    "no need for a human, where is my order?",
    "How do I return without speaking to an agent?",
    "je ne veux pas parler à un humain",
    "pas besoin d'un conseiller",
    "je ne souhaite pas être rappelé",
    "sans parler à un conseiller, comment annuler ?",
    "inutile de me passer un conseiller",
    "상담원 필요 없어요",
    "상담원 연결하지 마세요",
    "사람이랑 얘기하고 싶지 않아요",
    "상담원 연결은 필요없고 반품 방법만 알려줘",
    "상담원 연결 안 해도 돼요",
)
ASKS = (
    "do I talk to a person at your shop to return it?",
    "do I need to speak to someone in store to exchange it",
    "will someone call me before the delivery",
    "does an agent have to sign for the parcel",
    "how many people does the tent sleep",
    "can a different person collect it",
    "the person on the phone was rude",
    "your agent told me to wait two days",
    "I spoke to someone yesterday and nothing happened",
    "can my husband talk to the driver",
    "who do I contact about a warranty",
    "the delivery person left it outside",
    "is customer service open on sunday",
    "what are your customer service hours",
    "what is the customer service number",
    "I talked to an agent about my refund, when do I get it",
    "can I pay in person",
    "is there a human size mannequin",
    "the robot vacuum does not charge",
    "my son wants a talking robot toy",
    "does the manager discount apply",
    "gift for a special person",
    "how do I become a sales representative",
    "someone stole my parcel",
    "someone else ordered with my account",
    "매장 직원에게 말하면 반품되나요?",
    "매장에서 직원한테 교환 요청하면 되나요",
    "상담원이 내일 환불된다고 했어요",
    "어제 상담원과 통화했는데 아직 안 왔어요",
    "고객센터 몇 시까지 하나요",
    "택배 기사님이 전화하나요",
    "배송 전에 전화 오나요",
    "두 사람이 쓸 수 있는 텐트인가요",
    "다른 사람 이름으로 주문했어요",
    "사람 모양 쿠션 있나요",
    "로봇 장난감 환불되나요",
    "인공지능 스피커 있나요",
    "전화번호 변경하고 싶어요",
    "담당자가 누구인가요",
    "직원 할인 있나요",
    "일 인당 몇 개까지 살 수 있나요",
    "dois-je parler à quelqu'un en magasin pour le retour ?",
    "est-ce que je dois voir un vendeur en boutique pour échanger",
    "le conseiller m'a dit d'attendre deux jours",
    "j'ai parlé à un conseiller hier, quand serai-je remboursé",
    "quels sont les horaires du service client",
    "quel est le numéro du service client",
    "une tente pour combien de personnes",
    "personne n'a sonné chez moi",
    "le livreur va-t-il m'appeler",
    "une autre personne peut signer ?",
    "mon robot aspirateur ne marche pas",
    "un cadeau pour une personne âgée",
    "peut-on payer en personne",
    "quelqu'un a utilisé mon compte",
    "l'agent de sécurité a refusé mon retour",
    "robot de cuisine en stock ?",
    "je cherche un couteau de chef",
    "I have a call with my bank tomorrow, can I pay later?",
    "the speaker does not connect",
)


@pytest.mark.parametrize("text", WANTS)
def test_a_person_is_had_in_one_turn_however_asked(text: str) -> None:
    """A customer who wants a person gets one, be the words polite, indirect, rude or misspelt."""
    assert wants_person(text)
    assert wants_person(unicodedata.normalize("NFD", text).upper())
    assert wants_person(f"  {text} !!")


@pytest.mark.parametrize("text", ASKS)
def test_persons_robots_and_phones_in_a_question_are_no_wish(text: str) -> None:
    """Where talking to somebody is a step, past, or the topic, the question is answered."""
    assert not wants_person(text)


@pytest.mark.parametrize("text", UNWANTED)
def test_who_says_that_no_person_is_wanted_gets_none(text: str) -> None:
    """A wish that is denied is none; one beside what is denied still is."""
    assert not wants_person(text)
    assert wants_person(f"{text}. I changed my mind: let me talk to a person")


@pytest.mark.parametrize(
    "language", [each for each in languages() if each.person.wishes], ids=lambda each: each.name
)
def test_a_wish_is_found_as_fast_as_it_can_be_and_as_written(language: Language) -> None:
    """Patterns that are tried only where a word begins find what the patterns as written find."""
    person = language.person
    written = re.compile(alternatives(person.wishes, person.parts))
    fast = re.compile(found_anywhere(person.wishes, person.parts))
    texts = [plain_form(each) for each in (*WANTS, *UNWANTED, *ASKS)]
    texts += [each.replace(" ", "") for each in texts]
    found = [written.search(each) is not None for each in texts]
    assert any(found)
    assert [fast.search(each) is not None for each in texts] == found


@pytest.mark.parametrize("language", [each for each in languages() if each.joined])
def test_a_language_without_spaces_wishes_in_its_own_letters(language: Language) -> None:
    """No wish of a language that is written without spaces is in ASCII, which is not searched."""
    person = language.person
    filled = re.sub(r"<(\w+)>", lambda part: person.parts[part[1]], "\n".join(person.wishes))
    assert not [each for each in filled.split("\n") if each.isascii()]
