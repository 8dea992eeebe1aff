"""Passwords that many people choose, in English and Dutch, and the words that most such passwords are made of."""

from typing import Final

COMMON_PASSWORDS: Final = frozenset(
    """
    password passw0rd password1 password12 password123 password1234 password12345 password123456 password1234567
    passwordpassword mypassword mypassword1 mypassword123 newpassword newpassword1 newpassword123 changeme
    changeme123 changeme1234 letmein letmein123 letmein1234 letmeinplease letmeinnow welcome welcome1 welcome123
    welcome1234 welcome2024 welcome2025 welcome2026 welkom welkom01 welkom123 welkom1234 welkom12345 welkom2024
    welkom2025 welkom2026 wachtwoord wachtwoord1 wachtwoord123 wachtwoord1234 geheim geheim123 geheim1234 geheimwoord
    mijnwachtwoord mijnwachtwoord1 qwerty qwerty1 qwerty123 qwerty1234 qwerty12345 qwertyuiop qwertyuiop123
    qwertyuiopasdf qwertyqwerty qwertyuiopasdfghjkl 1q2w3e4r5t6y 1q2w3e4r5t6y7u 1qaz2wsx3edc 1qaz2wsx3edc4rfv
    zaq12wsxcde3 qazwsxedcrfv qazwsxedcrfvtgb zxcvbnmasdfg asdfghjkl asdfghjkl123 asdfghjklqwe asdfasdfasdf zxcvbnm
    zxcvbnm123 azerty azerty123 azertyuiop azertyuiop123 123456789012 1234567890123 12345678901234 123456789012345
    1234567891011 123123123123 121212121212 111111111111 000000000000 112233445566 123456abcdef abc123abc123
    abcd1234abcd abcdefghijkl abcdefgh1234 abcdef123456 a1b2c3d4e5f6 987654321098 1234qwerasdf 1234qwer5678 iloveyou
    iloveyou1 iloveyou123 iloveyou1234 iloveyouforever ikhouvanjou ikhouvanjou1 lovelovelove sunshine sunshine123
    sunshine1234 princess princess123 princess1234 football football123 football1234 baseball123 basketball123
    monkey123456 dragon123456 superman1234 batman123456 starwars1234 pokemon123456 michael12345 jennifer1234
    charlie12345 jordan123456 thomas123456 ajax12345678 feyenoord1908 feyenoord123 feyenoord1234 amsterdam020
    amsterdam123 amsterdam1234 rotterdam010 rotterdam123 rotterdam1234 denhaag12345 leiden123456 utrecht12345
    nederland123 nederland1234 holland12345 netherlands1 netherlands123 oranje123456 zomer2024zomer zomer2025zomer
    zomer2026zomer lente2026lente herfst2026herfst winter2026winter summer2024summer summer2025summer
    summer2026summer spring2026spring autumn2026autumn january12345 december1234 monday123456 vrijdag12345
    maandag12345 goedemorgen1 goedemorgen123 administrator administrator1 administrator123 admin1234567
    adminadminadmin rootrootroot testtesttest test12345678 tester123456 temporary123 temppassword defaultpassword
    default12345 secret123456 secretsecret topsecret123 supersecret1 supersecret123 computer1234 internet1234
    samsung12345 google123456 microsoft123 windows12345 university123 universiteit1 student12345 student123456
    research1234 researcher123 professor123 hospital1234 ziekenhuis123 candidate123 applicant123 sollicitant1
    trustno1trustno1 whatever1234 nothing12345 password!password correcthorsebatterystaple thisismypassword
    thisisapassword ditismijnwachtwoord ilovemymother jesuschrist1 godisgood123 liverpool123 manchester123
    chelsea12345 barcelona123 realmadrid12 juventus1234 arsenal12345 hello12345678 hellohello12 hallo12345678
    hallohallo12 goodmorning1 goodmorning123
    """.split()  # noqa: SIM905 - a table that can be read and sorted
)

COMMON_STEMS: Final = frozenset(
    """
    password wachtwoord welkom welcome letmein changeme qwerty azerty asdfgh zxcvbn secret geheim admin administrator
    iloveyou test default temporary login inloggen summer winter spring autumn zomer herfst lente hello hallo
    0 1 2 3 4 5 6 7 8 9
    """.split()  # noqa: SIM905 - a table that can be read and sorted
)
