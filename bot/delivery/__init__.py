"""An update comes in, is handled, is answered."""
