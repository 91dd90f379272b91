/** Tests of authority, certificates and tokens. */
@NullMarked
package dev.hearth.common.pki;

import org.jspecify.annotations.NullMarked;
