"""The room's blueprint; `views` gathers every module that hangs its routes on it."""

from flask import Blueprint

blueprint = Blueprint("reports", __name__)
