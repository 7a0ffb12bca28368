"""What codes mean, as data beside the code: diagnoses, drugs, procedures, allergies, departments.

Each table is a text file, one entry a line, written by hand and short on purpose: a name that is not certain is left
out, and an unknown code has no name rather than a wrong one. A hospital's own codes come by a file of its own
(application/intake/codes.py). Drugs' brand names stand with the fact checker, in control/facts/tables/drugs.py, once.
"""
