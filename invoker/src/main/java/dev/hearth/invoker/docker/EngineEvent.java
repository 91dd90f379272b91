package dev.hearth.invoker.docker;

/** What an engine tells those who watch it. */
public sealed interface EngineEvent {
    /**
     * A container's main process ended.
     *
     * @param id the engine's id of the container
     * @param exitCode 137 after SIGKILL
     */
    record Died(String id, int exitCode) implements EngineEvent {}

    /** A process of the container, not necessarily its main one, was killed for want of memory. */
    record OutOfMemory(String id) implements EngineEvent {}

    /** The engine cannot be reached or does not answer; said once for each outage. */
    record EngineLost(String reason) implements EngineEvent {}

    /** It answers again after an outage: events of meanwhile may be missing, so list the containers again. */
    record EngineBack() implements EngineEvent {}
}
