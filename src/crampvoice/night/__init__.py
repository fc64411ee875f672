"""The night loop: a chunk of the room in, a chunk for the loudspeaker out, one clock counted in samples."""
