/** Tests of the frames and of the socket that carries them. */
@NullMarked
package dev.hearth.invoker.sidechannel;

import org.jspecify.annotations.NullMarked;
