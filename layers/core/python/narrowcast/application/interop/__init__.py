"""What other systems of the hospital may read of us in their own standards: FHIR R4, Infobutton, CDS Hooks.

Everything here reads; nothing of a person but pseudonyms is given out, and text only from the signed library.
"""
