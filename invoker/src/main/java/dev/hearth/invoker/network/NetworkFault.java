package dev.hearth.invoker.network;

/** Why a container cannot have a network, as a sentence for people. */
public final class NetworkFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NetworkFault(String message) {
        super(message);
    }

    NetworkFault(String message, Throwable cause) {
        super(message, cause);
    }
}
