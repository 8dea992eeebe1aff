"""The room's blueprint, and the thing its pages are about."""

from flask import Blueprint

from tracker.forms.queries import forms
from tracker.web.access import Thing

blueprint = Blueprint("forms", __name__)
FORM = Thing("form", forms)
