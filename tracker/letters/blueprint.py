"""The room's blueprint, which its pages hang their routes on."""

from flask import Blueprint

blueprint = Blueprint("letters", __name__)
