"""What happens to what was read: validated, translated into records, kept or set aside."""
