"""Leaflets drawn on paper and as pictures, with the fonts of this machine. Not shipped to the functions."""
