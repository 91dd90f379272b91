package dev.hearth.gateway.image;

import io.vertx.core.Future;

/** Tells the node that shares the head's engine that an image was fetched into it. */
@FunctionalInterface
public interface Herald {
    /** Succeeds when the node has written it down. */
    Future<Void> fetched(String image, String digest, long size);
}
