/** Several heads on one database: who lives, what others have changed, who takes over, and questions to each other. */
@NullMarked
package dev.hearth.gateway.heads;

import org.jspecify.annotations.NullMarked;
