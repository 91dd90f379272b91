package dev.hearth.gateway.image;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.PullResponseItem;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Hears the engine's stream of progress: adds up the layers, and turns an error line into the pull's failure.
 *
 * <p>One thread writes, any may read; a new sum is made known at most every {@code BEAT_NANOS}, and at each layer's end.
 */
final class PullWatch extends ResultCallback.Adapter<PullResponseItem> {
    private static final long BEAT_NANOS = 200_000_000;
    private static final int MOST_LAYERS = 1_000;

    private final PullWords words;
    private final Map<String, Layer> layers = new HashMap<>();
    private volatile PullProgress progress = PullProgress.NONE;
    private long told;

    /** Bytes of one layer: fetched, in all, and whether it is unpacked. */
    private record Layer(long done, long total, boolean here) {
        static final Layer NAMED = new Layer(0, 0, false);
    }

    PullWatch(PullWords words) {
        this.words = words;
    }

    PullProgress progress() {
        return progress;
    }

    @Override
    public void onNext(PullResponseItem item) {
        var error = item.getErrorDetail();
        if (error != null) {
            onError(words.failed(String.valueOf(error.getMessage())));
            return;
        }
        String id = item.getId();
        Layer before = id == null ? null : layers.getOrDefault(id, Layer.NAMED);
        if (id == null || before == null || (layers.size() >= MOST_LAYERS && !layers.containsKey(id))) {
            return;
        }
        Layer now = after(before, Objects.requireNonNullElse(item.getStatus(), ""), item);
        if (now != null) {
            layers.put(id, now);
            tell(now.here() != before.here());
        }
    }

    private static @Nullable Layer after(Layer before, String status, PullResponseItem item) {
        return switch (status.toLowerCase(Locale.ROOT)) {
            case "pulling fs layer", "waiting" -> before;
            case "downloading" -> {
                var detail = item.getProgressDetail();
                yield detail == null
                        ? before
                        : new Layer(
                                or(detail.getCurrent(), before.done()), or(detail.getTotal(), before.total()), false);
            }
            case "verifying checksum", "download complete" -> new Layer(before.total(), before.total(), before.here());
            case "extracting" -> before;
            case "pull complete", "already exists" -> new Layer(before.total(), before.total(), true);
            // "Pulling from ..." carries the tag as its id; "Retrying in ..." says nothing of bytes.
            default -> null;
        };
    }

    private static long or(@Nullable Long given, long otherwise) {
        return given == null || given < 0 ? otherwise : given;
    }

    private void tell(boolean now) {
        long at = System.nanoTime();
        if (now || at - told >= BEAT_NANOS || progress.layers() == 0) {
            told = at;
            long done = 0;
            long total = 0;
            int here = 0;
            for (Layer layer : layers.values()) {
                done += layer.done();
                total += layer.total();
                here += layer.here() ? 1 : 0;
            }
            progress = new PullProgress(done, total, here, layers.size());
        }
    }
}
