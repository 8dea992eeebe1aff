"""The forms of referees, and of a candidate who names another one."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import Email, InputRequired, Length, Optional

from tracker.plumbing.i18n import spoken
from tracker.rules.entry_fields import LANGUAGE_NAMES
from tracker.rules.letters import LONGEST, RATINGS
from tracker.rules.words import FALLBACK
from tracker.web.forms import Form


class LetterForm(Form):
    file = FileField(_("Upload your letter"))
    text = TextAreaField(_("Or write it here"), [Length(max=LONGEST)])
    rating = RadioField(_("How does the candidate compare with others you have known?"), [Optional()], choices=[])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.rating.choices = [(key, spoken(sentence)) for key, sentence in RATINGS.items()]


class DeclineForm(Form):
    reason = TextAreaField(_("Why not?"), [Length(max=2000)])


class RefereeForm(Form):
    name = StringField(_("Name"), [InputRequired(_("Give the name of your referee.")), Length(max=200)])
    email = StringField(
        _("E-mail address at work"),
        [
            InputRequired(_("Give the e-mail address of your referee.")),
            Email(_("This is not an e-mail address.")),
            Length(max=254),
        ],
    )
    organisation = StringField(_("Organisation"), [Length(max=200)])
    relation = StringField(_("How they know your work"), [Length(max=200)])
    language = RadioField(_("Language in which we write to them"), default=FALLBACK, choices=[])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.language.choices = [(key, spoken(name)) for key, name in LANGUAGE_NAMES]
