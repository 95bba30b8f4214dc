"""What pages share: polling, navigation, addresses, text of forms."""
