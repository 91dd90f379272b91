package dev.hearth.invoker.sidechannel;

import io.vertx.core.buffer.Buffer;

/** What a container says, called on the invoker's event loop in the order in which it was said. */
public interface ContainerEvents {
    /** Bridge and runtime have dialled: the container is ready. The hello is the runtime's. */
    void ready(Hello hello);

    /** The answer to {@code init}. */
    void initialised(boolean ok, String type, String message, String stack);

    /** The head of a call's result. */
    void result(long call, ResultHead head);

    /** A further part of a result. */
    void data(long call, Buffer bytes);

    /** The end of a result's body. */
    void end(long call, boolean complete);

    /** The runtime took that much of an event's body. */
    void credit(long call, int bytes);

    /** The container wrote lines, or a piece of one, while it ran that call. */
    void log(long call, boolean stderr, long micros, Buffer bytes);

    /** It must not get another call. */
    void retire(long completed, String reason);

    /** The answer to {@code stat}. */
    void status(long nonce, Figures figures);

    /** Every process of it has ended: proof of death. */
    void exited(boolean bySignal, int value, Figures figures);

    /** A connection ended or was closed because of a protocol fault. */
    void broken(boolean bridge, String reason);
}
