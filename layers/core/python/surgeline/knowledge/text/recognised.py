"""These languages are recognised, so that a person can be told of them, but are not spoken here."""

from typing import Final

from surgeline.knowledge.text.language import Script

SCRIPTS: Final = {
    # Japanese is mostly Han characters, so a few kana are enough.
    "ja": Script(letters="\u3040-\u30ff", share=0.25),
    "zh": Script(letters="\u4e00-\u9fff\u3400-\u4dbf"),
    "ru": Script(letters="\u0400-\u04ff"),
    "ar": Script(letters="\u0600-\u06ff"),
    "he": Script(letters="\u0590-\u05ff"),
    "th": Script(letters="\u0e00-\u0e7f"),
    "hi": Script(letters="\u0900-\u097f"),
    "el": Script(letters="\u0370-\u03ff"),
    # No other language opens its questions and cries with a mark.
    "es": Script(letters="\u00bf\u00a1", enough=1, share=1.0),
}

# These spellings are patterns of words that hardly any other language here has, with a score.
SPELLING: Final = {
    "es": (
        (r"[^\Wñ]*+ñ\w*+", 0.9),
        (r"\w{2,}ción", 0.9),
        (r"\w{2,}ó", 0.9),
        (r"\w{3,}[ai]mos", 0.3),
    ),
    "pt": (
        (r"\w*(?:ção|ções|ães|ões)", 1.0),
        (r"[^\Wãõ]*+[ãõ]\w*+", 0.6),
        (r"\w{2,}nh[aoe]s?", 0.5),
        (r"\w{2,}[áí](?:vel|veis)", 0.9),
    ),
    "de": (
        (r"[^\Wß]*+ß\w*+", 1.0),
        (r"(?:(?!ück|äng|öff)\w)*+(?:ück|äng|öff)\w*+", 0.5),
        (r"\w{2,}(?:schaft|schen|isch|keit|heit|ungen)", 0.5),
        (r"ge\w{3,}t", 0.3),
    ),
}

# These are frequent small words. A word counts less, the more languages share it.
SMALL_WORDS: Final = {
    "es": """al algo aquí cómo como cuál cuando cuándo cuánto de del dónde donde el ella ellos en
        entre es esta está están este esto estoy gracias ha hacer hasta hay hola la las lo los más
        me mi mis muy necesito no nos para pero por porque puede puedo que qué quiero se ser si sí
        sin sobre son su sus también te tengo tiene tu un una usted y ya yo pedido envío ayuda
        hablar persona alguien quisiera buenos buenas días tardes hora mañana cuanto dos veces
        recibí perdí contraseña cuenta paquete dinero compra llega llegó tarjeta pueden puedes
        podría podrían ayudar ayudarme aceptan aceptáis tienen tienes abren cierran hacen envían
        pagar pago cambiar devolver devolución reembolso cancelar cancelo recibo recibido factura
        tienda producto roto rota equivocado equivocada talla precio cupón nadie nada fue fueron
        todavía aún nunca siempre ahora entonces otra otro vez favor gente hoy
        semana quién quien hablo tarde envíos funciona sirve espero esperando llevo
        desde hace tres""",
    "de": """aber als am an auch auf aus bei bin bis bitte das dass dem den der des die diese doch
        durch ein eine einem einen einer es für ganz gibt habe haben hallo hat hier ich ihr ihre im
        in ist ja kann kein keine können man mein meine meiner mich mir mit möchte nach nicht noch
        nur oder ob schon sehr sein sich sie sind so um und uns von vor wann war warum was wenn wer
        werden wie wieder wird wo zu zum zur danke bestellung guten tag paket rechnung lieferung
        ware konto passwort vergessen geld zurück kaputt fehlt falsche versand mensch mitarbeiter
        sprechen jemand bezahlen storniert öffnungszeiten welche welcher welches soll sollen
        habt hätte könnte könnten gibt euch euer eure unser dein deine ihnen größe rückgabe
        umtausch umtauschen zurückgeben zurückschicken erhalten bekommen bekomme gekauft bestellt
        geliefert versendet offen geöffnet brauche kostet kosten gutschein funktioniert jetzt
        heute morgen gestern noch immer alle alles etwas nichts niemand mal zahlen nehmen kommt
        dauert seit warte warten woche wochen drei zwei""",
    "it": """al alla anche avete che chi ciao come con cosa da dal dei del della di dove e è gli
        grazie ha hai hanno ho i il in io la le lo ma mi mia mio nel nella non o per perché più
        posso può quale quando quanto questa questo se si sono sto su ti tra tu un una uno vorrei
        ordine""",
    "pt": """a ao as até com como da das de do dos é ela ele em entre essa esse está estão estou eu
        foi isso já mais mas me meu meus minha muito na não nas no nos o obrigado olá onde os ou
        para pedido pela pelo por porque posso quando quanto que quem quero se sem ser seu sua são
        também tem tenho um uma você falar pessoa alguém gostaria bom dia boa tarde horas amanhã
        custa prazo devolução encomenda preciso senha conta dinheiro duas vezes recebi chegou
        aos às manhã obrigada vocês podem pode poderia ajudar ajuda aceitam têm abrem fecham fazem
        enviam pagar pagamento trocar troca devolver reembolso cancelar cancelo recebo recebido
        loja produto quebrado quebrada errado errada tamanho preço cupom cartão compra favor
        consigo consegue veio vem foram ninguém nada ainda nunca sempre agora então outra outro
        vez gente hoje semana fatura boleto atendente cadê chega onde este esta isto há três
        funciona espero esperando desde artigo quem falo""",
    "nl": """aan als bent bij dan dat de deze die dit een en er gaan geen had heb hebben heeft het
        hoe hoi ik in is jij je kan kunnen maar mag me met mij mijn moet naar niet nog of om ook
        op te tot u uit van voor waar waarom wanneer wat we wel welke wie wil worden zijn zou
        bestelling bedankt""",
}
