package dev.hearth.gateway.store;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;

/** The answer to a commit was lost, and nobody could be asked: it may have been made or not. */
public final class CommitUnknown extends HearthException {
    private static final long serialVersionUID = 1L;

    CommitUnknown(String message) {
        super(ErrorCode.STORE_UNAVAILABLE, message);
    }
}
