/** Settings as data: every key declared once, read from flags, environment and file, all faults told at once. */
@NullMarked
package dev.hearth.common.config;

import org.jspecify.annotations.NullMarked;
