"""The room's blueprint; `views` and `sharing_views` hang their routes on it."""

from flask import Blueprint

blueprint = Blueprint("committee", __name__)
