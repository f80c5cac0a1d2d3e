"""French is described here."""

from typing import Final

from surgeline.knowledge.text.language import (
    Choices,
    Courtesies,
    Language,
    PersonWishes,
    Rejections,
)

_PERSON = PersonWishes(
    parts={
        "soft": r"(?:(?:un|une|le|la|les|l'|d'|de|des|du|vrai|vraie|veritable|autre|votre|vos|reel|"
        r"reelle|etre|seul|seule|bon|ton|ta)[ ']?\s?){0,4}",
        "server": r"humain(?:e|s)?|personne(?: reelle| humaine| physique| vivante)?|conseill(?:er"
        r"|ere|ers)|"
        r"tele ?conseill(?:er|ere)|agents?|operat(?:eur|rice)s?|responsable|employee?"
        r"|interlocuteur|"
        r"superieure?|patronn?e?|gerante?|chef(?! de)|"
        r"directeur|directrice|representant|superviseur|manager|collaborateur|vendeur|assistant"
        r"|gens|"
        r"membre de (?:l'equipe|votre equipe)",
        "someone": r"quelqu'?un|qqn|qq1|qlqn|quelqun|quelq'un|kelkun|kelqu'?un|qlq1",
        "desk": r"service clients?|service apres vente|sav|support|equipe|standard|assistance",
        "talk": r"parler|parle|discuter|echanger|causer|dialoguer|communiquer|converser|bavarder|"
        r"tchatter|chatter|m'adresser|m'entretenir|entretenir|parlez|tchater",
        "bot": r"robots?|bots?|machines?|chat ?bots?|ia|automate|ordinateur|repondeur",
        "ask": r"veux|veu|voudrais|souhaite|souhaiterais|besoin|aimerais|prefere|prefererais"
        "|demande"
        r"|exige|"
        r"donnez[ -]moi|donne[ -]moi|passez[ -]moi|passe[ -]moi|faut|veut|avoir|obtenir|cherche|"
        r"appelez|trouvez[ -]moi|envoyez[ -]moi|reclame|joindre|contacter",
        "kindly": r"(?:s'il vous plait|s'il te plait|svp|stp|s v p|maintenant|vite|merci|bonjour"
        r"|tout de suite|"
        r"non|ok|urgent|immediatement|ici|juste|plutot|a|putain|bordel|merde)",
    },
    wishes=(
        r"\b<talk>(?: \w+){0,2}? (?:a|avec|au|aux) ?<soft>(?:<server>|<someone>|<desk>)\b",
        r"\b(?:<talk>|joindre) (?:a |avec )?(?:<someone>)\b",
        (
            r"\b(?:mettez|mettre|mets|passez|passer|transferez|transferer|transfere|redirigez"
            r"|basculez"
            r"|connectez|"
            r"connecter|orientez)[ -](?:moi|me)?(?: \w+){0,3}? ?(?:un|une|a|avec|vers|le"
            r"|quelqu) ?'?<soft>(?:<server>|<desk>|<someone>|un)\b"
        ),
        (
            r"\b(?:en (?:relation|contact|communication|liaison) avec) <soft>(?:<server>|<someone>"
            r"|<desk>)\b"
        ),
        (
            r"(?<!que )\b<ask>(?: de| d'| a| avoir| joindre| contacter| voir| l'aide d'?|"
            r" uniquement|"
            r" juste| seulement| plutot)* ?"
            r"<soft>(?:<server>)\b(?! (?:qui|pour (?:signer|livrer|recuperer|porter|monter)|de plus"
            r"|majeure|peut|puisse))"
        ),
        (
            r"\b(?:besoin|envie|veux|voudrais|aimerais|souhaite)(?: de| d'| que)? ?(?:parler "
            r"|joindre "
            r"|avoir )?(?:a )?(?:<someone>)\b"
            r"(?! (?:recuper|sign|vien|livr|d'autre|recois))"
        ),
        (
            r"\b(?:<someone>|un humain|un conseiller|une personne|un agent|une vraie personne)(?:"
            r" \w+)? "
            r"(?:peut|pourrait|pourra|peux)(?:-il)?(?: \w+)? (?:m'aider|m'appeler|me (?:rappeler"
            r"|repondre|aider|contacter|"
            r"parler|renseigner|prendre)|nous aider)\b"
        ),
        (
            r"\b(?:pe[ut]+(?:-on| on)|on (?:peut|pourrait)) (?:m'aider|me (?:rappeler|repondre"
            r"|contacter))\b"
        ),
        (
            r"\b(?:avoir|joindre) <soft>(?:<someone>|<server>|<desk>)(?: \w+)? (?:au (?:tel"
            r"|telephone"
            r"|bout)|en (?:ligne|direct))\b"
        ),
        r"\b(?:veux|veu|voudrais|souhaite|besoin de|aimerais) joindre <soft><desk>\b",
        r"\b(?:stop|arretez|assez|fini)(?: avec)? (?:le |la |les |ce |ces |cette )?<bot>\b",
        (
            r"\b(?:y a[ -]t[ -]il|il y a|y a|ya|y'a)(?: \w+)? (?:<someone>|un humain|un"
            r" conseiller|une"
            r" vraie personne|un agent)\b"
        ),
        (
            r"\b(?:pas|plus|marre|ras le bol|assez|non)(?: \w+){0,3}? (?:a|avec|de|des|d'|ce|cette"
            r"|par)? ?(?:un |une |ce |cette |ces |votre |le |la )?<bot>\b"
            r"(?! (?:aspirateur|de cuisine|patissier|cafe|a cafe|laver|a laver|tondeuse"
            r"|multifonction))"
        ),
        (
            r"\b(?:rappelez|appelez|telephonez|contactez|rappelle|appelle)[ -]moi\b(?! (?:quand"
            r"|avant"
            r"|des|si|lorsque))"
        ),
        (
            r"\b(?:qu'on me|que l'on me|que quelqu'un me|qu'un \w+ me) (?:rappelle|appelle|contacte"
            r"|reponde)\b"
        ),
        (
            r"\b(?:etre|me faire) (?:rappelee?|recontactee?|contactee?|appelee?)(?: par)?\b(?!"
            r" (?:quand|avant|lors))"
        ),
        (
            r"\b(?:un|une) (?:humain|conseill(?:er|ere)|agent|vraie personne) (?:svp|stp|s'il"
            r" (?:vous|te)"
            r" plait)$"
        ),
        (
            r"^(?:<kindly> )*<soft>(?:humain|conseill(?:er|ere)|agents?|operat(?:eur|rice)|vraie"
            r" personne|une personne|"
            r"personne (?:reelle|humaine)|responsable|etre humain|<desk>|<someone>)(?: <kindly>)*$"
        ),
    ),
    unwanted=(
        (
            r"\b(?:ne |n')?(?:veux|veu|souhaite|desire|voudrais|voulais|aimerais|cherche|demande"
            r"|ai)"
            r" (?:surtout |vraiment |absolument )?(?:pas|plus) (?:du tout |vraiment |forcement )?"
            r"(?:besoin )?(?:de |d'|a )?(?:(?:<talk>|avoir|joindre|voir|contacter|appeler|passer)"
            r" (?:a |au |aux |avec |par )?)?<soft>(?:<server>|<someone>|<desk>)\b"
        ),
        (
            r"\b(?:veux|souhaite|desire) pas (?:etre|qu'on me|me faire) "
            r"(?:rappel|recontact|contact|appel)\w*"
        ),
        (
            r"\binutile de (?:me |nous )?(?:passer|transferer|appeler|contacter)(?: a| avec)? ?"
            r"<soft>(?:<server>|<someone>|<desk>)\b"
        ),
        r"\bne (?:veux|souhaite) (?:parler|voir|avoir) (?:a )?personne\b",
        (
            r"\bpas (?:du tout |vraiment )?besoin (?:de |d'|d )?(?:(?:<talk>|voir|contacter"
            r"|appeler)"
            r" (?:a |au |aux |avec )?)?<soft>(?:<server>|<someone>|<desk>)\b"
        ),
        (
            r"\b(?:sans|plutot que de)(?: avoir a| devoir)? (?:<talk>|passer|contacter|appeler"
            r"|joindre"
            r"|attendre|voir) (?:a |au |aux |avec |par )?<soft>(?:<server>|<someone>|<desk>)\b"
        ),
    ),
    elsewhere=(
        r"\b(?:dois je|faut il|est ce que je dois|on doit|doit on|je dois) (?:parler|m'adresser) a",
        (
            r"\b(?:j'ai|on a|nous avons|il a|elle a|ils ont)(?: deja)? (?:parle|discute|echange) "
            r"(?:a|avec)(?! personne)"
        ),
    ),
    spelled="conseiller",
)

