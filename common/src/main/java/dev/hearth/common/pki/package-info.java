/** Who belongs to a cluster: its authority, the certificates of its members, the tokens by which new ones join. */
@NullMarked
package dev.hearth.common.pki;

import org.jspecify.annotations.NullMarked;
