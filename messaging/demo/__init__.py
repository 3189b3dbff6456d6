"""Made-up people and their conversations, to try everything out: every state there is, in one inbox."""
