@NullMarked
package dev.hearth.invoker.network;

import org.jspecify.annotations.NullMarked;
