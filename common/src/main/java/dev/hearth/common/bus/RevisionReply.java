package dev.hearth.common.bus;

import dev.hearth.common.function.Revision;
import java.util.Optional;

/** Gateway to invoker: the revision, or nothing when it was deleted. */
public record RevisionReply(Optional<Revision> revision) implements BusMessage {}
