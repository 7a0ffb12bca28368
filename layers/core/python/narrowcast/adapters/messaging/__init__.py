"""The channels a message leaves by. No address, number or text ever gets into an exception or a log from here."""
