package dev.hearth.invoker.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.Image;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.Version;
import dev.hearth.common.units.Bytes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Turns docker-java's answers, in which any field can be null, into Hearth's records. */
final class Answers {
    private static final Pattern EXITED = Pattern.compile("Exited \\((-?\\d+)\\).*");

    private Answers() {}

    static EngineInfo info(Info info, Version version, ApiVersion spoken) {
        return new EngineInfo(
                // Machines that were copied from one disk have engines with one id.
                String.join(" ", text(info.getId()), text(info.getName()), text(info.getDockerRootDir())),
                text(version.getVersion()),
                spoken.toString(),
                text(info.getCGroupVersion()).isEmpty() ? "1" : text(info.getCGroupVersion()),
                text(info.getDriver()),
                text(info.getDockerRootDir()),
                number(info.getNCPU()),
                new Bytes(number(info.getMemTotal())));
    }

    static ListedContainer listed(Container container) {
        return new ListedContainer(
                container.getId(),
                name(
                        container.getNames() == null || container.getNames().length == 0
                                ? ""
                                : container.getNames()[0]),
                text(container.getImageId()),
                labels(container.getLabels()),
                dev.hearth.invoker.docker.ContainerState.of(text(container.getState())),
                exitCode(text(container.getStatus())),
                Instant.ofEpochSecond(number(container.getCreated())));
    }

    private static OptionalInt exitCode(String status) {
        Matcher matcher = EXITED.matcher(status);
        return matcher.matches() ? OptionalInt.of(Integer.parseInt(matcher.group(1))) : OptionalInt.empty();
    }

    static InspectedContainer inspected(InspectContainerResponse container) {
        ContainerState state = container.getState();
        ContainerConfig config = container.getConfig();
        Long exitCode = state.getExitCodeLong();
        return new InspectedContainer(
                container.getId(),
                name(text(container.getName())),
                text(container.getImageId()),
                labels(config.getLabels()),
                text(config.getUser()),
                dev.hearth.invoker.docker.ContainerState.of(text(state.getStatus())),
                (int) number(exitCode),
                Boolean.TRUE.equals(state.getOOMKilled()),
                number(state.getPidLong()),
                new Bytes(number(container.getHostConfig().getMemory())),
                Instant.parse(container.getCreated()));
    }

    static ListedImage listed(Image image) {
        return new ListedImage(
                image.getId(),
                Stream.concat(stream(image.getRepoTags()), stream(image.getRepoDigests()))
                        .filter(reference -> !reference.contains("<none>"))
                        .toList(),
                new Bytes(number(image.getSize())));
    }

    static InspectedImage inspected(InspectImageResponse image) {
        ContainerConfig config = image.getConfig();
        return new InspectedImage(
                text(image.getId()),
                new Bytes(number(image.getSize())),
                config == null ? List.of() : list(config.getEntrypoint()),
                config == null ? List.of() : list(config.getCmd()),
                config == null ? List.of() : list(config.getEnv()),
                config == null ? "" : text(config.getWorkingDir()),
                config == null ? "" : text(config.getUser()));
    }

    private static String name(String withSlash) {
        return withSlash.startsWith("/") ? withSlash.substring(1) : withSlash;
    }

    private static String text(@Nullable String text) {
        return Objects.requireNonNullElse(text, "");
    }

    private static int number(@Nullable Integer number) {
        return number == null ? 0 : number;
    }

    private static long number(@Nullable Long number) {
        return number == null ? 0 : number;
    }

    private static Map<String, String> labels(@Nullable Map<String, String> labels) {
        return labels == null ? Map.of() : labels;
    }

    private static List<String> list(String @Nullable [] items) {
        return stream(items).toList();
    }

    private static Stream<String> stream(String @Nullable [] items) {
        return items == null ? Stream.of() : Stream.of(items);
    }
}
