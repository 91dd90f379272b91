/** Sizes and times as people write them: {@code 128MiB}, {@code 5s}. */
@NullMarked
package dev.hearth.common.units;

import org.jspecify.annotations.NullMarked;
