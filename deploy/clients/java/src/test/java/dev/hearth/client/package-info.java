/** Tests of the Java client. */
@NullMarked
package dev.hearth.client;

import org.jspecify.annotations.NullMarked;
