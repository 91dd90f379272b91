/** The HTTP front: server, error answers, body reading, and the routes of the function registry. */
@NullMarked
package dev.hearth.gateway.http;

import org.jspecify.annotations.NullMarked;
