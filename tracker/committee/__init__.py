"""The committee at work: conflicts of interest, the door to a dossier, and who reviews what."""
