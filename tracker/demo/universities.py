"""Where people of the demo studied and worked."""

from random import Random
from typing import Any

UNIVERSITIES: dict[str, tuple[tuple[str, str], ...]] = {
    "NL": (
        ("Utrecht University", "04pp8hn57"),
        ("University of Amsterdam", "04dkp9463"),
        ("Maastricht University", ""),
    ),
    "CN": (("Tsinghua University", "03cve4549"), ("复旦大学 Fudan University", ""), ("Sun Yat-sen University", "")),
    "EG": (("جامعة القاهرة Cairo University", ""), ("Ain Shams University", "")),
    "MA": (("Université Mohammed V de Rabat", ""), ("Université Cadi Ayyad", "")),
    "UA": (("Київський національний університет імені Тараса Шевченка", ""), ("Lviv Polytechnic", "")),
    "RS": (("Универзитет у Београду", ""), ("University of Novi Sad", "")),
    "IN": (("Indian Institute of Science", ""), ("All India Institute of Medical Sciences", "")),
    "BD": (("University of Dhaka", ""),),
    "GR": (("Εθνικό και Καποδιστριακό Πανεπιστήμιο Αθηνών", ""), ("University of Crete", "")),
    "IS": (("Háskóli Íslands", ""),),
    "VN": (("Đại học Quốc gia Hà Nội", ""), ("Đại học Y Dược TP.HCM", "")),
    "ID": (("Universitas Gadjah Mada", ""), ("Universitas Indonesia", "")),
    "BR": (("Universidade de São Paulo", ""), ("Universidade Federal de Minas Gerais", "")),
    "PT": (("Universidade de Coimbra", ""), ("Universidade do Porto", "")),
    "FR": (("Université Paris Cité", ""), ("Université de Strasbourg", "")),
    "DE": (("Universität Heidelberg", ""), ("Charité – Universitätsmedizin Berlin", "")),
    "NG": (("University of Ibadan", ""), ("Ọbáfẹ́mi Awólọ́wọ̀ University", "")),
    "KE": (("University of Nairobi", ""),),
    "ET": (("Addis Ababa University", ""),),
    "TR": (("Boğaziçi Üniversitesi", ""), ("Hacettepe Üniversitesi", "")),
    "IR": (("University of Tehran", ""), ("Sharif University of Technology", "")),
    "IL": (("Weizmann Institute of Science", ""), ("Tel Aviv University", "")),
    "JP": (("東京大学 The University of Tokyo", "057zh3y96"), ("Kyoto University", "")),
    "KR": (("서울대학교 Seoul National University", ""), ("KAIST", "")),
    "TH": (("Mahidol University", ""),),
    "GE": (("Tbilisi State University", ""),),
    "PL": (("Uniwersytet Jagielloński", ""), ("University of Warsaw", "")),
    "ES": (("Universitat de Barcelona", ""), ("Universidad Autónoma de Madrid", "")),
    "IT": (("Università di Bologna", ""), ("Sapienza Università di Roma", "")),
    "IE": (("Trinity College Dublin", ""), ("University College Cork", "")),
    "US": (("Stanford University", "00f54p054"), ("Howard University", "")),
    "GB": (("University of Oxford", "052gg0110"), ("University of Cambridge", "013meh722")),
    "CO": (("Universidad de los Andes", ""), ("Universidad Nacional de Colombia", "")),
}
COUNTRIES = tuple(UNIVERSITIES)


def university(country: str, rng: Random) -> dict[str, Any]:
    """Name and country, with its ROR where it is known."""
    name, ror = rng.choice(UNIVERSITIES[country])
    return {"name": name, "country": country} | ({"ror": ror} if ror else {})
