/** The one error model of the product: codes, their HTTP status, and what the user can do. */
@NullMarked
package dev.hearth.common.error;

import org.jspecify.annotations.NullMarked;
