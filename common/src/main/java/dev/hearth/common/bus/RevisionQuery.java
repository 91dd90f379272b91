package dev.hearth.common.bus;

import dev.hearth.common.id.RevisionId;

/** Invoker to gateway, answered by {@link RevisionReply}: what is this revision? */
public record RevisionQuery(RevisionId id) implements BusMessage {}
