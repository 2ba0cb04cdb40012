"""The shell around the dialogue: channels, store, content loader, command line."""
