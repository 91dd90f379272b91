/** The Java client of Hearth: {@link dev.hearth.client.FunctionManager} registers functions, calls them and waits for them. */
@NullMarked
package dev.hearth.client;

import org.jspecify.annotations.NullMarked;
