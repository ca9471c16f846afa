"""Commands that make the files which stand in the project but come from its programs."""
