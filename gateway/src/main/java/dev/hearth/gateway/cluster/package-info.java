/** The nodes that this gateway knows: their last status, their loss, their capacity. */
@NullMarked
package dev.hearth.gateway.cluster;

import org.jspecify.annotations.NullMarked;
