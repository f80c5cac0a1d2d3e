"""French is described here."""

from typing import Final

from surgeline.knowledge.text.language import (
    Choices,
    Courtesies,
    Language,
    Letters,
    Negations,
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
            r"\b(?<!que )<ask>(?: de| d'| a| avoir| joindre| contacter| voir| l'aide d'?|"
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

_LETTERS = Letters(
    joins="et|et aussi|et puis|puis|ainsi que|&",
    begins=(
        "(?:(?:comment|combien|quand|ou) )?(?:est[ -]ce qu(?:e|')|puis[ -]je|peut[ -]on"
        "|pouvez[ -]vous|avez[ -]vous|y a[ -]t[ -]il|vendez[ -]vous|livrez[ -]vous)"
        "|quel(?:le)?s? (?:est|sont)|ou (?:est|sont)|quand (?:est|serai|vais|sera)"
    ),
    continues="et|mais|ou|aussi|et pour|qu'en est[ -]il|meme chose pour",
    openings=(
        (
            "(?:re ?)?(?:bon ?jour|bonsoir|salut|coucou|hello|bjr|slt|bsr|cc|allo)"
            "|bonne (?:journee|soiree)(?= ?[,!.])"
        ),
        (
            r"(?:chere?s? )?(?:madame|monsieur|mesdames|messieurs)|chere?s? (?=\w)"
            "|excusez[ -]moi"
        ),
    ),
    addressed=(
        "madame|monsieur|mesdames|messieurs|a (?:tous|toutes|vous|toi|toute l'equipe"
        "|l'equipe)|et (?:monsieur|madame|messieurs)|tous|toutes|tout le monde"
        "|l'equipe|equipe|cher|chere|service client|le service client|le support|mme"
        r"|mr|m\.?"
    ),
    leads=(
        (
            "je (?:me permets de )?(?:vous )?(?:ecris|contacte|contacter|ecrire"
            "|sollicite)(?: car| parce que| pour(?: (?:savoir|demander|vous demander))?"
            "| afin de savoir| au sujet(?: de)?)"
        ),
        "(?:je suis )?(?:desolee?|pardon) de (?:vous )?(?:deranger|derange)(?= ?[,:;-])",
        ("(?:j'ai )?(?:juste )?une (?:petite |simple )?question(?: pour vous)?(?= ?[,:;-])"),
    ),
    pleasantries=(
        r"(?:j'|nous )?espere(?:r|ns)? que (?:vous|tu|tout|ce|cet|votre)\b",
        (
            r"(?:je suis|nous sommes|etant)(?: une?)?(?: \w+){0,3} (?:cliente?s?|fan"
            r"|abonnee?|acheteu(?:r|se)|utilisat(?:eur|rice))\b|(?:je suis "
            "|nous sommes )?(?:cliente?s?) (?:chez|depuis|fidele)"
        ),
        "(?:j'ai|j|nous avons) (?:toujours|vraiment) (?:ete|aime|adore|apprecie|eu)",
        (
            "je (?:me permets de )?(?:vous )?(?:ecris|contacte|contacter"
            "|ecrire)(?: aujourd'hui| a nouveau| car j'ai (?:besoin"
            r"|une question)(?: de votre aide| d'aide)?)*\W*$"
        ),
        (
            r"(?:j'ai|j'aurais|nous avons) (?:besoin (?:de votre|d'|de l')\s?(?:aide"
            "|assistance)|(?:juste )?(?:une|quelques"
            r"|des) (?:petites? )?questions?)(?: \w+){0,3}\W*$"
        ),
        (
            "(?:je suis )?(?:vraiment )?(?:desolee?|navree?|pardon|veuillez m'excuser"
            r"|toutes mes excuses)\b"
        ),
        r"(?:dans l'attente|en attente|en attendant|en esperant|au plaisir)\b",
        (
            "(?:je )?(?:vous|te) (?:serais?|serai) (?:tres |vraiment "
            r"|infiniment )*(?:reconnaissante?|gre)\b"
        ),
        (
            r"(?:je (?:vous|te) )?(?:en |d'avance )?remerci(?:e|ons|ant)\b|(?:un |mille "
            r"|grand |encore )*mercis?\b"
        ),
        (
            "(?:merci de|pouvez vous|veuillez) (?:me |bien )*(?:repondre|recontacter|aider"
            r"|revenir)(?: \w+){0,4}\W*$"
        ),
        (
            "(?:je (?:vous|te) souhaite )?(?:une )?(?:tres )?(?:bonne|belle"
            r"|excellente) (?:journee|soiree|semaine|fin de|annee|continuation|reception)\b"
        ),
        (
            "(?:je m'appelle|mon nom est|je suis (?:m|mme|monsieur"
            r"|madame))(?: \w+){1,4}\W*$"
        ),
        r"(?:voici|voila) ma (?:question|demande)\W*$|petite question\W*$",
        (
            "(?:j'ai|nous avons) (?:deja |bien )?(?:cherche|regarde|consulte|parcouru|lu"
            r"|fouille)\b.*\b(?:site|faq|page|internet|rubrique|forum|google)\b"
        ),
        (
            "(?:pouvez[ -]vous|peux[ -]tu|pourriez[ -]vous) m'aider(?: svp"
            r"| s'il vous plait)?\W*$"
        ),
        "(?:bon courage|prenez soin|continuez|felicitations|joyeu)",
    ),
    unless=(
        r"\b(?:mais|cependant|toutefois|comment|quand|combien|pourquoi|quel(?:le)?s?"
        "|si je|est[ -]ce que|puis[ -]je|dire|savoir|indiquer|pas encore|toujours pas"
        r"|rembours\w+)\b"
    ),
    closings=(
        (
            "(?:bien |tres )?(?:cordialement|sincerement|respectueusement)|bien a (?:vous"
            "|toi)|(?:mes |nos )?(?:sinceres |meilleures |respectueuses )?salutations|cdlt"
            "|cdt|amicalement|(?:un grand |mille )?merci(?: beaucoup| d'avance| par avance"
            "| encore| a vous| bien| infiniment)?|bonne (?:journee|soiree)|belle journee"
            "|a bientot|envoye de(?:puis)? mon|je vous prie d'agreer|veuillez (?:agreer"
            "|recevoir)|dans l'attente"
        ),
    ),
    trailing=(
        "merci|beaucoup|d'avance|par avance|encore|svp|stp|s'il (?:vous|te) plait"
        "|bonne journee|cordialement|aidez[ -]moi"
    ),
    numbered=(
        r"commandes?|facture|reservation|billet|suivi|reference|ref\.?|client|compte"
        "|dossier|colis|livraison|adherent|abonne|ticket|achat"
    ),
    number=(
        "numeros?(?: (?:d'|de |du )?(?:commandes?|facture|reservation|suivi|client"
        r"|compte|dossier|colis))?|num\.?|n[°º]|nos?\.?|ref(?:erence)?\.?|code|id"
    ),
    is_number="est(?: le| la)?|porte le numero|c'est(?: le)?|:",
    begins_number=(
        "et|mon|ma|mes|notre|votre|le|la|les|cette|ce|un|une|pour|voici|avec|c'est|de"
        "|du|des|est|sur|a"
    ),
    pleads=r"\baide",
    asks_number=r"\b(?:numeros?|codes?|references?|identifiants?)\b|n[°º]",
    history=(
        "le .{6,90}a ecrit ?:",
        "-{2,} ?message (?:d'origine|original|transfere) ?-{2,}|debut du message",
        r"de ?: \S.{0,120}@",
    ),
    disclaimers=(
        (
            "(?:ce|cet|le present) (?:message|courriel|e-?mail"
            r"|mail)\b.{0,120}\b(?:confidentiel|destin|prive)|avis de confidentialite"
            "|si vous n'etes pas (?:le|la) destinataire|pensez a l'environnement"
        ),
    ),
    asks=(
        "^(?:et |aussi |alors |ou |mais |donc |puis )*(?:comment|quand|combien"
        "|pourquoi|quel(?:le)?s?|qui|que|qu'|quoi|ou|est[ -]ce|puis[ -]je|peut[ -]on"
        r"|pouvez|pourriez|dois|faut|avez|y a|peux|dites|donnez|veuillez|merci de)\b"
        r"|\bje (?:ne )?(?:veux|voudrais|souhaite|souhaiterais|cherche|peux|n'arrive"
        r"|dois)\b|\bj'aimerais\b|\bsavoir (?:si|comment|quand|ou|combien|quel)"
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
    ordinary="""
        abord absent accepter acces accident accord achat actif action adresse affaire
        afin agence agent agir aide aider ailleurs aimer ainsi ajouter aller amour
        ancien annee annule annuler appel appeler apporter apprendre appuyer argent
        arret arreter arrive arriver article assez assurer atelier attendre attente
        attention aucun aucune augmenter autant auteur autre avance avant avenir avion
        avis avoir baisse balance banque barre base bateau beau beaucoup besoin bien
        bientot billet blanc bleu bloque bloquer boite bonne bonnet bord bouche bouton
        bras bruit bureau cache cadeau cadre caisse calme camp carte case cause caution
        ceci cela celle celui cent centre certain chaine chaise chambre chance change
        changer chaque charge charger chat chaud chef chemin cheque cher chercher cheval
        chez chien chiffre choisir choix chose ciel cinq citer clair classe clef client
        code coeur coin colis combien commande comme comment commerce commun compte
        compter conduire confiance confirmer connaitre connu conseil consigne construire
        contact contenir content contenu contrat contre copie corps corriger cote
        couleur coup couper coupon cour courant courrier cours courses court cout couter
        couvrir craindre cravate credit creer crier croire cuisine dame danger dans date
        debit debut decider declarer defaut dehors deja delai demain demande demander
        depart deplacer depot depuis dernier derriere descendre dessous dessus deux
        devant devenir devis devoir dieu different difficile digne dire direct disque
        distance doigt donc donner dont dormir dossier double douche douleur doute doux
        droit droite dure duree durer ecole ecouter ecran ecrire effacer effet effort
        egal eglise elle email emploi emporter encore endroit enfant enfin ensemble
        ensuite entendre entier entre entree entrer envers envie environ envoi envoyer
        epaule equipe erreur espace espece esperer espoir essai essayer etage etat
        etendre etoile etrange etre etude event exact exemple expert expliquer face
        facile facon facture faible faim faire fait famille faut faute faux femme
        fenetre ferme fermer fete feuille fichier fille film fils final finir fixe fleur
        fois fonction fond fonds force forme fort foule frais franc frapper frere froid
        front fruit gagner garantie garcon garder gare gauche general gens geste glace
        gout grace grand gratuit grave gris gros groupe guerre guide habit habiter haut
        herbe heure heureux hier histoire hiver homme honneur hotel huit humain idee
        ignorer image imaginer immense import impot indiquer information inscrire
        instant inutile inviter jamais jambe janvier jardin jaune jeter jeune joie jouer
        jour journal journee juge juger juillet juin jusque juste laisser langue large
        lecon lecture leger lendemain lent lequel lettre leur lever libre lien lieu
        ligne limite lire liste livraison livre livrer local loin long lors louer lourd
        lumiere lundi lune lutte magasin main maintenant mais maison maitre malade
        malgre manger manier manquer marchand marche marcher mardi mari marque masse
        matin mauvais meilleur membre meme memoire menu merci mercredi mere merite
        mesure metier mettre meuble midi milieu mille mince minute mode modele moins
        mois moitie moment monde monnaie montant montre montrer morceau mort moteur
        mourir mouvement moyen muet musique naitre nature neuf niveau noir nombre nommer
        nord normal notre nouveau nouvelle nuit numero objet obliger obtenir occasion
        octobre oeil oeuvre office offre offrir oiseau ombre ordre oreille oser oubli
        oublier ouvert ouvrir page paiement pain paire panier pantalon papier paquet
        paraitre parce pardon pareil parent parfait parler parmi parole part partie
        partir partout passage passe passer patient patron pauvre payer pays peau peine
        penser perdre pere permettre personne perte peser petit peuple peur phrase piece
        pied pierre place plaindre plaire plaisir plan plante plat plein pleurer plier
        pluie plupart plus plusieurs plutot poche poids poing point pointe police pont
        porte porter poser position possible poste poudre pour pourquoi pousser pouvoir
        premier prendre prenom preparer pres presence present presque presser pret
        preter preuve prevenir prier principe prison prive prix probleme prochain
        produire produit profond projet promettre promo promotion propos propre protege
        public puis quand quart quartier quatre quelque question quinze quitter quoi
        raison ranger rapide rappeler rapport rare recevoir recherche recit recu reduire
        reel refus refuse refuser regard regarder regle regler relever remarquer
        rembourse remboursement remettre remise remplacer remplir rencontrer rendre
        rentrer renvoi renvoyer repas repeter repondre reponse repos reprendre reseau
        reserver resoudre respect ressembler reste rester retard retenir retirer retour
        retourner retrait retrouver reunir reussir reve revenir revoir riche rien rire
        risque robe role rond rouge rouler route ruine sable saisir saison salle salut
        samedi sang sans sante satisfait sauter sauver savoir scene second secret seize
        selon semaine sembler sens sentir sept serie serieux serrer service servir seul
        seulement siecle siege signal signe signer silence simple site situation soin
        soir soldat solde soleil solution somme sommeil songe sonner sort sorte sortie
        sortir souci soudain souffrir souhaiter soumettre source sourire sous soutenir
        souvenir souvent sport stock stop style sucre suffire suite suivant suivre sujet
        super surprise surtout table tableau taille tailler taire tant tante tapis tard
        tarif tasse taux telephone tellement temoin temps tendre tenir tenter terme
        terminer terrain terre tete texte theatre tiers tirer titre tomber total toucher
        toujours tour tourner tout train traiter tranquille transport travail travers
        treize trente tres triste trois tromper trop trou trouble trouver tuer type
        unique urgent usage user utile utiliser vague vaincre valable valeur valide
        valoir vase vendre vendredi venir vent vente verre vers verser version vert
        veste vetement viande vide vider vieux ville vingt visage visite vite vitre
        vivre voici voie voila voir voisin voiture voix voler volonte votre vouloir
        voyage vrai vraiment
    """,
    endings="s e es ee ees er ez ons ent ait ant ment nt t x aux",
    tells="alone",
    courtesies=Courtesies(
        greetings="""
            bonsoir, salut, coucou, bonne journee, bonne soiree, bonjour a tous, re bonjour,
            rebonjour, bjr, slt, bsr, hello bonjour, ca va, comment ca va, comment allez vous,
            comment vas tu, salut ca va, au revoir, a bientot, bonne nuit, allo, vous etes la,
            bonjour madame, bonjour monsieur, bonjour madame monsieur, enchante, cc,
            j'ai une question, une
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
    withdrawals="""
        laissez tomber, laisse tomber, oubliez, oubliez ca, oublie, oublie ca, oubliez ma demande,
        ce n'est plus la peine, c'est plus la peine, plus la peine, pas la peine, plus besoin,
        je n'ai plus besoin, j'ai plus besoin, je n'en ai plus besoin, j'en ai plus besoin,
        plus besoin d'un conseiller, je n'ai plus besoin d'un conseiller, je n'ai plus besoin
        d'aide, plus besoin d'aide, ce n'est plus necessaire, c'est plus necessaire,
        plus necessaire, annulez ma demande, annuler ma demande, je retire ma demande,
        retirez ma demande, j'ai trouve, j'ai trouve la reponse, c'est bon j'ai trouve,
        c'est resolu, resolu, probleme resolu, c'est regle, regle, tant pis
    """,
    letters=_LETTERS,
    weak_words="""
        a ai aimerais ainsi aller alors apres as assez au aucun aujourd aussi autre aux
        avec avez avoir avons besoin bien bonjour bonsoir c ca car ce cela ces cet cette
        chez chose choses combien comme commence commencer comment d dans de deja depuis
        des deux dire dois doit donc du dure durer elle elles en encore ensuite es est
        est-ce et etait ete etes etre eu faire fait faites faut heure hui il ils j je jour
        jours l la le les leur leurs lui m ma maintenant mais mal me meme merci mes moi
        mon n ne ni nos notre nous nouveau nouvelle on ont ou par parce part pas pendant
        personne peu peut peuvent peux plait plus possible pour pourquoi pourriez pouvez
        prend prendre pu puis puis-je qu quand que quel quelle quelles quelqu quelque
        quels qui quoi s sa sans savoir se sera ses si sommes son sont souhaite suis sur t
        ta te temps tes toi ton tous tout toute toutes tres tu un une va vais venir vers
        veut veux voici voila vos votre voudrais voulez vous vraiment y
    """,
    negations=Negations(
        before="pas jamais sans aucun aucune ni non",
        after="pas plus jamais",
        skipped="""
            ne n un une le la les l de d du des mon ma mes votre vos ce cette je j tu il elle on
            nous vous a ai as avez avons ont est es suis sont etait ete etre avoir fait y en me m
            te t se s que qu encore vraiment du tout veux voudrais souhaite peux pu deja besoin
        """,
        pending="encore toujours",
        lasting="toujours",
        unable="(?:impossible|incapable)",
        unsure="sais sait comprends comprend sur certain rappelle vois",
        asking="comment ou quand pourquoi quel quelle quels quelles qui si combien",
        either="ou",
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
