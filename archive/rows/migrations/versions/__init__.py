"""The migrations, numbered; once released, none is changed."""
