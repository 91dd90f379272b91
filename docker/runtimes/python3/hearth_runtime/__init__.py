"""The python3 runtime of Hearth, standard library only."""
