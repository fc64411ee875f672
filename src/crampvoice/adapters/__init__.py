"""Everything that touches the world: files, devices, the speech model, the voice. Each implements a Protocol of `ports`."""
