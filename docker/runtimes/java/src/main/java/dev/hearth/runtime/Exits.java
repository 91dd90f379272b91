package dev.hearth.runtime;

/** How the runtime ends itself, and the codes it ends with. */
final class Exits {
    static final int REFUSED = 70;
    static final int ALONE = 71;
    static final int BRIDGE_GONE = 72;
    static final int PROTOCOL = 76;
    static final int OUT_OF_MEMORY = 77;

    private Exits() {}

    /** Ends the process at once: the function's shutdown hooks have no say in it. */
    static RuntimeException leave(int code, String sentence) {
        Output.last("hearth java runtime: " + sentence);
        Runtime.getRuntime().halt(code);
        return new IllegalStateException(sentence);
    }
}
