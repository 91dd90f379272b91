/** Tests of what is known of nodes. */
@NullMarked
package dev.hearth.gateway.cluster;

import org.jspecify.annotations.NullMarked;
