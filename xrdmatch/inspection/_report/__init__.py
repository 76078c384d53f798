"""The page that says what scans consist of: its numbers, its pictures, its templates."""
