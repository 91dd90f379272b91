/** Time-sortable identifiers of invocations and revisions. */
@NullMarked
package dev.hearth.common.id;

import org.jspecify.annotations.NullMarked;
