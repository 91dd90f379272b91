package dev.hearth.gateway.image;

import dev.hearth.common.units.Bytes;
import io.vertx.core.json.JsonObject;

/**
 * How far a pull has come; what is known grows with each layer that the engine begins to fetch.
 *
 * @param done bytes that are here
 * @param total bytes of the layers that the engine has begun to fetch
 * @param layersDone layers that are here, unpacked
 * @param layers layers of the image, as far as the engine has named them
 */
public record PullProgress(long done, long total, int layersDone, int layers) {
    public static final PullProgress NONE = new PullProgress(0, 0, 0, 0);

    public JsonObject toJson() {
        return new JsonObject()
                .put("done", done)
                .put("total", total)
                .put("layersDone", layersDone)
                .put("layers", layers);
    }

    /** For people. */
    @Override
    public String toString() {
        return layers == 0
                ? "asking the registry"
                : layersDone + " of " + layers + " layers, " + new Bytes(done).toMiB() + " of "
                        + new Bytes(total).toMiB() + " MiB";
    }
}
