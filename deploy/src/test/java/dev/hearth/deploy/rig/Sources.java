package dev.hearth.deploy.rig;

/** Functions that several tests call. */
public final class Sources {
    /**
     * Sleeps for {@code ms} of its event; answers with an id of its container and the seconds since 1970 of its start and
     * end.
     */
    public static final String SLEEPER = """
            import time, uuid
            CONTAINER = uuid.uuid4().hex
            def handle(event, context):
                start = time.time()
                time.sleep((event or {}).get("ms", 0) / 1000)
                return {"container": CONTAINER, "start": start, "end": time.time()}
            """;

    private Sources() {}

    /** The event that lets a sleeper sleep. */
    public static String sleep(long millis) {
        return "{\"ms\":" + millis + "}";
    }
}
