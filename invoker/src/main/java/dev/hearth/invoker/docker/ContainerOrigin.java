package dev.hearth.invoker.docker;

import dev.hearth.common.units.Bytes;
import io.vertx.core.json.JsonObject;

/**
 * What a container was created with, and its link; with it a restarted invoker counts it again.
 *
 * @param uid numeric user and group
 * @param runtime name of the runtime
 * @param image the engine's id of the image
 * @param memory reserved RAM
 * @param scratch size of /tmp
 * @param pids processes and threads
 * @param address on its link to the internet; empty without one
 */
public record ContainerOrigin(
        int uid, String runtime, String image, Bytes memory, Bytes scratch, int pids, String address) {
    /** The same with a link, which a stem cell gets when it becomes a function's. */
    ContainerOrigin at(String linked) {
        return new ContainerOrigin(uid, runtime, image, memory, scratch, pids, linked);
    }

    String toJson() {
        return new JsonObject()
                .put("uid", uid)
                .put("runtime", runtime)
                .put("image", image)
                .put("memory", memory.value())
                .put("scratch", scratch.value())
                .put("pids", pids)
                .put("address", address)
                .encodePrettily();
    }

    /** Reads what {@link #toJson} wrote; throws some unchecked exception when it is not that. */
    static ContainerOrigin ofJson(String text) {
        JsonObject json = new JsonObject(text);
        return new ContainerOrigin(
                json.getInteger("uid"),
                json.getString("runtime"),
                json.getString("image"),
                new Bytes(json.getLong("memory")),
                new Bytes(json.getLong("scratch")),
                json.getInteger("pids"),
                json.getString("address", ""));
    }
}
