package dev.hearth.invoker.runtime;

import dev.hearth.common.units.Bytes;
import java.util.LinkedHashMap;
import java.util.Map;

/** The last fetch of each image, so that the calls that waited for it can tell. */
final class ImageFetches {
    /** Fetches that are remembered: those of calls that wait now. */
    private static final int MOST = 256;

    private final LinkedHashMap<String, Fetch> fetches = new LinkedHashMap<>();

    /** What a call waited for an image; nothing when it did not. */
    record Wait(long micros, String words) {
        static final Wait NONE = new Wait(0, "");
    }

    private static final class Fetch {
        private final long began = System.nanoTime();
        private final String why;
        private long ended;
        private long size;

        private Fetch(String why) {
            this.why = why;
        }
    }

    void begin(String image, String why) {
        fetches.putLast(image, new Fetch(why));
        if (fetches.size() > MOST) {
            fetches.pollFirstEntry();
        }
    }

    /** Microseconds that it took. */
    long end(String image, long size) {
        Fetch fetch = fetches.get(image);
        if (fetch == null) {
            return 0;
        }
        fetch.ended = System.nanoTime();
        fetch.size = size;
        return (fetch.ended - fetch.began) / 1_000;
    }

    boolean isUnderWay(String image) {
        Fetch fetch = fetches.get(image);
        return fetch != null && fetch.ended == 0;
    }

    /** How many are under way. */
    long underWay() {
        return fetches.entrySet().stream()
                .map(Map.Entry::getValue)
                .filter(fetch -> fetch.ended == 0)
                .count();
    }

    /** What a call that came then has waited for the image. */
    Wait since(String image, long arrived) {
        Fetch fetch = fetches.get(image);
        long ended = fetch == null || fetch.ended == 0 ? System.nanoTime() : fetch.ended;
        if (fetch == null || ended < arrived) {
            return Wait.NONE;
        }
        long micros = (ended - Math.max(arrived, fetch.began)) / 1_000;
        String size = fetch.size == 0 ? "" : ", " + new Bytes(fetch.size).toMiB() + " MiB,";
        return new Wait(micros, "its image" + size + " had to be fetched in " + micros / 1_000 + " ms: " + fetch.why);
    }
}
