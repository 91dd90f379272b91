/** What the end-to-end tests stand on: nodes as processes of their own, their HTTP API, Docker, and waiting. */
@NullMarked
package dev.hearth.deploy.rig;

import org.jspecify.annotations.NullMarked;
