"""What may not be asked of a candidate, found by its words in both languages.

Whole phrases about the person, so that "health research" can be asked about in a medical centre and "your health"
cannot. Sources: Directive (EU) 2023/970 art. 5 (salary history), GDPR art. 9, 10 and 87, NVP recruitment code.
"""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from tracker.rules.sentences import Sentence, say


class ForbiddenTopic(StrEnum):
    """Topics that no form can hold."""

    SALARY_HISTORY = "salary_history"
    HEALTH = "health"
    CRIMINAL_RECORD = "criminal_record"
    RELIGION = "religion"
    NATIONAL_ID = "national_id"
    ORIGIN = "origin"
    PHOTO = "photo"

    @property
    def why(self) -> Sentence:
        return _WHY[self]


_WHY: Final[Mapping[ForbiddenTopic, Sentence]] = {
    ForbiddenTopic.SALARY_HISTORY: say("what someone earned before is no ground for a choice or an offer."),
    ForbiddenTopic.HEALTH: say("health, disability and pregnancy are private in a selection."),
    ForbiddenTopic.CRIMINAL_RECORD: say("a criminal record is checked by law only after selection, if at all."),
    ForbiddenTopic.RELIGION: say("religion and belief are private in a selection."),
    ForbiddenTopic.NATIONAL_ID: say("identity numbers and copies of identity papers are never collected here."),
    ForbiddenTopic.ORIGIN: say("ethnic origin, politics and sexuality are private in a selection."),
    ForbiddenTopic.PHOTO: say("a photo tells nothing about suitability and invites bias."),
}

_PAY_EN = r"(?:salar(?:y|ies)|wages?|earnings|remuneration|pay ?slips?|pay|income)"
_PAY_NL = r"(?:salaris(?:sen)?|loon|inkomen|beloning|verdiensten|bezoldiging)"
_BEFORE_EN = r"(?:current|present|previous|prior|past|former|last|latest|most recent|existing)"
_BEFORE_NL = r"(?:huidige?|vorige?|eerdere?|laatste?|voormalige?|vroegere?|recentste)"
_FEW = r"(?:\w+ ){0,3}"

_STUDIED = r"(?:research|sciences?|care|data|policy|economics|psychology|education|training|related|studies|projects?)"
_NOT_OURS = "".join(rf"(?<!{word} )" for word in ("orcid", "researcher", "student", "grant", "project", "test"))
_PAPERS_EN = r"(?:passport|id|id card|identity (?:card|document)|driving licen[cs]e|residence permit)"
_PAPERS_NL = r"(?:paspoort|identiteitsbewijs|identiteitskaart|id kaart|rijbewijs|verblijfsvergunning)"

