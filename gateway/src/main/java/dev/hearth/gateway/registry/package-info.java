/** The functions that are registered, their revisions and their code. */
@NullMarked
package dev.hearth.gateway.registry;

import org.jspecify.annotations.NullMarked;
