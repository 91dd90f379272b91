package dev.hearth.gateway.store;

import org.jdbi.v3.core.Handle;

/** A piece of blocking database work; the transaction around it is the database's affair. */
@FunctionalInterface
public interface Work<T> {
    T run(Handle handle);
}
