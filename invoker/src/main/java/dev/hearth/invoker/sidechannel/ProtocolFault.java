package dev.hearth.invoker.sidechannel;

/** A container sent what docs/contracts.md does not allow; its connection is closed and it is retired. */
final class ProtocolFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ProtocolFault(String message) {
        super(message, null, false, false);
    }
}
