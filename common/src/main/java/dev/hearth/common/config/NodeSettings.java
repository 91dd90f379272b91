package dev.hearth.common.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** The keys that every process of Hearth reads, whatever its role. */
final class NodeSettings {
    private static final Pattern DOCKER_HOST = Pattern.compile("(unix:///|tcp://).+");

    static final Setting<Path> DATA = Setting.path("data")
            .computed("$XDG_DATA_HOME/hearth, else ~/.local/share/hearth")
            .alias("HEARTH_HOME")
            .essential("Folder of everything that the node keeps; made at the first start.");
    static final Setting<String> PYTHON3 =
            Setting.text("runtimes.python3").or("hearth/python3:latest").frequent("Image of the runtime python3.");
    static final Setting<String> NODEJS =
            Setting.text("runtimes.nodejs").or("hearth/nodejs:latest").frequent("Image of the runtime nodejs.");
    static final Setting<String> JAVA =
            Setting.text("runtimes.java").or("hearth/java:latest").frequent("Image of the runtime java.");
    static final Setting<String> NATIVE =
            Setting.text("runtimes.native").or("hearth/native:latest").frequent("Image of the runtime native.");
    static final Setting<Integer> EVENT_LOOPS = Setting.whole("event-loops")
            .computed("1 on up to 4 cores, else a quarter of the cores")
            .between(1, 256)
            .rare(
                    "Event loop threads; one loop serves tens of thousands of calls a second and shares a small machine best.");
    static final Setting<Duration> BOOT_TIMEOUT = Setting.duration("boot-timeout")
            .or(Duration.ofMinutes(1))
            .between(Duration.ofSeconds(1), Duration.ofHours(1))
            .rare("How long the whole start may take before the process says which step hangs and ends.");
    static final Setting<Duration> START_TIMEOUT = Setting.duration("start-timeout")
            .or(Duration.ofSeconds(45))
            .between(Duration.ofSeconds(1), Duration.ofMinutes(30))
            .rare("How long each part of the process may take to start before the process gives up.");
    static final Setting<Duration> STOP_TIMEOUT = Setting.duration("stop-timeout")
            .or(Duration.ofSeconds(20))
            .between(Duration.ofSeconds(1), Duration.ofMinutes(10))
            .frequent("How long an orderly stop may take after SIGTERM before the process ends anyway.");
    static final Setting<Boolean> THROUGH_BYTES = Setting.flag("bus.through-bytes")
            .or(false)
            .rare(
                    "Write and read every bus message within one process too, so that one process proves what two will do.");
    static final Setting<String> DOCKER_HOST_URI = Setting.matching(
                    "docker.host", "unix:///PATH or tcp://HOST:PORT", DOCKER_HOST)
            .or("unix:///var/run/docker.sock")
            .alias("DOCKER_HOST")
            .frequent("Where the Docker Engine listens.");
    static final Setting<Integer> DOCKER_CALLS = Setting.whole("docker.calls")
            .or(8)
            .between(1, 256)
            .rare("Calls to the Docker Engine at one time, pulls and kills aside; more wait.");
    static final Setting<Integer> DOCKER_KILLS = Setting.whole("docker.kills")
            .or(4)
            .between(1, 256)
            .rare("Kills at one time; they never wait behind other calls.");
    static final Setting<Integer> DOCKER_PULLS =
            Setting.whole("docker.pulls").or(2).between(1, 64).rare("Pulls of images at one time; more wait.");
    static final Setting<Integer> DOCKER_WAITING = Setting.whole("docker.waiting")
            .or(1_024)
            .between(1, 1_000_000)
            .rare("Calls to the engine that may wait for their turn; more fail at once.");
    static final Setting<Duration> DOCKER_RECONNECT = Setting.duration("docker.reconnect")
            .or(Duration.ofMillis(250))
            .between(Duration.ofMillis(10), Duration.ofMinutes(1))
            .rare("Time between two tries to hear the engine's events again.");
    static final Setting<Duration> DOCKER_TIMEOUT = Setting.duration("docker.timeout")
            .or(Duration.ofSeconds(10))
            .between(Duration.ofMillis(100), Duration.ofMinutes(10))
            .rare("Time for a call to the engine that has no key of its own.");
    static final Setting<Duration> CREATE_TIMEOUT = Setting.duration("docker.create-timeout")
            .or(Duration.ofSeconds(30))
            .between(Duration.ofMillis(100), Duration.ofMinutes(10))
            .rare("Time for creating or starting one container.");
    static final Setting<Duration> KILL_TIMEOUT = Setting.duration("docker.kill-timeout")
            .or(Duration.ofSeconds(5))
            .between(Duration.ofMillis(100), Duration.ofMinutes(10))
            .rare("Time for killing one container.");
    static final Setting<Duration> REMOVE_TIMEOUT = Setting.duration("docker.remove-timeout")
            .or(Duration.ofSeconds(30))
            .between(Duration.ofMillis(100), Duration.ofMinutes(10))
            .rare("Time for removing one container or image.");
    static final Setting<Duration> PULL_TIMEOUT = Setting.duration("docker.pull-timeout")
            .or(Duration.ofMinutes(10))
            .between(Duration.ofSeconds(1), Duration.ofDays(1))
            .frequent("Time for pulling one image; after it the calls that wait fail with IMAGE_PULL_FAILED.");

    static final List<Setting<?>> ALL = List.of(
            DATA,
            PYTHON3,
            NODEJS,
            JAVA,
            NATIVE,
            STOP_TIMEOUT,
            DOCKER_HOST_URI,
            DOCKER_CALLS,
            DOCKER_KILLS,
            DOCKER_PULLS,
            DOCKER_WAITING,
            DOCKER_RECONNECT,
            DOCKER_TIMEOUT,
            CREATE_TIMEOUT,
            KILL_TIMEOUT,
            REMOVE_TIMEOUT,
            PULL_TIMEOUT,
            BOOT_TIMEOUT,
            START_TIMEOUT,
            EVENT_LOOPS,
            THROUGH_BYTES);

    private NodeSettings() {}
}
