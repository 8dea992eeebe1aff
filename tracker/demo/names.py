"""Names of the whole world, in their own scripts, put together from parts."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Culture:
    """How people of a place are called: parts, and the order they stand in. Without family names, one name is all."""

    country: str
    given: tuple[str, ...]
    family: tuple[str, ...] = ()
    pattern: str = "{given} {family}"

    def name(self, rng: Random) -> tuple[str, str]:
        """The whole name, and what its bearer is called."""
        given = rng.choice(self.given)
        if not self.family:
            return given, given.split()[0]
        return self.pattern.format(given=given, family=rng.choice(self.family)), given


FAMILY_FIRST = "{family} {given}"
TOGETHER = "{family}{given}"

CULTURES = (
    Culture(
        "NL",
        ("Sanne", "Daan", "Femke", "Bram", "Lotte", "Jurre", "Noor", "Thijs"),
        (
            "van der Berg",
            "de Vries",
            "van 't Hoff",
            "ter Braak",
            "Bakker-Visser",
            "van den Heuvel",
            "Jansen",
            "op den Akker",
        ),
    ),
    Culture(
        "CN",
        ("小明", "丽华", "静怡", "子涵", "伟", "雨桐", "建国"),
        ("王", "李", "张", "刘", "陈", "杨", "欧阳"),
        TOGETHER,
    ),
    Culture("EG", ("محمد", "فاطمة", "ليلى", "يوسف", "مريم"), ("عبد الله", "الخطيب", "حسين", "منصور", "الشريف")),
    Culture("MA", ("Youssef", "Salma", "Imane", "Hamza"), ("Benali", "El Idrissi", "Aït Lahcen", "Bouzidi")),
    Culture("UA", ("Олена", "Андрій", "Марія", "Тарас", "Софія"), ("Шевченко", "Коваленко", "Бондаренко", "Ткаченко")),
    Culture("RS", ("Анна Сергеевна Козлова", "Дмитрий Ильич Воробьёв", "Јелена Николић", "Милош Обреновић")),
    Culture("IN", ("प्रिया", "अर्जुन", "अनन्या", "रोहित", "मीनाक्षी"), ("शर्मा", "वर्मा", "पाटील", "देशपांडे", "चतुर्वेदी")),
    Culture("BD", ("তানভীর", "নুসরাত", "রিফাত"), ("রহমান", "হোসেন", "চৌধুরী")),
    Culture("GR", ("Ελένη", "Γιώργος", "Κωνσταντίνα", "Νίκος"), ("Δημητρίου", "Γεωργίου", "Αντωνίου", "Νικολάου")),
    Culture("IS", ("Þóra Jónsdóttir", "Björn Ægir Sigurðsson", "Guðrún Ása Helgadóttir", "Örn Þorláksson")),
    Culture("VN", ("Minh Khai", "Thị Hương", "Văn Đức", "Ngọc Ánh"), ("Nguyễn", "Trần", "Phạm", "Đặng"), FAMILY_FIRST),
    Culture("ID", ("Wulandari", "Budiman", "Kartikasari", "Santosa", "Puspita")),
    Culture(
        "BR",
        (
            "Maria da Conceição Oliveira dos Santos Figueiredo",
            "João Pedro de Albuquerque e Melo Cavalcanti",
            "Ana Beatriz Nogueira",
            "Luís Otávio Guimarães",
        ),
    ),
    Culture("PT", ("Inês", "Tomás", "Beatriz", "Rui"), ("Gonçalves", "da Fonseca e Sousa", "Magalhães", "Simões")),
    Culture(
        "FR",
        ("Jean-Baptiste", "Aurélie", "Marie-Hélène", "Loïc"),
        ("Lefèvre-Dupont", "Moreau", "de La Rochette", "N’Diaye"),
    ),
    Culture(
        "DE",
        ("Anneliese", "Jürgen", "Mareike", "Florian"),
        ("Müller-Lüdenscheidt", "Weiß", "von Aschenbach", "Schröder"),
    ),
    Culture("NG", ("Ngozi", "Chinedu", "Folasadé", "Emeka"), ("Okafor", "Adéyẹmí", "Nwachukwu", "Balógun")),
    Culture("KE", ("Wanjiru", "Otieno", "Achieng", "Kamau"), ("Mwangi", "Odhiambo", "Njoroge")),
    Culture("ET", ("ሰላም ተስፋዬ", "ዳዊት ገብረመድኅን", "ሄለን አበበ")),
    Culture("TR", ("Ayşe", "Emre", "Zeynep", "Oğuzhan"), ("Yıldız", "Şahin", "Çelikbaş", "Öztürk")),
    Culture("IR", ("نرگس", "آرش", "شیرین"), ("احمدی", "کریمی", "رضایی")),
    Culture("IL", ("נועה", "איתי", "יעל"), ("לוי", "כהן", "בן־דוד")),
    Culture("JP", ("花子", "健太", "美咲"), ("佐藤", "鈴木", "長谷川"), FAMILY_FIRST),
    Culture("KR", ("민준", "서연", "하은"), ("김", "이", "남궁"), TOGETHER),
    Culture("TH", ("ณัฐพล", "กัญญา"), ("ศรีสุข", "วงศ์สวัสดิ์")),
    Culture("GE", ("ნინო", "გიორგი"), ("ბერიძე", "კაპანაძე")),
    Culture("PL", ("Łukasz", "Katarzyna", "Zbigniew"), ("Wójcik", "Mazur", "Dąbek")),
    Culture("ES", ("María José", "Íñigo", "Begoña"), ("García de la Cruz", "Etxeberria Ibáñez", "Muñoz y Vidal")),
    Culture("IT", ("Giulia", "Niccolò", "Francesca"), ("D’Angelo", "Ferrante", "Lo Monaco")),
    Culture("IE", ("Siobhán", "Cillian"), ("O’Sullivan", "Ní Dhomhnaill")),
    Culture("US", ("Grace", "Jamal", "Emily"), ("Chen-Williams", "Washington", "O’Hara Jr.")),
    Culture("GB", ("Imogen", "Callum"), ("Fairweather", "St John-Smythe", "Ng")),
    Culture("CO", ("Valentina", "Andrés Felipe"), ("Rodríguez Peña", "Castaño")),
)


def somebody(rng: Random) -> tuple[str, str, str]:
    """Name, what they are called, and the country they come from."""
    culture = rng.choice(CULTURES)
    name, called = culture.name(rng)
    return name, called, culture.country
