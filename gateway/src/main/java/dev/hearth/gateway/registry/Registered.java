package dev.hearth.gateway.registry;

/** What a registration did. */
public record Registered(FunctionView view, Effect effect) {
    /** How the function differs from what it was before. */
    public enum Effect {
        CREATED,
        CHANGED,
        SAME
    }
}
