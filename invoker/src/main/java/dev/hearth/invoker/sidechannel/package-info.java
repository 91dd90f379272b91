/** The Unix sockets to bridge and runtime of each container, and the frames on them (docs/contracts.md). */
@NullMarked
package dev.hearth.invoker.sidechannel;

import org.jspecify.annotations.NullMarked;
