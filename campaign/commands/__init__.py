"""The commands, a file a subject; everything heavy is imported inside a command."""
