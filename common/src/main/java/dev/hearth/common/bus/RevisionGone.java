package dev.hearth.common.bus;

import dev.hearth.common.id.RevisionId;

/** Gateway to all invokers: this revision takes no more calls (replaced or deleted); its idle containers can go. */
public record RevisionGone(RevisionId id) implements BusMessage {}
