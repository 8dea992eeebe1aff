"""The small forms of this room; the application form itself is made from data, see asked.py."""

from flask_babel import lazy_gettext as _
from wtforms import DateTimeLocalField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from tracker.web.forms import Form


class MoveForm(Form):
    text = TextAreaField(_("Would you like to say why?"), [Length(max=2000)])


class ExtraTimeForm(Form):
    email = StringField(
        _("E-mail address of the candidate"),
        [InputRequired(_("Write the e-mail address of the candidate.")), Length(max=254)],
    )
    until = DateTimeLocalField(
        _("May send until"), [InputRequired(_("Say until when."))], format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
    )
    reason = TextAreaField(_("Reason"), [InputRequired(_("Write the reason.")), Length(max=500)])
