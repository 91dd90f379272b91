@NullMarked
package dev.hearth.gateway.durable;

import org.jspecify.annotations.NullMarked;
