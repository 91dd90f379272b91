package dev.hearth.invoker.pool;

/** Why a container leaves the pool. */
public enum RemovalReason {
    /** It was idle for its revision's keepAlive. */
    KEEP_ALIVE,
    /** Its memory was needed. */
    EVICTED_MEMORY,
    /** Its scratch was needed. */
    EVICTED_SCRATCH,
    /** Its graphics processors were needed. */
    EVICTED_GPUS,
    /** The disk of its image or code was needed. */
    EVICTED_DISK,
    /** A stem cell above what is wanted, above its class's base when room was needed, or of a class that is not kept. */
    SURPLUS_STEM,
    /** It must not get another call: killed, retired or not clean. */
    NOT_REUSABLE,
    /** Its revision was deleted or replaced. */
    REVISION_GONE,
    /** Its runtime never said hello. */
    START_FAILED,
    /** Its image was removed by other hands before it was created; another one is started when the image is back. */
    IMAGE_GONE,
    /** The code could not be loaded. */
    INIT_FAILED,
    /** It died by itself. */
    LOST,
    /** The node takes no more calls. */
    DRAINING
}
