package dev.hearth.gateway.cluster;

import dev.hearth.common.bus.ImagesReply;
import dev.hearth.common.function.Revision;
import dev.hearth.gateway.http.Reply;
import dev.hearth.gateway.http.TextTable;
import dev.hearth.gateway.image.HeldImage;
import dev.hearth.gateway.image.cluster.ClusterImages;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** The images of the head as users read them: one row a tag, and one for each that has lost its tag but not its functions. */
final class ImageTable {
    private static final int SHORT_ID = "sha256:".length() + 12;
    private static final int SHOWN = 5;

    private ImageTable() {}

    static Reply of(List<HeldImage> images, Collection<Revision> functions, NodeImages.Said said, ClusterImages store) {
        JsonArray all = new JsonArray();
        TextTable table = new TextTable("IMAGE", "ID", "SIZE MIB", "AGE", "LAST USE", "MAY GO", "NODES", "FUNCTIONS");
        Instant now = Instant.now();
        for (HeldImage image : images) {
            List<String> having = said.nodes().stream()
                    .map(Nodes.Heard::status)
                    .filter(status -> status.images().contains(image.id()))
                    .map(status -> status.node())
                    .toList();
            List<String> tags =
                    image.references().isEmpty() && functions.stream().anyMatch(f -> uses(f, image, ""))
                            ? List.of("")
                            : image.references();
            for (String tag : tags) {
                List<String> users = functions.stream()
                        .filter(function -> uses(function, image, tag))
                        .map(function -> function.function().name())
                        .sorted()
                        .toList();
                Standing standing = Standing.of(said.of(image.id(), tag));
                all.add(new JsonObject()
                        .put("reference", tag.isEmpty() ? null : tag)
                        .put("id", image.id())
                        .put("size", image.size().value())
                        .put("createdAt", image.createdAt().toString())
                        .put(
                                "lastUse",
                                standing.lastUse() == 0
                                        ? null
                                        : Instant.ofEpochMilli(standing.lastUse())
                                                .toString())
                        .put("evictable", standing.evictable())
                        .put("containers", standing.containers())
                        .put("nodes", new JsonArray(having))
                        .put("functions", new JsonArray(users)));
                table.row(
                        tag.isEmpty() ? "(its tag has moved)" : tag,
                        shortId(image.id()),
                        image.size().toMiB(),
                        age(Duration.between(image.createdAt(), now)),
                        standing.used(now),
                        standing.evictable() ? "yes" : "no",
                        String.join(" ", having),
                        shown(users));
            }
        }
        JsonObject json = new JsonObject().put("images", all);
        store.registry()
                .ifPresent(at -> json.put(
                        "store",
                        new JsonObject()
                                .put("registry", at)
                                .put("reason", store.fault().orElse(null))));
        String silent = store.fault()
                .map(why -> "\nThe head's registry of images does not answer: " + why + "\n")
                .orElse("");
        return new Reply(200, json, table + silent);
    }

    /** How an image stands on all nodes together. */
    private record Standing(boolean evictable, int containers, long lastUse) {
        static Standing of(List<ImagesReply.Entry> entries) {
            return new Standing(
                    entries.stream().anyMatch(ImagesReply.Entry::evictable),
                    entries.stream().mapToInt(ImagesReply.Entry::containers).sum(),
                    entries.stream().mapToLong(ImagesReply.Entry::lastUse).max().orElse(0));
        }

        String used(Instant now) {
            if (containers > 0) {
                return "now";
            }
            return lastUse == 0 ? "-" : age(Duration.between(Instant.ofEpochMilli(lastUse), now));
        }
    }

    /** A runtime's function runs whatever its tag points to, any other the image that it was bound to. */
    private static boolean uses(Revision function, HeldImage image, String tag) {
        String wanted = function.containerImage();
        return wanted.equals(image.id()) || (!tag.isEmpty() && wanted.equals(tag));
    }

    static String shortId(String id) {
        return id.substring(0, Math.min(SHORT_ID, id.length()));
    }

    private static String age(Duration age) {
        long seconds = Math.max(0, age.toSeconds());
        return Stream.of(new Unit(86_400, "d"), new Unit(3_600, "h"), new Unit(60, "m"))
                .filter(unit -> seconds >= unit.seconds())
                .findFirst()
                .map(unit -> seconds / unit.seconds() + unit.name())
                .orElse(seconds + "s");
    }

    private record Unit(long seconds, String name) {}

    private static String shown(List<String> names) {
        if (names.isEmpty()) {
            return "-";
        }
        return names.size() <= SHOWN
                ? String.join(" ", names)
                : String.join(" ", names.subList(0, SHOWN)) + " and " + (names.size() - SHOWN) + " more";
    }
}
