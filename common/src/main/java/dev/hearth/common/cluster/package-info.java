/** Membership of several processes in one cluster, under the event bus of Vert.x. */
@NullMarked
package dev.hearth.common.cluster;

import org.jspecify.annotations.NullMarked;