_WORDS: Final[Mapping[ForbiddenTopic, tuple[str, ...]]] = {
    ForbiddenTopic.SALARY_HISTORY: (
        rf"{_BEFORE_EN} {_FEW}{_PAY_EN}",
        rf"(?:your|his|her|their) {_PAY_EN}",
        rf"{_PAY_EN} history",
        rf"{_PAY_EN} {_FEW}(?:now|currently|at present|you (?:have )?(?:earn|earned|receive|received|had))",
        rf"{_PAY_EN} {_FEW}{_BEFORE_EN} (?:job|position|employer|employment|role|post)",
        r"(?:do|did|have) you (?:currently |now |presently |last )?(?:earn|earned|get paid)",
        r"pay ?slips?",
        rf"{_BEFORE_NL} {_FEW}{_PAY_NL}",
        rf"(?:uw|je|jouw) {_PAY_NL}",
        rf"{_PAY_NL} {_FEW}{_BEFORE_NL} (?:baan|functie|werkgever|werkkring|dienstverband)",
        r"salaris(?:geschiedenis|historie|verleden|strook|stroken|specificaties?)",
        r"loon(?:strook|stroken|geschiedenis|specificaties?)",
        r"laatst ?verdiende?",
        r"verdien(?:t|de)? (?:je|u)|(?:je|u) (?:nu |momenteel )?verdien(?:t|de)?",
    ),
    ForbiddenTopic.HEALTH: (
        rf"(?:your|own|personal) (?:mental |physical |general |current |present )?(?:health|disability)(?! {_STUDIED})",
        r"(?:your|own|personal) (?:\w+ )?(?:illness(?:es)?|handicap)|your disabilities",
        r"^(?:health|gezondheid|disability|handicap|medical history)$",
        r"health (?:condition|conditions|status|problem|problems|issue|issues|declaration|complaints?|history)",
        r"state of health|medical (?:condition|conditions|history|record|records|certificate|problems?)",
        r"are you (?:\w+ ){0,2}(?:healthy|ill|disabled|handicapped|fit to work)",
        r"(?:do you have|have you had|do you suffer from) (?:an? |any )?(?:\w+ )?(?:illness(?:es)?|handicap)",
        r"(?:do you have|have you) (?:an? |any )?(?:\w+ )?(?:disability|disabilities)",
        r"do you have (?:an? |any )?disease",
        r"chronic(?:ally)? ill(?:ness)?|sick(?:ness)? (?:leave|absence|days)|pregnan(?:t|cy)",
        r"medication do you|vaccinat(?:ed|ion status)",
        r"(?:uw|je|jouw|eigen|persoonlijke) (?:\w+ ){0,2}(?:gezondheid|ziekte|beperking|handicap|aandoening)",
        r"gezondheids(?:toestand|klachten|problemen|verklaring|situatie|verleden)",
        r"(?:bent|ben) (?:u|je) (?:\w+ ){0,3}(?:ziek|gezond|arbeidsongeschikt|gehandicapt)",
        r"(?:heeft|heb) (?:u|je) (?:een |last van (?:een )?)?(?:\w+ )?(?:ziektes?|ziekten|handicap|aandoening(?:en)?)",
        r"(?:heeft|heb) (?:u|je) (?:een )?(?:\w+ )?(?:beperking(?:en)?|arbeidsbeperking)",
        r"chronisch ziek(?:e|te|ten)?|ziekteverzuim|ziekmelding(?:en)?|zwanger(?:schap)?",
        r"medisch(?:e)? (?:verleden|dossier|klachten|verklaring)",
    ),
    ForbiddenTopic.CRIMINAL_RECORD: (
        r"criminal (?:records?|history|convictions?|offen[cs]es?|past|background|proceedings|charges?)",
        r"police (?:records?|certificate)|been (?:convicted|arrested|in prison|imprisoned)|previous convictions?",
        r"strafblad|strafrechtelijk(?:e)? (?:verleden|veroordeling(?:en)?|vervolging)",
        r"justitiele (?:documentatie|gegevens|verleden)",
        r"(?:bent|ben) (?:u|je) (?:\w+ ){0,3}veroordeeld|veroordeling(?:en)?|strafbare? feit(?:en)?|gevangenisstraf",
    ),
    ForbiddenTopic.RELIGION: (
        r"religions?|religious|religiosity|denomination|church (?:member|membership|attendance)",
        r"your (?:faith|beliefs|church)|what (?:faith|church)",
        r"godsdienst(?:en|ig|ige)?|religie(?:s|us|uze)?|geloofsovertuiging|levensovertuiging",
        r"kerkgenootschap|kerkelijk(?:e)?",
        r"(?:uw|je|jouw|welk) (?:geloof|kerk)",
    ),
    ForbiddenTopic.NATIONAL_ID: (
        r"(?:national|personal) (?:id|identity|identification|insurance)(?: card)?(?: (?:number|no|code))?",
        rf"{_NOT_OURS}(?:id|identity|identification) (?:card )?(?:number|no|nr)",
        r"(?:passport|social security|citizen service|tax|fiscal|residence permit) (?:card )?(?:number|no|nr)",
        rf"(?:copy|scan|picture|photo) of (?:\w+ ){{0,3}}{_PAPERS_EN}",
        r"bsn|ssn|burgerservicenummer|sofi ?nummer|rijksregisternummer|identiteitsnummer|id ?nummer",
        r"paspoortnummer|documentnummer",
        rf"(?:kopie|scan|foto) (?:van )?(?:\w+ ){{0,3}}{_PAPERS_NL}",
        r"(?:fiscaal|nationaal|persoonlijk) (?:identiteits|identificatie|registratie)?nummer",
    ),
    ForbiddenTopic.ORIGIN: (
        r"your (?:race|ethnicity|skin colou?r|sexuality)|your ethnic (?:origin|background|group)",
        r"sexual (?:orientation|preference)",
        r"^(?:race|ethnicity|ethnic origin|etniciteit|ras)$|ethnic(?:ity)? (?:origin|background|group)",
        r"sexual orientation",
        r"trade union member(?:ship)?|political (?:party|opinions?|views|beliefs|affiliation)",
        r"(?:uw|je|jouw) (?:ras|etniciteit|huidskleur)",
        r"etnische (?:afkomst|achtergrond|herkomst)|seksuele (?:geaardheid|voorkeur|orientatie)",
        r"vakbondslidmaatschap|politieke (?:voorkeur|partij|overtuiging)",
    ),
    ForbiddenTopic.PHOTO: (
        r"(?:your|passport|profile|portrait|recent|id) (?:\w+ )?(?:photo|photograph|picture)",
        r"^(?:photo|photograph|foto)$",
        r"(?:photo|photograph|picture) of (?:you|yourself)|pasfoto|profielfoto|portretfoto",
        r"(?:uw|je|jouw|recente) (?:\w+ )?foto|foto van (?:u|je|jou|uzelf|jezelf)",
    ),
}  # fmt: skip

_PATTERNS: Final = {
    topic: tuple(re.compile(rf"(?<!\w)(?:{words})(?!\w)") for words in patterns) for topic, patterns in _WORDS.items()
}


def forbidden_topic(*texts: str) -> ForbiddenTopic | None:
    """The first topic that these texts ask about, or None."""
    plain = [_plain(text) for text in texts]
    for topic, patterns in _PATTERNS.items():
        if any(pattern.search(text) for pattern in patterns for text in plain):
            return topic
    return None


def _plain(text: str) -> str:
    """Small letters without marks, invisible characters or punctuation, one space between words."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(character for character in folded if unicodedata.category(character) not in {"Mn", "Cf"})
    return " ".join(re.sub(r"[\W_]+", " ", kept).split())
