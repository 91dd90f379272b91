package dev.hearth.invoker.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Removes an image name by name, never by force: force would take it from under stopped containers and from names that
 * others gave it. Blocks.
 */
final class ImageRemoval {
    private ImageRemoval() {}

    /** Whether the image is gone; false when other names keep it. */
    static boolean remove(DockerClient client, String id, String repository) {
        Optional<List<String>> names = names(client, id);
        if (names.isEmpty()) {
            return true;
        }
        if (!names.get().stream().allMatch(name -> repository(name).equals(repository))) {
            return false;
        }
        for (String name : names.get()) {
            untag(client, name);
        }
        names(client, id).ifPresent(left -> untag(client, id));
        return names(client, id).isEmpty();
    }

    /** The engine takes the last name's image away, and with a tag the digests of its repository. */
    private static void untag(DockerClient client, String name) {
        try {
            client.removeImageCmd(name).exec();
        } catch (NotFoundException gone) {
            // It went with a name before it.
        }
    }

    private static Optional<List<String>> names(DockerClient client, String id) {
        try {
            InspectImageResponse image = client.inspectImageCmd(id).exec();
            List<String> names = new ArrayList<>(Objects.requireNonNullElse(image.getRepoTags(), List.of()));
            names.addAll(Objects.requireNonNullElse(image.getRepoDigests(), List.of()));
            return Optional.of(names);
        } catch (NotFoundException absent) {
            return Optional.empty();
        }
    }

    /** A reference without its tag or digest. */
    static String repository(String reference) {
        int digest = reference.indexOf('@');
        String tagged = digest < 0 ? reference : reference.substring(0, digest);
        int tag = tagged.indexOf(':', tagged.lastIndexOf('/') + 1);
        return tag < 0 ? tagged : tagged.substring(0, tag);
    }
}
