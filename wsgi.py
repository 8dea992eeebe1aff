"""The application for a WSGI server: gunicorn wsgi:app. Jobs are done by `tracker work` beside it."""

import os
import sys
from pathlib import Path

from dotenv import load_dotenv

from tracker import create_app
from tracker.plumbing import memory
from tracker.plumbing.settings import SettingsMistaken, load_settings

load_dotenv(Path(__file__).with_name(".env"))
try:
    app = create_app(load_settings(os.environ))
except SettingsMistaken as mistaken:
    sys.exit("\n".join(mistaken.mistakes))
memory.settle()
