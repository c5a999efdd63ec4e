"""What a curator uses: check, evaluate, start a new FAQ, import and export, edit."""
