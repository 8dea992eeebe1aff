"""Names of the whole world: any script, one word or six, with marks and apostrophes."""

from itertools import count

NAMES = (
    "李小龙",
    "محمد عبد الله",
    "Sukarno",
    "Þóra Jónsdóttir",
    "Nguyễn Thị Minh Khai",
    "Chimamanda Ngozi Adichie",
    "Siobhán O’Sullivan",
    "Łukasz Żółkiewski",
    "Анна Сергеевна Козлова",
    "नरेन्द्र कुमार",
    "María José de la Cruz y Álvarez",
    "Müller-Lüdenscheidt, Jürgen",
    "山田 花子",
    "Θεόδωρος Παπαδόπουλος",
    "שרה כהן",
    "Jan van der Berg",
)
EMAILS = ("example.org", "example.com", "university.example", "hôpital.example")
_names = count()
_addresses = count(1)


def next_name() -> str:
    """Another one each time, in a fixed order."""
    return NAMES[next(_names) % len(NAMES)]


def email_for(word: str = "person") -> str:
    """An address nobody else has."""
    return f"{word}.{next(_addresses)}@example.org"