_REJECTIONS = Rejections(
    no=(r"(?:non+|nan)<end>",),
    no_before=(r"non+",),
    openers=(r"desole|pardon|mais|euh|bah|ben|du tout",),
    statements=(
        (
            r"(?:ce n'est|c'est|c|ce n'etait|c'etait|ca n'est|cela n'est|n'est)"
            r" (?:vraiment |absolument )?pas"
            r"(?: du tout| vraiment| exactement){0,2} (?:ca|cela|"
            r"ce que (?:je|j'ai|j'avais)(?! (?:commande|achete|paye|recu))(?: \w+){1,3}?|"
            r"(?:la|une|ma|mon) (?:bonne |vraie )?(?:reponse|question|probleme|demande)|bon|juste"
            r"|utile|"
            r"correct|le (?:sujet|probleme)|lie|pertinent)(?: demande| voulais| cherche|"
            r" cherchais)?"
        ),
        (
            r"(?:ca|cela|ce) (?:ne |n')?(?:me |m'|m'a |m'ont )?(?:aide|repond|convient|marche"
            r"|fonctionne|"
            r"sert|correspond)?(?: a)? ?pas(?: du tout| vraiment)?(?: aide)?"
            r"(?: a (?:ma|la) (?:question|demande)| a rien)?"
        ),
        (
            r"vous (?:ne |n')?(?:m'avez |avez |me |comprenez |repondez ){1,2}(?:pas|mal)"
            r"(?: compris| repondu| aide| lu)?(?: a)?(?: (?:ma|la) (?:question|demande))?"
        ),
        r"je (?:ne |n')?(?:parle|parlais|demande|demandais) pas (?:de )?(?:ca|cela)",
        r"(?:mauvaise|fausse|pas (?:la|une) bonne) (?:reponse|question)",
        r"rien a voir|hors sujet|pas ce que je \w+",
        (
            r"(?:inutile|faux|toujours pas|pas (?:ca|cela|utile|du tout|vraiment)|aucune?|autre"
            r" chose)<end>"
        ),
        (
            r"aucune? (?:de (?:ces|ceux|celles)(?:[ -](?:la|ci|reponses|choix|questions))?"
            r"|d'entre \w+)|"
            r"ni l'un ni l'autre"
        ),
    ),
    leads_on=(
        (
            r"(?:je|j'ai|j'avais) (?:parle|demande|demandais|parlais|voulais|veux|cherche"
            r"|cherchais)(?: savoir)?(?: de| du| des)?"
        ),
        r"ma question (?:est|etait|concerne)",
        r"mais",
    ),
)

