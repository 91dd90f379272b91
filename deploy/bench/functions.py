"""The functions that are measured: each returns its event."""

PYTHON = "def handle(event, context):\n    return event\n"
NODE = "exports.handle = (event, context) => event;\n"

# runtime -> (file name, source)
ECHO = {"python3": ("echo.py", PYTHON), "nodejs": ("echo.js", NODE)}
