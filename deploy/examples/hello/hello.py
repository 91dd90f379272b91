"""Greets whoever the event names: the first function."""


def handle(event, context):
    name = event.get("name", "world") if isinstance(event, dict) else "world"
    print(f"greeting {name}")
    return {"greeting": f"Hello, {name}!", "by": f"{context.function} {context.revision}"}
