package dev.hearth.common.bus;

import java.util.List;

/** Invoker to gateway: the images that the node knows. */
public record ImagesReply(List<Entry> images) implements BusMessage {
    public ImagesReply {
        images = List.copyOf(images);
    }

    /**
     * One image.
     *
     * @param image the engine's id of it; a runtime's reference
     * @param state absent, aside, awaited, fetching, present, leaving
     * @param evictable whether the node removes it when the room is needed
     * @param containers how many containers of it are here
     * @param lastUse Unix milliseconds; 0 when it was not used yet
     */
    public record Entry(String image, long size, String state, boolean evictable, int containers, long lastUse) {}
}
