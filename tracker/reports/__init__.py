"""Figures and files: what HR tells others about applications, always of what the asker may see."""
