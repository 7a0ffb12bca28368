"""HL7 over MLLP, carried from the hospital's network to the API: frames, a queue on disk, the API, the bridge."""
