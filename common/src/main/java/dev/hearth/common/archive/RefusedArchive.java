package dev.hearth.common.archive;

import java.io.IOException;

/** Ends a walk with the sentence that says why the archive is refused. */
final class RefusedArchive extends IOException {
    private static final long serialVersionUID = 1L;
    private final String reason;

    RefusedArchive(String reason) {
        super(reason);
        this.reason = reason;
    }

    String reason() {
        return reason;
    }
}
