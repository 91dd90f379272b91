package dev.hearth.gateway.scheduler;

import dev.hearth.common.function.Gpus;
import dev.hearth.common.function.NodeLabels;

/**
 * What a call needs that only some nodes have.
 *
 * @param labels which the node must have
 * @param gpus graphics processors that its container reserves
 */
public record Needs(NodeLabels labels, Gpus gpus) {
    public static final Needs NONE = new Needs(NodeLabels.NONE, Gpus.NONE);

    boolean isNone() {
        return labels.isNone() && gpus.isNone();
    }
}
