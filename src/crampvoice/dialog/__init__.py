"""What can be said, and what follows from what was heard. Pure: no device, no file, no clock."""
