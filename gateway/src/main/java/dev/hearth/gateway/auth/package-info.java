/** API keys: who may call what, and how many wrong tries an address has. */
@NullMarked
package dev.hearth.gateway.auth;

import org.jspecify.annotations.NullMarked;
