/** Tests of the membership, with real processes' worth of members in one JVM. */
@NullMarked
package dev.hearth.common.cluster;

import org.jspecify.annotations.NullMarked;