LANGUAGE: Final = Language(
    code="fr",
    name="Français",
    small_words="""
        ai ainsi alors apres après as assez au aucun aujourd'hui aussi autre aux avec avez avoir
        avons bonjour bonsoir bien c'est ça ca car ce cela ces cet cette chez combien comme
        comment dans de depuis des deux dois doit donc du elle elles en encore ensuite est est-ce
        et es etait été etes êtes etre être eu faire fait faites faut il ils j'ai j'aimerais je
        jour jours l'ai la là le les leur leurs lui ma mais mal me meme même merci mes moi mon
        n'ai n'est ne ni nos notre nous on ont ou où par parce pas pendant peu peut peux plait
        plaît plus pour pourquoi pouvez pourriez puis-je puis qu'est qu'il qu'est-ce quand que
        quel quelle quelles quels quelqu'un qui quoi quelque sa sans se sera ses si sommes son
        sont suis sur ta te tes toi ton tous tout toute toutes tres très tu un une va vais vers
        veut veux voici voilà vos votre voudrais vous y commande livraison colis remboursement
        acheter passer retourner retour compte annuler payer paiement magasin article rembourser
        recevoir reçu
    """,
    # An elision; an English contraction must not pass for one.
    spelling=(
        (r"(?!.+'(?:s|t|m|d|ll|re|ve)$)(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)'[^\W\d_]+", 1.0),
        ("[^àâçèêëîïôùûœæ]*[àâçèêëîïôùûœæ].*", 0.6),
        ("[^é]*é.*", 0.4),
    ),
    tells="alone",
    courtesies=Courtesies(
        greetings="""
            bonsoir, salut, coucou, bonne journee, bonne soiree, bonjour a tous, re bonjour,
            rebonjour, bjr, slt, bsr, hello bonjour, ca va, comment ca va, comment allez vous,
            comment vas tu, salut ca va, au revoir, a bientot, bonne nuit, allo, bonjour madame,
            bonjour monsieur, bonjour madame monsieur, enchante, cc, j'ai une question, une
            question, petite question, aide, a l'aide, aidez moi, besoin d'aide, j'ai besoin
            d'aide, pouvez vous m'aider, peux tu m'aider, vous pouvez m'aider, qui es tu, qui etes
            vous, tu es un robot, vous etes un robot, etes vous un robot, es tu un robot, bonjour
            a vous, bonsoir a vous
        """,
        thanks="""
            merci, merci beaucoup, merci bien, grand merci, merci infiniment, un grand merci,
            mille mercis, mille merci, merci a vous, merci a toi, je vous remercie, je te
            remercie, ok merci, d'accord merci, parfait merci, super merci, tres bien merci, merci
            pour votre aide, merci de votre aide, merci pour l'aide, merci pour tout, merci bonne
            journee, non merci, merci bonne soiree, merci au revoir, mci, d'accord, parfait, tres
            bien, super, genial, c'est tout, non c'est tout, non c'est bon, c'est bon, non ca va,
            rien d'autre, c'est bon merci, non c'est tout merci, merci bcp, mrc, merci pour votre
            reponse, merci pour la reponse, merci de votre reponse, merci pour ta reponse, merci
            pour votre retour, c'est parfait merci, c'est parfait, nickel, nickel merci, ca
            marche, ca marche merci, top merci
        """,
        laughter="mdr, ptdr",
        kindness=(
            "merci",
            "beaucoup|bien",
            "pour|de",
            "votre|vos|ton|la|le|l'",
            "",
            "aide|reponses?|retour|infos?|informations?|temps",
        ),
        fillers="bonjour bonsoir salut alors euh bon ok madame monsieur a tous",
    ),
    person=_PERSON,
    rejections=_REJECTIONS,
    choices=Choices(
        ordinals=(
            "premier premiere un une 1er 1ere",
            "deuxieme seconde deux 2e 2eme",
            "troisieme trois 3e 3eme",
            "quatrieme quatre 4e 4eme",
        ),
        fillers="""
            on la le les l'option numero n choix reponse svp s'il vous plait stp je j'ai veux
            voudrais prends choisis c'est celui celle ce cette merci oui d'accord sur du de des pour
            mon ma
        """,
        yes="oui ouais exactement",
    ),
    instructions=(
        (
            ("instructions", "consignes", "règles", "regles", "directives"),
            (
                r"\b(ignore[zr]?|oublie[zr]?|ne (tiens|tenez) (pas|plus) compte).{0,30}"
                r"\b(instructions|consignes|r[eè]gles|directives)"
            ),
        ),
        (
            ("système", "systeme", "développeur", "developpeur"),
            r"\b(invite|prompt|message|mode) (du )?(syst[eè]me|d[eé]veloppeur)\b",
        ),
        (("maintenant", "sormais"), r"\b(tu es|vous [eê]tes) (maintenant|d[eé]sormais)\b"),
        (
            ("instructions", "consignes"),
            r"\b(r[eé]v[eè]le[zr]?|affiche[zr]?) (tes|vos|les) (instructions|consignes)",
        ),
    ),
    names=("french", "français", "프랑스어", "불어", "fr-fr"),
    columns={
        "id": ("identifiant", "clé"),
        "title": ("titre",),
        "language": ("langue",),
        "questions": ("formulation", "formulations", "variante", "variantes", "demande"),
        "answer": ("réponse", "reponse", "réponses"),
    },
)
