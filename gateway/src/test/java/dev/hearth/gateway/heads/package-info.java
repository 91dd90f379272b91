@NullMarked
package dev.hearth.gateway.heads;

import org.jspecify.annotations.NullMarked;
