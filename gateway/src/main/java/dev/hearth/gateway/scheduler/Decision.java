package dev.hearth.gateway.scheduler;

import dev.hearth.common.id.InvocationId;

/** Something that the scheduler wants done, in the order given. */
public sealed interface Decision {
    /**
     * Send the call to the node; its resources are planned from now until ended, refused or the node's loss.
     *
     * @param preference what spoke for the node when it was chosen
     */
    record Place(InvocationId id, String node, Preference preference) implements Decision {}

    /** The call was in the queue beyond its deadline and has left it. */
    record Expire(InvocationId id) implements Decision {}
}
