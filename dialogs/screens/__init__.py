"""One function per place of the dialogue: what it says, as a channel-neutral reply."""
