/** How a process becomes a member of a cluster: the head's authority, a new node's certificate, the address that it tells. */
@NullMarked
package dev.hearth.deploy.member;

import org.jspecify.annotations.NullMarked;
