"""The pages about people. Those that strangers may see say so themselves."""
