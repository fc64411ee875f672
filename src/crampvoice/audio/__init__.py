"""Sound as values: levels, gain and the end of an utterance. No device, no file, no clock."""
